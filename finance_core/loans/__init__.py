"""Loans: their arithmetic (`rules`), contracts, repayment, and what they do each day."""
