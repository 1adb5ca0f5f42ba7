"""Audiences: saved, named questions over facts that the lines declare, their counts, and tags."""
