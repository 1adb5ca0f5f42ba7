"""What an audience may be asked by about wallets."""

from __future__ import annotations

from typing import Final

from finance_core.kernel.money import BASE_CURRENCY
from finance_core.storage.facts import Fact, FactKind

FACTS: Final = (
    Fact(
        "wallet",
        FactKind.MONEY,
        rows=f"""
            SELECT account.owner AS customer_id, balance.amount AS value
            FROM account JOIN balance ON balance.account_id = account.id
            WHERE account.code = '2010' AND account.book = 'INST' AND account.asset = '{BASE_CURRENCY.code}'
        """,  # noqa: S608 - a constant
        otherwise=0,
    ),
)
