"""The inbox: updates as they were received, each done once; those that were given up; what is forgotten, and when.

What an update says is its payload, encrypted, and none of the core's business: `bot/intake` writes it, `bot/dispatch`
reads it. The core keeps the rows, so that the day forgets them, and the desk and the command line run a dead one again.
"""
