"""What audiences hold on people: their tags, which go with them."""

from __future__ import annotations

from typing import Final

from finance_core.storage.personal import Held, Kept, Personal, Why

PERSONAL: Final = Personal(
    held=(
        Held(
            "customer_tag",
            Why.OFFERS,
            Kept.GONE,
            "SELECT tag.name AS tag, customer_tag.given, customer_tag.tagged_at"
            " FROM customer_tag JOIN tag ON tag.id = customer_tag.tag_id"
            " WHERE customer_tag.customer_id = :customer ORDER BY tag.name",
            erase=("DELETE FROM customer_tag WHERE customer_id = ANY(:customers)",),
        ),
    )
)
