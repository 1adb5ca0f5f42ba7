"""Papers of savings."""
