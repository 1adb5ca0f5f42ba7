"""What is held on a person, and the end of an account; terms and prices, to read before one agrees and later."""
