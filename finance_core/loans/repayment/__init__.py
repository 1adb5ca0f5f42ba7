"""Repaying: by the borrower, by a debit, ahead of its day, and the plan that follows."""
