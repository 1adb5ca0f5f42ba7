"""Accumulating circles in the chat: opened and joined, shares bought, meetings held, shared out."""
