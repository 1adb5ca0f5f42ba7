"""What is pushed: a notice becomes a screen."""
