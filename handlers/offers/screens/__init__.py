"""What is shown of offers to who gets them."""
