"""Messages that stay in a chat for an hour at most: pictures of identities, in the chat of who looks at them.

Where each is stands among the anchors of its chat, under a name that says until when. What is done with them takes
them out sooner (`Talk.take_out_pictures`); what is left is taken out by the worker (`bot/delivery/brief.py`).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

STAYS: Final = timedelta(minutes=55)
"""With the minute in which the worker looks it is less than an hour."""
PREFIX: Final = "brief:"
_DIGITS: Final = 12


def name_of(now: datetime, what: str) -> str:
    """Return the name under which a message is noted that goes within the hour; names sort by when they are over."""
    return f"{over_by(now + STAYS)}:{what}"


def over_by(instant: datetime) -> str:
    """Return the beginning of the names that are over at an instant: of them, and of earlier ones, none is greater."""
    return f"{PREFIX}{int(instant.timestamp()):0{_DIGITS}}"
