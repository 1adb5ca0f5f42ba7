"""What loans do each day by themselves: earn interest at night, remind at 08:00, debit what is due at 09:00."""

from __future__ import annotations

from datetime import date, time
from typing import Final

from sqlalchemy import text

from finance_core.loans.accrual import accrue
from finance_core.loans.collection import collect
from finance_core.notices import wake
from finance_core.storage.steps import Chunk, Step, in_chunks
from finance_core.storage.unit import Unit, Units

_ACTIVE: Final = "SELECT id FROM loan WHERE state = 'active'"
_BORROWERS_DUE: Final = """
    SELECT DISTINCT l.customer_id AS id FROM loan l JOIN instalment i ON i.loan_id = l.id
    WHERE l.state = 'active' AND l.automatic_debit AND i.settled_on IS NULL AND i.due_on <= :on
"""
_CUSTOMERS_OF_CHUNK: Final = text(
    f"SELECT id FROM ({_BORROWERS_DUE}) due WHERE id > :after AND id <= :upto ORDER BY id"  # noqa: S608 - a constant
)
_REMIND: Final = text(
    """
    INSERT INTO outbox (customer_id, kind, params, urgency, key, about, merge_key, supersedes, due_at, created_at)
    SELECT l.customer_id,
        CASE WHEN i.due_on > :on THEN 'loan.due_soon' WHEN i.due_on = :on THEN 'loan.due_today' ELSE 'loan.late' END,
        jsonb_build_object(
            'loan', l.id,
            'due_on', i.due_on,
            'days', abs(i.due_on - CAST(:on AS date)),
            'automatic', l.automatic_debit,
            'sum', jsonb_build_object('asset', l.asset, 'amount', (
                SELECT sum(d.principal + d.interest + d.late_interest + d.penalty
                           - d.paid_principal - d.paid_interest - d.paid_penalty)
                FROM instalment d
                WHERE d.loan_id = l.id AND d.settled_on IS NULL AND d.due_on <= greatest(i.due_on, CAST(:on AS date))
            ))
        ),
        'reminder', 'loan.reminder:' || l.id || ':' || i.nr || ':' || CAST(:on AS date) - i.due_on,
        'loan:' || l.id, 'debt.reminder', true, next_allowed(:now, c.zone), :now
    FROM loan l
        JOIN product p ON p.code = l.product AND p.version = l.product_version
        JOIN LATERAL (
            SELECT nr, due_on FROM instalment
            WHERE loan_id = l.id AND settled_on IS NULL ORDER BY due_on LIMIT 1
        ) i ON true
        JOIN customer c ON c.id = l.customer_id
    WHERE l.state = 'active' AND l.id > :after AND l.id <= :upto
        AND p.terms -> 'reminder_days' @> to_jsonb(CAST(:on AS date) - i.due_on)
    ON CONFLICT (key) DO NOTHING
    """
)


async def _accrue(units: Units, on: date) -> None:
    async def work(unit: Unit, chunk: Chunk) -> None:
        key = f"loans.accrue:{on}:{chunk.number}"
        await accrue(unit, on, after=chunk.after, until=chunk.upto, on=on, key=key)

    await in_chunks(units, "loans.accrue", on, _ACTIVE, work)


async def _remind(units: Units, on: date) -> None:
    async def work(unit: Unit, chunk: Chunk) -> None:
        values = {"on": on, "now": unit.now, "after": chunk.after, "upto": chunk.upto}
        await unit.session.execute(_REMIND, values)
        await wake(unit)

    await in_chunks(units, "loans.remind", on, _ACTIVE, work)


async def _debit(units: Units, on: date) -> None:
    async def work(unit: Unit, chunk: Chunk) -> None:
        values = {"on": on, "after": chunk.after, "upto": chunk.upto}
        customers = list((await unit.session.scalars(_CUSTOMERS_OF_CHUNK, values)).all())
        await collect(unit, customers, on.isoformat())

    await in_chunks(units, "loans.debit", on, _BORROWERS_DUE, work)


ACCRUE: Final = Step("loans.accrue", time(0, 5), "close", "loans", _accrue)
REMIND: Final = Step("loans.remind", time(8, 0), "open", "loans", _remind)
DEBIT: Final = Step("loans.debit", time(9, 0), "open", "loans", _debit)
