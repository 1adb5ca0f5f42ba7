"""What an audience may be asked by about what operators call people."""

from __future__ import annotations

from typing import Final

from finance_core.storage.facts import Fact, FactKind

FACTS: Final = (
    Fact(
        "tag",
        FactKind.WORD,
        rows="SELECT customer_tag.customer_id, tag.name AS value"
        " FROM customer_tag JOIN tag ON tag.id = customer_tag.tag_id",
        many=True,
    ),
)
