"""Groups: what is said and shown where others read along, and the ways from there into private."""
