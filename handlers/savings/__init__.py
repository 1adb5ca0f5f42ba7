"""Saving: Change Plus, term deposits, plans."""
