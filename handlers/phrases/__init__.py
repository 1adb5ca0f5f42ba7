"""What people write, understood: sums (`amounts`), intents with their slots (`understand`)."""
