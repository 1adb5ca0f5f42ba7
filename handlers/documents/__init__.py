"""Papers: a contract, a settlement letter. What is said comes from the locales; how it is printed is in `paper.py`."""
