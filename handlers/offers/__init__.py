"""Offers, as people get them."""
