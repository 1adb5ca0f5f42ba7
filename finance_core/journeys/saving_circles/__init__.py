"""Accumulating circles where they meet loans: lending by vote, a meeting's end, leaving, the share-out."""
