"""What a day consists of: steps, work that falls due at instants, chunks that are done once, and their tables."""
