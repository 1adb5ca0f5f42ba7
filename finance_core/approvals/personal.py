"""What the record holds on people: who looked at their data, by the number; what two people decided about them."""

from __future__ import annotations

from typing import Final

from finance_core.storage.personal import Held, Kept, Personal, Why

PERSONAL: Final = Personal(
    held=(
        Held(
            "audit_line",
            Why.SECURITY,
            Kept.TEN_YEARS,
            "SELECT at, act FROM audit_line WHERE subject = 'customer:' || CAST(:customer AS bigint) ORDER BY id",
            forget="SELECT audit_forget(:now)",
        ),
        Held(
            "approval",
            Why.SECURITY,
            Kept.TEN_YEARS,
            "SELECT action, state, made_at, decided_at FROM approval"
            " WHERE subject = 'customer:' || CAST(:customer AS bigint) ORDER BY id",
        ),
    )
)
