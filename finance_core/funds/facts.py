"""What an audience may be asked by about funds with a price."""

from __future__ import annotations

from typing import Final

from finance_core.storage.facts import Fact, FactKind

FACTS: Final = (
    Fact("any_fund", FactKind.YES_NO, rows="SELECT customer_id FROM nav_lot WHERE units_left > 0", plain=True),
    Fact(
        "fund",
        FactKind.WORD,
        rows="SELECT nav_lot.customer_id, nav_fund.code AS value"
        " FROM nav_lot JOIN nav_fund ON nav_fund.id = nav_lot.fund_id WHERE nav_lot.units_left > 0",
        many=True,
        plain=True,
    ),
)
