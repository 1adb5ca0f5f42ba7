"""What the days earn, told to the ledger: one set-based statement, for all deposits at night or one in between.

What a deposit has earned is computed from its dates; what is posted to the ledger is a column; the difference is
posted. So a day is never posted twice, a day that was missed is made up, and the days add up to the payout.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from sqlalchemy import TextClause, text

from finance_core import ledger
from finance_core.deposits.models import Deposit
from finance_core.schedule.chunks import Chunk
from finance_core.storage.unit import Unit

TO_ACCRUE: Final = "SELECT id FROM deposit WHERE state = 'active' AND accrued_to <= CAST(:on AS date)"

# The rows are locked first, so that what is read of them is what will be changed, whatever was committed meanwhile.
_ACCRUE: Final = """
    WITH due AS (
        SELECT id, asset, accrued FROM deposit
        WHERE state = 'active' AND accrued_to < CAST(:upto AS date) AND {deposits}
        ORDER BY id FOR NO KEY UPDATE
    ), told AS (
        UPDATE deposit d SET
            accrued = deposit_interest(d.principal, d.annual_rate, CAST(:upto AS date) - d.opened_on),
            accrued_to = CAST(:upto AS date)
        FROM due WHERE d.id = due.id
        RETURNING d.id, d.asset, d.accrued - due.accrued AS amount
    ), expense AS MATERIALIZED (
        SELECT asset, ledger_account('5020', 0, asset) AS id FROM (SELECT DISTINCT asset FROM told) assets
    )
    INSERT INTO staged_transfer (debit_id, credit_id, amount)
    SELECT expense.id, coalesce(payable.id, ledger_account('2045', told.id, told.asset)), told.amount
    FROM told JOIN expense USING (asset)
        LEFT JOIN account payable ON payable.code = '2045' AND payable.book = 'INST'
            AND payable.asset = told.asset AND payable.owner = told.id
    WHERE told.amount > 0
"""


def _statement(deposits: str) -> TextClause:
    return text(_ACCRUE.format(deposits=deposits))


_CHUNK: Final = _statement("id > :after AND id <= :upto_id")
_ONE: Final = _statement("id = :deposit")


async def accrue(unit: Unit, day: date, chunk: Chunk) -> None:
    """Post what the deposits of a chunk have earned up to and with `day`, as one entry: D 5020 C 2045."""
    key = f"deposits.accrue:{day}:{chunk.number}"
    await _post(unit, _CHUNK, {"after": chunk.after, "upto_id": chunk.upto}, day, on=day, key=key)


async def accrue_until_today(unit: Unit, deposit: Deposit) -> None:
    """Post what the days before today earned, should the night not have come to this deposit yet.

    The caller holds its lock; its row is read again.
    """
    yesterday, key = unit.open_on - timedelta(days=1), f"deposit:{deposit.id}:accrued:{unit.open_on}"
    await _post(unit, _ONE, {"deposit": deposit.id}, yesterday, on=unit.open_on, key=key)
    await unit.session.refresh(deposit)


async def _post(unit: Unit, statement: TextClause, values: dict[str, object], day: date, *, on: date, key: str) -> None:
    await unit.session.flush()
    await ledger.stage(unit)
    await unit.session.execute(statement, {**values, "upto": day + timedelta(days=1)})
    await ledger.post_staged(unit, key, "deposit.accrual", on, {"day": day.isoformat()}, value_on=day)
