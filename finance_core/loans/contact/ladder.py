"""The ladder of reminders, queued each morning for all loans at once, with what is not to go and why.

Which days have a step is the product's (`reminder_days`: days from a due date, negative before it). What is late is
told of by the oldest unpaid due date; one that is to come is told of before and on its day, whatever is late besides.
A step is queued for the person's own hours; delivery merges all debts of a person into one message a day. A step that a
promise, hardship or a handover silences is written down as cancelled with the reason, and so stands on the timeline.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time
from typing import Final

from sqlalchemy import TextClause, text

from finance_core import ledger
from finance_core.cases.rest import rests
from finance_core.customers.roles import Permission, holders
from finance_core.kernel.money import ASSETS, Money
from finance_core.loans.contact import hardship, promises
from finance_core.loans.contact.notices import LateLoanWaits
from finance_core.loans.contact.rules import OFFICER_FROM_DAYS
from finance_core.loans.parties import parties_to_loan
from finance_core.notices import Notice, Urgency, enqueue_many, insert_notices, wake
from finance_core.notices.contact_rules import DEBT
from finance_core.schedule.chunks import Chunk, in_chunks
from finance_core.schedule.steps import Step
from finance_core.storage.rows import Fetched
from finance_core.storage.unit import Unit, Units

_ACTIVE: Final = "SELECT id FROM loan WHERE state = 'active'"

OWED_OF_INSTALMENT: Final = """
    d.principal + d.interest + d.late_interest + d.penalty + d.fee + d.late_fee
    - d.paid_principal - d.paid_interest - d.paid_penalty - d.paid_fee
"""

# Found by the days on which an instalment must be due, and not by looking at each loan.
_WITH_STEP: Final = """
    (
        SELECT DISTINCT ON (u.loan_id) u.loan_id, u.nr, u.due_on, u.due_on < :on AS is_late
        FROM instalment u
            JOIN loan s ON s.id = u.loan_id
            JOIN product p ON p.code = s.product AND p.version = s.product_version
        WHERE u.settled_on IS NULL
            AND u.due_on = ANY (ARRAY(
                SELECT DISTINCT CAST(:on AS date) - CAST(days AS integer)
                FROM product CROSS JOIN jsonb_array_elements_text(terms -> 'reminder_days') days))
            AND p.terms -> 'reminder_days' @> to_jsonb(CAST(:on AS date) - u.due_on)
            AND (u.due_on >= :on OR NOT EXISTS (
                SELECT FROM instalment o WHERE o.loan_id = u.loan_id AND o.settled_on IS NULL AND o.due_on < u.due_on))
        ORDER BY u.loan_id, u.due_on
    ) i
        JOIN loan l ON l.id = i.loan_id
"""
_WANTED: Final = f"""
    {hardship.OPEN} UNION ALL {promises.RUNNING} UNION ALL SELECT l.id FROM {_WITH_STEP} WHERE l.state = 'active'
"""  # noqa: S608 - put together from this module's own words

SILENCE: Final = f"""
    SELECT CASE
        WHEN EXISTS (
            SELECT FROM hardship_case h
            WHERE h.loan_id = l.id AND (h.state = 'proposed' OR (h.state = 'open' AND h.paused_until >= :on)))
            THEN 'hardship'
        WHEN EXISTS (
            SELECT FROM restructure_offer f
            WHERE f.loan_id = l.id AND f.state = 'open' AND f.expires_at > :now) THEN 'hardship'
        WHEN EXISTS (
            SELECT FROM promise r
            WHERE r.loan_id = l.id AND r.state = 'running' AND r.due_on >= :on) THEN 'promise'
        WHEN EXISTS (
            SELECT FROM loan_handover o WHERE o.loan_id = l.id AND o.until_on IS NULL) THEN 'handed_over'
        WHEN {rests("l.customer_id")} THEN 'rest'
        END AS because
"""  # noqa: S608 - put together from this module's own words
"""Why nobody is told about a loan `l` on the day `:on`; NULL where nothing silences it."""


def _money(amount: str) -> str:
    return f"jsonb_build_object('asset', l.asset, 'amount', {amount})"


def _queue_of(change_plus: str) -> str:
    """Return the statement that queues a chunk's steps. `change_plus` is SQL: what the borrower of `l` has there."""
    return insert_notices(
        select=f"""
        SELECT l.customer_id, c.zone,
            CASE WHEN i.is_late THEN 'loan.late' WHEN i.due_on = :on THEN 'loan.due_today' ELSE 'loan.due_soon' END
                AS kind,
            jsonb_build_object(
                'loan', l.id,
                'due_on', i.due_on,
                'days', abs(i.due_on - CAST(:on AS date)),
                'nr', i.nr,
                'count', owed.count,
                'borrowed', {_money("l.principal")},
                'wallet', {_money(ledger.available_of(ledger.wallet_of("l.customer_id", "l.asset")))},
                'change_plus', {_money(change_plus)},
                'from_change_plus', l.debit_from_change_plus,
                'grace', l.grace_days,
                'automatic', l.automatic_debit,
                'sum', {_money("CASE WHEN i.is_late THEN late ELSE coming END")},
                'besides', {_money("CASE WHEN i.is_late THEN coming ELSE late END")}
            ) || CASE WHEN i.is_late THEN jsonb_build_object('parts', owed.parts) ELSE '{{}}' END
                || CASE WHEN l.funding_circle IS NOT NULL THEN jsonb_build_object('of_circle', true) ELSE '{{}}' END
                AS params,
            'loan.reminder:' || l.id || ':' || i.nr || ':' || CAST(:on AS date) - i.due_on AS key,
            'loan:' || l.id AS about, silence.because AS silenced_because
        FROM {_WITH_STEP}
            JOIN customer c ON c.id = l.customer_id
            CROSS JOIN LATERAL (
                SELECT coalesce(sum({OWED_OF_INSTALMENT}) FILTER (WHERE d.due_on < :on), 0) AS late,
                    coalesce(sum({OWED_OF_INSTALMENT}) FILTER (WHERE d.due_on >= :on), 0) AS coming,
                    jsonb_agg(jsonb_build_object(
                        'nr', d.nr,
                        'days', CAST(:on AS date) - d.due_on,
                        'sum', {_money(OWED_OF_INSTALMENT)}
                    ) ORDER BY d.due_on, d.nr) FILTER (WHERE d.due_on < :on) AS parts,
                    (SELECT max(every.nr) FROM instalment every WHERE every.loan_id = l.id) AS count
                FROM instalment d
                WHERE d.loan_id = l.id AND d.settled_on IS NULL AND d.due_on <= greatest(i.due_on, CAST(:on AS date))
            ) AS owed
            CROSS JOIN LATERAL ({SILENCE}) AS silence
        WHERE l.state = 'active' AND i.loan_id > :after AND i.loan_id <= :upto
        """,  # noqa: S608 - put together from this module's own words
        urgency=Urgency.REMINDER,
        merge_key=DEBT,
        silenced=True,
    )


_TOLD_OF_AN_OFFICER: Final = text(
    """
    SELECT l.id, l.asset, o.key, CAST(o.params ->> 'days' AS integer) AS days,
        CAST(o.params -> 'sum' ->> 'amount' AS bigint) AS amount
    FROM loan l
        JOIN outbox o ON o.about = 'loan:' || l.id AND o.merge_key = 'debt.reminder' AND o.kind = 'loan.late'
            AND o.created_at = :now AND o.state = 'pending'
    WHERE l.state = 'active' AND l.id > :after AND l.id <= :upto
        AND l.funding_circle IS NULL AND l.overdue_since <= CAST(:on AS date) - CAST(:from_days AS integer)
        AND CAST(o.params ->> 'days' AS integer) >= :from_days
    ORDER BY l.id
    """
)


def remind(change_plus: str) -> Step:
    """Return the step that reminds. `change_plus` is SQL: what the borrower of a loan `l` has in Change Plus, in minor
    units; it may use `:now`.
    """
    queue = text(_queue_of(change_plus))

    async def run(units: Units, on: date) -> None:
        await in_chunks(units, "loans.hardship", on, hardship.OPEN, _settle_cases)
        await in_chunks(units, "loans.remind", on, _ACTIVE, lambda unit, chunk: _queue(unit, queue, chunk, on))
        await in_chunks(
            units, "loans.promises", on, promises.RUNNING, lambda unit, chunk: promises.follow_up(unit, chunk, on)
        )

    return Step("loans.remind", time(8, 0), "open", "loans", run, _WANTED, rank=210)


async def _settle_cases(unit: Unit, chunk: Chunk) -> None:
    await hardship.settle_cases(unit, chunk.after, chunk.upto)


async def _queue(unit: Unit, queue: TextClause, chunk: Chunk, on: date) -> None:
    values = {"on": on, "now": unit.now, "after": chunk.after, "upto": chunk.upto}
    await unit.session.execute(queue, values)
    await wake(unit)
    told = (await unit.session.execute(_TOLD_OF_AN_OFFICER, {**values, "from_days": OFFICER_FROM_DAYS})).all()
    if told:
        await _tell_officers(unit, told)


async def _tell_officers(unit: Unit, told: Sequence[Fetched]) -> None:
    """Tell the officers of the loans whose debtors have just been told that an officer looks at them."""
    officers = await holders(unit, Permission.HELP_IN_HARDSHIP)
    waiting = [
        (LateLoanWaits(loan=row.id, days=row.days, sum=Money(row.amount, ASSETS[row.asset])), row.key) for row in told
    ]
    parties = {waits.loan: await parties_to_loan(unit, waits.loan) for waits, _ in waiting}
    await enqueue_many(
        unit,
        [
            Notice(content=waits, urgency=Urgency.SYSTEM, key=f"{waits.kind}:{officer}:{key}", customer_id=officer)
            for waits, key in waiting
            for officer in officers
            if officer not in parties[waits.loan]
        ],
    )
