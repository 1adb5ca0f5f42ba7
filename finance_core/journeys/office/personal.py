"""What the office holds on people: notes that operators took, shown to whom they are about without their writers."""

from __future__ import annotations

from typing import Final

from finance_core.journeys.office.notes import note_associated_data
from finance_core.storage.personal import Held, Kept, Personal, Why, rows_of

PERSONAL: Final = Personal(
    held=(
        Held(
            "customer_note",
            Why.MESSAGES,
            Kept.GONE,
            rows_of("customer_note", "customer_id AS _customer_id, key AS _key, written_at, sealed AS written_sealed"),
            opens={"written_sealed": lambda row: note_associated_data(row["_customer_id"], row["_key"])},
            erase=("SELECT note_forget(CAST(:customers AS bigint[]))",),
        ),
    )
)
