"""Offers: who is asked for, what is said to them, how it goes out, and what they say to it."""
