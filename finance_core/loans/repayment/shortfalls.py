"""A debit that did not reach: said on the due morning, once wallet and Change Plus have given what they could."""

from __future__ import annotations

from datetime import date, time
from typing import Final

from sqlalchemy import text

from finance_core.loans.book.funding import NOT_HELD
from finance_core.loans.contact.ladder import OWED_OF_INSTALMENT, SILENCE
from finance_core.loans.repayment.notices import ShortDebit
from finance_core.notices import Urgency, cancel_all, insert_notices, stand_for_receipts, wake
from finance_core.notices.contact_rules import WhyNot
from finance_core.schedule.chunks import Chunk, in_chunks
from finance_core.schedule.steps import Step
from finance_core.storage.unit import Unit, Units

DUE_TODAY: Final = "loan.due_today"
_SHORT: Final = """
    SELECT l.id FROM loan l
    WHERE l.state = 'active' AND l.automatic_debit
        AND EXISTS (SELECT FROM instalment i WHERE i.loan_id = l.id AND i.settled_on IS NULL AND i.due_on = :on)
"""
_FOUND: Final = f"""
    SELECT l.id, l.customer_id, c.zone, l.asset, l.principal AS borrowed, l.grace_days,
        CASE WHEN l.funding_circle IS NULL THEN l.annual_rate ELSE 0 END AS annual_rate, l.penalty_rate,
        l.late_fee, i.nr, i.due_on, i.principal - i.paid_principal AS overdue_principal,
        (SELECT max(every.nr) FROM instalment every WHERE every.loan_id = l.id) AS last_nr,
        owed.missing, owed.besides,
        (SELECT CAST(coalesce(sum(p.amount), 0) AS bigint) FROM loan_payment p
            WHERE p.loan_id = l.id AND p.kind = 'loan.debit' AND p.on_date = :on AND p.reversed_entry_id IS NULL)
            AS taken,
        (SELECT coalesce(jsonb_agg(ledger_reference(p.entry_id) ORDER BY p.entry_id), '[]') FROM loan_payment p
            WHERE p.loan_id = l.id AND p.kind = 'loan.debit' AND p.on_date = :on AND p.reversed_entry_id IS NULL)
            AS named,
        silence.because
    FROM loan l
        JOIN customer c ON c.id = l.customer_id
        JOIN instalment i ON i.loan_id = l.id AND i.settled_on IS NULL AND i.due_on = :on
        CROSS JOIN LATERAL (
            SELECT CAST(coalesce(sum({OWED_OF_INSTALMENT}) FILTER (WHERE d.nr = i.nr), 0) AS bigint) AS missing,
                CAST(coalesce(sum({OWED_OF_INSTALMENT}) FILTER (WHERE d.nr <> i.nr), 0) AS bigint) AS besides
            FROM instalment d WHERE d.loan_id = l.id AND d.settled_on IS NULL AND d.due_on <= :on
        ) AS owed
        CROSS JOIN LATERAL ({SILENCE}) AS silence
    WHERE l.state = 'active' AND l.automatic_debit AND l.id > :after AND l.id <= :upto AND {NOT_HELD}
"""  # noqa: S608 - put together from this module's own words


def _money(amount: str) -> str:
    return f"jsonb_build_object('asset', f.asset, 'amount', {amount})"


def _cost_a_day(rate: str) -> str:
    """Return in SQL what `rules.cost_a_day` computes: what a day costs at a rate of percent a year, half-up."""
    return f"CAST(round(f.overdue_principal * ({rate}) / 36500) AS bigint)"


_RECORD_AND_TELL: Final = text(
    insert_notices(
        given=f"""
        WITH found AS ({_FOUND}),
        recorded AS (
            INSERT INTO loan_event (loan_id, kind, on_date, at, details)
            SELECT id, 'debit_short', :on, :now,
                jsonb_build_object('amount', taken, 'missing', missing, 'due_on', due_on)
            FROM found ORDER BY id, nr
        )
        """,  # noqa: S608 - put together from this module's own words
        select=f"""
        SELECT f.customer_id, f.zone, 'debit.short' AS kind,
            jsonb_build_object(
                'loan', f.id,
                'nr', f.nr,
                'count', f.last_nr,
                'borrowed', {_money("f.borrowed")},
                'taken', {_money("f.taken")},
                'missing', {_money("f.missing")},
                'besides', {_money("f.besides")},
                'due_on', f.due_on,
                'last_on', f.due_on + f.grace_days,
                'in_grace', {_money(_cost_a_day("f.annual_rate"))},
                'beyond', {_money(_cost_a_day("f.annual_rate + f.penalty_rate"))},
                'late_fee', {_money("f.late_fee")},
                'references', f.named
            ) AS params,
            'debit.short:' || f.id || ':' || f.nr || ':' || f.due_on AS key,
            'loan:' || f.id AS about
        FROM found f WHERE f.because IS NULL AND :is_told
        """,  # noqa: S608 - put together from this module's own words
        urgency=Urgency.SYSTEM,
    )
)


_TOLD: Final = text(
    """
    SELECT o.about,
        EXISTS (
            SELECT FROM outbox w
            WHERE w.about = o.about AND w.state = 'pending' AND w.kind = 'loan.due_today' AND w.due_at > :now
        ) AS waits
    FROM outbox o JOIN loan l ON o.about = 'loan:' || l.id
    WHERE o.state = 'pending' AND o.kind = 'debit.short' AND o.created_at = :now AND l.id > :after AND l.id <= :upto
    """
)


async def _tell(units: Units, on: date) -> None:
    await in_chunks(units, "loans.debit_short", on, _SHORT, lambda unit, chunk: _tell_chunk(unit, chunk, on))


async def _tell_chunk(unit: Unit, chunk: Chunk, on: date) -> None:
    """Put what fell short on the timelines, and tell the borrowers whom nothing silences.

    A debit that comes on a later day than its own is our fault and costs nothing: it is recorded and not told. Where
    the morning's reminder still waits, as it is night where the person lives, it is not sent any more: it would ask to
    have the money there for a debit that has been. Nor are the receipts of what was taken, which it names.
    """
    values = {"on": on, "now": unit.now, "after": chunk.after, "upto": chunk.upto, "is_told": on == unit.open_on}
    await unit.session.execute(_RECORD_AND_TELL, values)
    told = (await unit.session.execute(_TOLD, {"now": unit.now, "after": chunk.after, "upto": chunk.upto})).all()
    if told:
        waiting = [row.about for row in told if row.waits]
        await cancel_all(unit, abouts=waiting, kinds=[DUE_TODAY], because=WhyNot.SUPERSEDED)
        await stand_for_receipts(unit, abouts=[row.about for row in told], kind=ShortDebit.kind)
    await wake(unit)


TELL: Final = Step("loans.debit_short", time(9, 0), "open", "loans", _tell, _SHORT, rank=425)
