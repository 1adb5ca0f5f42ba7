"""Money among friends: red packets, bills that are split, collections for a cause."""
