"""What support does for a person: finds them, looks at their card, reads what they were told and sent, takes notes.

Each search and each look is on record (`finance_core/approvals/audit`), and nobody looks at an account of their own.
"""
