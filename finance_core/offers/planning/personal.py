"""What planning holds on people: which offers they tapped. At the end it goes; counts without names stay elsewhere."""

from __future__ import annotations

from typing import Final

from finance_core.storage.personal import Held, Kept, Personal, Why

PERSONAL: Final = Personal(
    held=(
        Held(
            "offer_tap",
            Why.MESSAGES,
            Kept.GONE,
            "SELECT broadcast_id, way, at FROM offer_tap WHERE customer_id = :customer ORDER BY at, broadcast_id",
            erase=("DELETE FROM offer_tap WHERE customer_id = ANY(:customers)",),
        ),
    )
)
