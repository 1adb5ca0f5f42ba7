"""Offers and broadcasts: to whom something is offered, in which words, when, and what came of it."""
