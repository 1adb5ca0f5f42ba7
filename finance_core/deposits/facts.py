"""What an audience may be asked by about term deposits."""

from __future__ import annotations

from typing import Final

from finance_core.storage.facts import Fact, FactKind

_RUNNING: Final = "FROM deposit WHERE state = 'active'"

FACTS: Final = (
    Fact("deposit", FactKind.YES_NO, rows=f"SELECT customer_id {_RUNNING}", plain=True),
    Fact(
        "deposits",
        FactKind.MONEY,
        rows=f"SELECT customer_id, CAST(sum(principal) AS bigint) AS value {_RUNNING} GROUP BY customer_id",
        otherwise=0,
    ),
    Fact(
        "deposit_ends_on",
        FactKind.DAY,
        rows=f"SELECT customer_id, min(matures_on) AS value {_RUNNING} GROUP BY customer_id",
    ),
)
