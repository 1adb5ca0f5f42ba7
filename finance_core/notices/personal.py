"""What notices hold on people: what they were told, and when somebody spoke to them about debts."""

from __future__ import annotations

from typing import Final

from finance_core.storage.personal import Held, Kept, Personal, Why, rows_of

GOODBYE: Final = "account.erased"
"""The kind of the last notice. It goes to a chat that is nobody's any more, and is forgotten once it has gone out."""

PERSONAL: Final = Personal(
    held=(
        Held(
            "outbox",
            Why.MESSAGES,
            Kept.GONE,
            rows_of("outbox", "kind, params, reference, created_at, state, finished_at"),
            erase=("DELETE FROM outbox WHERE customer_id = ANY(:customers)",),
            forget=f"DELETE FROM outbox WHERE kind = '{GOODBYE}' AND finished_at IS NOT NULL",  # noqa: S608 - a constant
        ),
        Held(
            "contact",
            Why.DEBTS,
            Kept.FIVE_YEARS,
            rows_of("contact", "about, channel, kind, at, local_day"),
            forget="SELECT contact_forget(:now)",
        ),
        Held(
            "pacing",
            Why.MESSAGES,
            Kept.GONE,
            hidden="until when Telegram has asked us to pause in a chat",
            erase=("DELETE FROM pacing WHERE chat_id IN (SELECT chat_id FROM customer WHERE id = ANY(:customers))",),
        ),
    )
)
