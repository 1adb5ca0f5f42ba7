"""What the inbox holds on people: what they wrote, until it is forgotten, and where their conversations stand."""

from __future__ import annotations

from typing import Final

from finance_core.storage.personal import Held, Kept, Personal, Why

_THEIRS: Final = "user_id IN (SELECT telegram_id FROM customer WHERE id = ANY(:customers))"

PERSONAL: Final = Personal(
    held=(
        Held(
            "inbox",
            Why.MESSAGES,
            Kept.GONE,
            hidden="what was written stands in the chat itself; here it is kept until it has been answered",
            erase=(f"DELETE FROM inbox WHERE state <> 'pending' AND {_THEIRS}",),  # noqa: S608 - a constant
        ),
        Held(
            "conversation",
            Why.MESSAGES,
            Kept.GONE,
            hidden="which question is open in a chat",
            erase=(f"DELETE FROM conversation WHERE {_THEIRS}",),  # noqa: S608 - a constant
        ),
    )
)
