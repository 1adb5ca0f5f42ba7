"""What the ledger holds on people: numbers of accounts. What moved on them is shown by the lines that own them."""

from __future__ import annotations

from typing import Final

from finance_core.storage.personal import Held, Kept, Need, Personal, Why

_BY_LINES: Final = "each line shows the movements of its own accounts"

_MOVEMENTS: Final = """
    SELECT entry.reference, entry.kind, entry.business_date, entry.value_on, entry.posted_at, leg.amount,
        account.asset
    FROM account
    CROSS JOIN LATERAL (
        SELECT entry_id, position, amount FROM transfer WHERE credit_id = account.id
        UNION ALL
        SELECT entry_id, position, -amount FROM transfer WHERE debit_id = account.id
    ) leg
    JOIN entry ON entry.id = leg.entry_id
    WHERE account.id IN ({accounts})
    ORDER BY entry.id, leg.position
"""


def movements_shown(accounts: str) -> str:
    """Return SQL for what moved accounts, oldest first: credits are positive. `accounts` selects their ids."""
    return _MOVEMENTS.format(accounts=accounts)


PERSONAL: Final = Personal(
    held=(
        Held("account", Why.MONEY, Kept.FOR_GOOD, hidden=_BY_LINES),
        Held("balance", Why.MONEY, Kept.FOR_GOOD, hidden=_BY_LINES),
        Held("entry", Why.MONEY, Kept.FOR_GOOD, hidden=_BY_LINES),
        Held(
            "transfer",
            Why.MONEY,
            Kept.FOR_GOOD,
            movements_shown(
                "SELECT id FROM account WHERE code = '2010' AND book = 'INST' AND asset = 'CNY' AND owner = :customer"
            ),
            as_csv=True,
            file="movements",
        ),
        Held("hold", Why.MONEY, Kept.FOR_GOOD, hidden=_BY_LINES),
    ),
    needs=(
        Need(
            "balance",
            "SELECT account.owner AS customer_id, CAST(sum(balance.amount) AS bigint) AS amount"
            " FROM account JOIN balance ON balance.account_id = account.id"
            " WHERE account.code = '2010' AND account.book = 'INST' AND account.owner = ANY(:customers)"
            " AND balance.amount <> 0 GROUP BY account.owner",
        ),
    ),
)
