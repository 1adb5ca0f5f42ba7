"""What an audience may be asked by about people themselves."""

from __future__ import annotations

from typing import Final

from finance_core.customers.consents import OFFERS
from finance_core.storage.facts import Fact, FactKind

FACTS: Final = (
    Fact("language", FactKind.WORD, "person.language", plain=True),
    Fact("zone", FactKind.WORD, "person.zone", plain=True),
    Fact("tier", FactKind.NUMBER, "person.tier", plain=True),
    Fact(
        "consent",
        FactKind.WORD,
        rows="SELECT customer_id, topic AS value FROM consent_given",
        many=True,
        plain=True,
        words=tuple(OFFERS),
    ),
    Fact("joined_on", FactKind.DAY, "CAST(person.terms_accepted_at AT TIME ZONE :book_zone AS date)"),
    Fact("last_active_on", FactKind.DAY, rows="SELECT customer_id, last_active_on AS value FROM customer_activity"),
)
