"""What deposits do each day by themselves: interest at night, and a question some days before maturity, with what is
paid on the banking day that pays it.

Maturities, whose money may pay what is overdue, are ended by `journeys.deposits`.
"""

from __future__ import annotations

from datetime import date, time
from typing import Final

from sqlalchemy import text

from finance_core.deposits.accrual import TO_ACCRUE, accrue
from finance_core.deposits.rules import pays_on
from finance_core.kernel.calendars import banking
from finance_core.kernel.errors import NotFound
from finance_core.notices import Urgency, insert_notices, wake
from finance_core.schedule.chunks import Chunk, in_chunks
from finance_core.schedule.steps import Step
from finance_core.storage.unit import Unit, Units

_TO_ASK: Final = """
    SELECT d.id FROM deposit d JOIN product p ON p.code = d.product AND p.version = d.product_version
    WHERE d.state = 'active' AND d.matures_on = CAST(:on AS date) + CAST(p.terms ->> 'asked_days_before' AS integer)
"""
_DAYS: Final = text(
    f"SELECT DISTINCT matures_on FROM deposit WHERE id IN ({_TO_ASK}) AND id > :after AND id <= :upto"  # noqa: S608
)
_ASK: Final = text(
    insert_notices(
        select=f"""
        SELECT d.customer_id, c.zone, 'deposit.matures' AS kind,
            jsonb_build_object('deposit', d.id, 'matures_on', d.matures_on, 'pays_on', paid.pays_on, 'days', d.days,
                'rollover', d.rollover,
                'sum', jsonb_build_object('amount', d.principal + earned.amount, 'asset', d.asset),
                'interest', jsonb_build_object('amount', earned.amount, 'asset', d.asset)) AS params,
            'deposit.matures:' || d.id AS key, 'deposit:' || d.id AS about
        FROM deposit d
            JOIN customer c ON c.id = d.customer_id
            JOIN unnest(CAST(:matures AS date[]), CAST(:pays AS date[])) paid (matures_on, pays_on)
                ON paid.matures_on = d.matures_on
            CROSS JOIN LATERAL (
                SELECT deposit_interest(d.principal, d.annual_rate, paid.pays_on - d.opened_on) AS amount
            ) earned
        WHERE d.id IN ({_TO_ASK}) AND d.id > :after AND d.id <= :upto
        ORDER BY d.id
        """,  # noqa: S608 - constants
        urgency=Urgency.REMINDER,
    )
)


async def _accrue(units: Units, on: date) -> None:
    async def work(unit: Unit, chunk: Chunk) -> None:
        await accrue(unit, on, chunk)

    await in_chunks(units, "deposits.accrue", on, TO_ACCRUE, work)


async def _ask(units: Units, on: date) -> None:
    """Ask what is to be done at maturity: paid out unless something else is chosen."""

    async def work(unit: Unit, chunk: Chunk) -> None:
        where = {"on": on, "after": chunk.after, "upto": chunk.upto}
        days = list(await unit.session.scalars(_DAYS, where))
        paid = {"matures": days, "pays": [_paid_on(day) for day in days]}
        await unit.session.execute(_ASK, {**where, **paid, "now": unit.now})
        await wake(unit)

    await in_chunks(units, "deposits.ask", on, _TO_ASK, work)


def _paid_on(matures_on: date) -> date:
    """Return when a deposit will be paid; its maturity where no calendar reaches that far."""
    try:
        return pays_on(matures_on, banking())
    except NotFound:
        return matures_on


ACCRUE: Final = Step("deposits.accrue", time(0, 5), "close", "deposits", _accrue, TO_ACCRUE, rank=140)
ASK: Final = Step("deposits.ask", time(8, 0), "open", "deposits", _ask, _TO_ASK, rank=230)
