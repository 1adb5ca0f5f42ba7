"""What running broadcasts hold on people: that they were to get one, and what came of it."""

from __future__ import annotations

from typing import Final

from finance_core.storage.personal import Held, Kept, Personal, Why

PERSONAL: Final = Personal(
    held=(
        Held(
            "broadcast_recipient",
            Why.MESSAGES,
            Kept.FOUR_HUNDRED_DAYS,
            "SELECT r.run_id AS broadcast, run.topic, r.state, r.reason, r.sent_at"
            " FROM broadcast_recipient r JOIN broadcast_run run ON run.id = r.run_id"
            " WHERE r.customer_id = :customer ORDER BY r.run_id",
        ),
        Held(
            "broadcast_leaving",
            Why.MESSAGES,
            Kept.FOUR_HUNDRED_DAYS,
            "SELECT run_id AS broadcast, why, at FROM broadcast_leaving WHERE customer_id = :customer ORDER BY run_id",
        ),
    )
)
