"""What money among friends looks like: values and a translator in, a screen out."""
