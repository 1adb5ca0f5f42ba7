"""What people ask about loans, answered from their own book: each module has the topics of one theme (`TOPICS`)."""
