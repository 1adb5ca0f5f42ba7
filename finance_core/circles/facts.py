"""What an audience may be asked by about savings circles. Which one somebody is in is more than a product held."""

from __future__ import annotations

from typing import Final

from finance_core.storage.facts import Fact, FactKind

_MEMBERS: Final = """
    FROM circle_member JOIN circle ON circle.id = circle_member.circle_id
    WHERE circle_member.state = 'joined' AND circle.ended_at IS NULL
"""

FACTS: Final = (
    Fact("in_circle", FactKind.YES_NO, rows=f"SELECT circle_member.customer_id {_MEMBERS}", plain=True),
    Fact(
        "circle",
        FactKind.WORD,
        rows=f"SELECT circle_member.customer_id, circle.code AS value {_MEMBERS}",
        many=True,
    ),
)
