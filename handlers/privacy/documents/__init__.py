"""Papers: the terms, and the price list."""
