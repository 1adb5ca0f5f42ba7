"""What circles look like: values and a translator in, a screen out."""
