"""The morning of a due day: fees fall due with their instalments, and an instalment with nothing to pay is settled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from sqlalchemy import TextClause, text

from finance_core import ledger
from finance_core.loans.models import Loan
from finance_core.schedule.chunks import Chunk
from finance_core.storage.unit import Unit

DUE: Final = """
    SELECT i.loan_id AS id FROM instalment i WHERE i.settled_on IS NULL AND i.due_on = :on
"""
"""Loans with an instalment that falls due. Days are lived in order, so none has been passed over."""

_CHARGE: Final = """
    WITH charged AS (
        UPDATE instalment i SET charged_fee = i.fee
        FROM instalment before JOIN loan l ON l.id = before.loan_id
        WHERE before.loan_id = i.loan_id AND before.nr = i.nr AND l.state = 'active' AND i.settled_on IS NULL
            AND i.due_on <= :on AND i.charged_fee < i.fee AND {scope}
        RETURNING i.loan_id, i.fee - before.charged_fee AS fee
    ), owed AS MATERIALIZED (
        SELECT l.id AS loan_id, l.product_number, l.asset, l.non_accrual_since IS NOT NULL AS is_suspended,
            CAST(sum(charged.fee) AS bigint) AS fee
        FROM charged JOIN loan l ON l.id = charged.loan_id GROUP BY l.id
    ), suspended AS (
        UPDATE loan l SET suspended_fee = l.suspended_fee + owed.fee
        FROM owed WHERE owed.is_suspended AND l.id = owed.loan_id
    )
    INSERT INTO staged_transfer (debit_id, credit_id, amount)
    SELECT ledger_account('1120', loan_id, asset),
        CASE WHEN is_suspended THEN ledger_account('1195', loan_id, asset)
            ELSE ledger_account('4020', product_number, asset) END,
        fee
    FROM owed
"""
_SETTLE_EMPTY: Final = """
    UPDATE instalment i SET settled_on = :on
    FROM loan l
    WHERE l.id = i.loan_id AND l.state = 'active' AND i.settled_on IS NULL AND i.due_on <= :on AND {scope}
        AND i.paid_principal = i.principal AND i.paid_interest = i.interest + i.late_interest
        AND i.paid_penalty = i.penalty AND i.paid_fee = i.fee + i.late_fee
"""
_OF_CHUNK: Final = "i.loan_id > :after AND i.loan_id <= :upto"
_OF_LOANS: Final = "i.loan_id = ANY(:loans)"
_CHARGE_CHUNK, _CHARGE_LOANS = (text(_CHARGE.format(scope=scope)) for scope in (_OF_CHUNK, _OF_LOANS))
_SETTLE_CHUNK, _SETTLE_LOANS = (text(_SETTLE_EMPTY.format(scope=scope)) for scope in (_OF_CHUNK, _OF_LOANS))


async def fall_due(unit: Unit, on: date, chunk: Chunk) -> None:
    """Charge the fees of instalments that are due by `on`, D 1120 C 4020 (in non-accrual C 1195), for a chunk."""
    values = {"after": chunk.after, "upto": chunk.upto}
    await _fall_due(unit, (_CHARGE_CHUNK, _SETTLE_CHUNK), values, on, f"loans.fall_due:{on}:{chunk.number}")


async def fall_due_today(unit: Unit, loans: Sequence[Loan]) -> None:
    """The same for some loans whose locks are held, should the morning not have come to them yet."""
    values = {"loans": [loan.id for loan in loans]}
    key = f"loan:{loans[0].id}:fell_due:{unit.now.isoformat()}"
    await _fall_due(unit, (_CHARGE_LOANS, _SETTLE_LOANS), values, unit.open_on, key)


async def fall_due_rows(unit: Unit, loans: Sequence[Loan], on: date) -> None:
    """Write into instalments what falls due on a day, and post nothing: see `accrual.accrue_rows`."""
    values = {"loans": [loan.id for loan in loans], "on": on}
    await ledger.stage(unit)
    await unit.session.execute(_CHARGE_LOANS, values)
    await ledger.stage(unit)
    await unit.session.execute(_SETTLE_LOANS, values)


async def _fall_due(
    unit: Unit, statements: tuple[TextClause, TextClause], values: Mapping[str, object], on: date, key: str
) -> None:
    charge, settle = statements
    await ledger.stage(unit)
    await unit.session.execute(charge, {**values, "on": on})
    await ledger.post_staged(unit, key, "loan.fee", on, {"day": on.isoformat()})
    await unit.session.execute(settle, {**values, "on": on})
