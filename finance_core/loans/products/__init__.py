"""Loan products: the terms that the catalogue describes, checked to be sellable."""
