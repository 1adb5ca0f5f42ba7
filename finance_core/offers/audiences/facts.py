"""What an audience may be asked by about what operators call people, and about earlier offers and what came of them."""

from __future__ import annotations

from typing import Final

from finance_core.storage.facts import Fact, FactKind

_SENT: Final = "FROM broadcast_recipient WHERE state IN ('sent', 'unknown')"

FACTS: Final = (
    Fact(
        "tag",
        FactKind.WORD,
        rows="SELECT customer_tag.customer_id, tag.name AS value"
        " FROM customer_tag JOIN tag ON tag.id = customer_tag.tag_id",
        many=True,
    ),
    Fact(
        "offer_sent_on",
        FactKind.DAY,
        rows="SELECT customer_id, max(CAST(sent_at AT TIME ZONE :book_zone AS date)) AS value"
        f" {_SENT} GROUP BY customer_id",
    ),
    Fact(
        "offer_tapped_on",
        FactKind.DAY,
        rows="SELECT customer_id, max(CAST(at AT TIME ZONE :book_zone AS date)) AS value"
        " FROM offer_tap GROUP BY customer_id",
    ),
    Fact("broadcast", FactKind.WORD, rows=f"SELECT customer_id, CAST(run_id AS text) AS value {_SENT}", many=True),
    Fact(
        "broadcast_tapped",
        FactKind.WORD,
        rows="SELECT customer_id, CAST(broadcast_id AS text) AS value FROM offer_tap",
        many=True,
    ),
)
