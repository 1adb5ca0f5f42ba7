"""What takes two people on a running loan: a new schedule, a waiver, a write-off, a handover, a payment taken back.

Each is an action of `finance_core/approvals`: a preview in figures, and a use case that carries it out.
"""
