"""What an audience may be asked by about Change Plus: a unit is one of its money, with the same decimals."""

from __future__ import annotations

from typing import Final

from finance_core.storage.facts import Fact, FactKind

_UNITS: Final = "FROM holding JOIN balance ON balance.account_id = holding.units_account WHERE balance.amount > 0"

FACTS: Final = (
    Fact("change_plus", FactKind.YES_NO, rows=f"SELECT holding.customer_id {_UNITS}", plain=True),
    Fact(
        "change_plus_balance",
        FactKind.MONEY,
        rows=f"SELECT holding.customer_id, CAST(sum(balance.amount) AS bigint) AS value {_UNITS}"
        " GROUP BY holding.customer_id",
        otherwise=0,
    ),
)
