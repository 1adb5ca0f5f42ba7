"""The daily safeguarding sweep: what customers own is covered by segregated money before the day is sealed.

A disbursement or a repayment changes what customers own without any bank moving, so the difference of the day is moved
between the institution's own account and the segregated one.
"""

from __future__ import annotations

from datetime import date, time
from typing import Final

from sqlalchemy import text

from finance_core import ledger
from finance_core.kernel.money import ASSETS, Money
from finance_core.ledger import Account, Entry, Transfer
from finance_core.schedule.steps import Step
from finance_core.storage.unit import SYSTEM, Units

BANK: Final = 1
"""The one bank so far."""

_POSTED: Final = "SELECT FROM entry WHERE business_date = :on"
_SHORTFALLS: Final = text(
    """
    SELECT account.asset, CAST(sum(credit - debit) AS bigint) AS missing
    FROM entry
        JOIN transfer ON transfer.entry_id = entry.id
        CROSS JOIN LATERAL (
            VALUES (transfer.debit_id, transfer.amount, CAST(0 AS bigint)), (transfer.credit_id, 0, transfer.amount)
        ) AS leg (account_id, debit, credit)
        JOIN account ON account.id = leg.account_id
        JOIN chart USING (code)
    WHERE entry.business_date = :on AND (chart.client_money OR code = ANY(:cash))
    GROUP BY account.asset HAVING sum(credit - debit) <> 0
    """
)


async def _sweep(units: Units, on: date) -> None:
    async with units.begin(SYSTEM) as unit:
        rows = (await unit.session.execute(_SHORTFALLS, {"on": on, "cash": list(ledger.CLIENT_CASH)})).all()
        await ledger.post(unit, *[_entry(on, row.asset, row.missing) for row in rows])


def _entry(on: date, asset_code: str, missing: int) -> Entry:
    """`missing` is what customers own more of (minor units), less what came into segregated money, that day."""
    asset = ASSETS[asset_code]
    own, segregated = Account("1010", BANK, asset), Account("1020", BANK, asset)
    to, source = (segregated, own) if missing > 0 else (own, segregated)
    move = Transfer(to, source, Money(abs(missing), asset))
    return Entry("safeguarding.sweep", f"safeguarding:{on}:{asset_code}", (move,), {}, on=on)


SWEEP: Final = Step("safeguarding", time(0, 5), "close", "safeguarding", _sweep, _POSTED, rank=810)
