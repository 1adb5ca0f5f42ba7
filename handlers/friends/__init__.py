"""Money among friends: red packets, bills, collections."""
