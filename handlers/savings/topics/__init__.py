"""What people ask about money that earns: Change Plus, deposits, plans; and which of them is what."""
