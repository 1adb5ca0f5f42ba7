"""A debit that did not reach: said on the due morning, once wallet and Change Plus have given what they could."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy import text

from finance_core.kernel.money import ASSETS, Money
from finance_core.loans.contact.ladder import OWED_OF_INSTALMENT, SILENCE
from finance_core.loans.contact.rules import cost_a_day
from finance_core.loans.repayment.notices import ShortDebit
from finance_core.notices import Notice, Urgency, enqueue_many
from finance_core.schedule.chunks import Chunk, in_chunks
from finance_core.schedule.steps import Step
from finance_core.storage.rows import Fetched
from finance_core.storage.unit import Unit, Units

_SHORT: Final = """
    SELECT l.id FROM loan l
    WHERE l.state = 'active' AND l.automatic_debit
        AND EXISTS (SELECT FROM instalment i WHERE i.loan_id = l.id AND i.settled_on IS NULL AND i.due_on = :on)
"""
_FOUND: Final = text(
    f"""
    SELECT l.id, l.customer_id, l.asset, l.principal, l.annual_rate, l.penalty_rate, l.grace_days, l.late_fee,
        i.nr, i.due_on, i.principal - i.paid_principal AS overdue_principal,
        (SELECT max(every.nr) FROM instalment every WHERE every.loan_id = l.id) AS last_nr,
        owed.missing, owed.besides,
        (SELECT CAST(coalesce(sum(p.amount), 0) AS bigint) FROM loan_payment p
            WHERE p.loan_id = l.id AND p.kind = 'loan.debit' AND p.on_date = :on AND p.reversed_entry_id IS NULL)
            AS taken,
        silence.because
    FROM loan l
        JOIN instalment i ON i.loan_id = l.id AND i.settled_on IS NULL AND i.due_on = :on
        CROSS JOIN LATERAL (
            SELECT CAST(coalesce(sum({OWED_OF_INSTALMENT}) FILTER (WHERE d.nr = i.nr), 0) AS bigint) AS missing,
                CAST(coalesce(sum({OWED_OF_INSTALMENT}) FILTER (WHERE d.nr <> i.nr), 0) AS bigint) AS besides
            FROM instalment d WHERE d.loan_id = l.id AND d.settled_on IS NULL AND d.due_on <= :on
        ) AS owed
        CROSS JOIN LATERAL ({SILENCE}) AS silence
    WHERE l.state = 'active' AND l.automatic_debit AND l.id = ANY(:loans)
    ORDER BY l.id, i.nr
    """  # noqa: S608 - put together from this module's own words
)
_RECORD: Final = text(
    """
    INSERT INTO loan_event (loan_id, kind, on_date, at, details)
    SELECT loan_id, 'debit_short', :on, :now,
        jsonb_build_object('amount', taken, 'missing', missing, 'due_on', CAST(:on AS date))
    FROM unnest(CAST(:loans AS bigint[]), CAST(:taken AS bigint[]), CAST(:missing AS bigint[]))
        AS short (loan_id, taken, missing)
    """
)


async def _tell(units: Units, on: date) -> None:
    await in_chunks(units, "loans.debit_short", on, _SHORT, lambda unit, chunk: _tell_chunk(unit, chunk, on))


async def _tell_chunk(unit: Unit, chunk: Chunk, on: date) -> None:
    """Put what fell short on the timelines, and tell the borrowers whom nothing silences.

    A debit that comes on a later day than its own is our fault and costs nothing: it is recorded and not told.
    """
    values = {"on": on, "now": unit.now}
    found = (await unit.session.execute(_FOUND, {**values, "loans": list(chunk.ids)})).all()
    figures = {name: [getattr(row, name) for row in found] for name in ("taken", "missing")}
    await unit.session.execute(_RECORD, {**values, "loans": [row.id for row in found], **figures})
    if on == unit.open_on:
        await enqueue_many(unit, _notices([row for row in found if row.because is None]))


def _notices(found: Sequence[Fetched]) -> list[Notice]:
    return [
        Notice(
            content=_receipt(row),
            urgency=Urgency.SYSTEM,
            key=f"debit.short:{row.id}:{row.nr}:{row.due_on}",
            customer_id=row.customer_id,
            about=f"loan:{row.id}",
        )
        for row in found
    ]


def _receipt(row: Fetched) -> ShortDebit:
    asset = ASSETS[row.asset]
    in_grace, beyond = (
        cost_a_day(row.overdue_principal, row.annual_rate, penalty) for penalty in (Decimal(0), row.penalty_rate)
    )
    return ShortDebit(
        loan=row.id,
        nr=row.nr,
        count=row.last_nr,
        borrowed=Money(row.principal, asset),
        taken=Money(row.taken, asset),
        missing=Money(row.missing, asset),
        besides=Money(row.besides, asset),
        due_on=row.due_on,
        last_on=row.due_on + timedelta(days=row.grace_days),
        in_grace=Money(in_grace, asset),
        beyond=Money(beyond, asset),
        late_fee=Money(row.late_fee, asset),
    )


TELL: Final = Step("loans.debit_short", time(9, 0), "open", "loans", _tell, _SHORT, rank=425)
