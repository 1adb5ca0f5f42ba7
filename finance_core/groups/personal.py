"""What groups hold on people: in which of them somebody was seen, and what they said there for private."""

from __future__ import annotations

from typing import Final

from finance_core.storage.personal import Held, Kept, Personal, Row, Why

_SEEN: Final = """
    SELECT g.title_sealed, m.is_in, m.seen_at, g.id AS _group
    FROM group_member m JOIN group_chat g ON g.id = m.group_id WHERE m.customer_id = :customer ORDER BY m.group_id
"""


def title_associated_data(group_id: int) -> str:
    """Return the associated data that a group's title is bound to."""
    return f"group_chat.title:{group_id}"


def words_associated_data(token: str) -> str:
    """Return the associated data that what was said in a group is bound to."""
    return f"group_words.said:{token}"


def _of(row: Row) -> str:
    return title_associated_data(row["_group"])


PERSONAL: Final = Personal(
    held=(
        Held(
            "group_member",
            Why.MESSAGES,
            Kept.GONE,
            _SEEN,
            opens={"title_sealed": _of},
            erase=("DELETE FROM group_member WHERE customer_id = ANY(:customers)",),
        ),
        Held(
            "group_words",
            Why.MESSAGES,
            Kept.GONE,
            "SELECT said_at, sealed, token AS _token FROM group_words WHERE customer_id = :customer ORDER BY said_at",
            opens={"sealed": lambda row: words_associated_data(row["_token"])},
            erase=("DELETE FROM group_words WHERE customer_id = ANY(:customers)",),
        ),
    )
)
