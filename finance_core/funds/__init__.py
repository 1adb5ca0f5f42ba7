"""Funds at an unknown price: an order gets the NAV of its dealing day, which nobody knows yet when it is given."""
