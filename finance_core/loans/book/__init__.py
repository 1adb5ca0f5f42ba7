"""The loan book: what loans earn, owe and are provided for, and what proves it."""
