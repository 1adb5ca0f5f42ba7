"""Group chats: which there are, who of Susu's people is in them, and where they live after they have moved.

What is shown in them are notices and boards (`finance_core/notices`); what belongs to a group names it by its id here.
"""
