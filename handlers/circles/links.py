"""Links of circles: the invitation, which anybody may follow and pass on; and those that lead out of a group."""

from __future__ import annotations

from typing import Final

INVITATION: Final = "k-"
"""How a link's payload begins that shows a circle and the way in."""
TAKEOVER: Final = "kt-"
"""How a link's payload begins that shows what taking a place over takes: its circle's token and its number follow."""
JOIN: Final = "circle"
"""What a link names that leads out of a group to a circle."""
DRAW: Final = "draw"
"""What a link names that leads out of a group to the check of its last draw."""
PICTURE: Final = "cpic"
"""What a link names that leads out of a group to its board as a picture."""


def invitation(bot_username: str, token: str) -> str:
    """Return the link by which people are invited into a circle."""
    return f"https://t.me/{bot_username}?start={INVITATION}{token}"


def takeover_link(bot_username: str, token: str, place: int) -> str:
    """Return the link by which somebody is asked to take a place over."""
    return f"https://t.me/{bot_username}?start={TAKEOVER}{token}-{place}"
