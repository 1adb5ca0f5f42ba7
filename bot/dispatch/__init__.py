"""From a stored update to a handler inside one transaction, and back to the chat once that is committed.

`engine` (the public `Dispatch`) claims lanes, `turn` runs one update, `conversation` is aiogram's FSM storage on that
very transaction, `replies` shows what a handler returned. What a handler decides is not here.
"""
