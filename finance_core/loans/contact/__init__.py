"""Keeping in touch about a loan: the ladder of reminders, promises to pay, hardship, and the loan's timeline."""
