"""What operators see of offers and broadcasts."""
