"""Promises to pay: made, kept, broken. While one runs the ladder is silent, except on the morning of its day.

Interest and penalty go on meanwhile. A promise is kept by any payments that reach its sum, by hand or by debit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import text
from sqlmodel import col, select

from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, RuleViolation
from finance_core.kernel.money import ASSETS, Money
from finance_core.loans import queries
from finance_core.loans.contact.models import Promise
from finance_core.loans.contact.rules import PromiseState, cost_a_day, require_promise
from finance_core.loans.events import record
from finance_core.loans.models import Loan, LoanState
from finance_core.notices import Urgency, cancel, insert_notices, wake
from finance_core.notices.contact_rules import DEBT, WhyNot
from finance_core.schedule.chunks import Chunk
from finance_core.storage.unit import Unit

RUNNING: Final = "SELECT loan_id AS id FROM promise WHERE state = 'running'"

_PAID: Final = """
    (SELECT coalesce(sum(paid.amount), 0) FROM loan_payment paid
     WHERE paid.loan_id = p.loan_id AND paid.reversed_entry_id IS NULL AND paid.kind <> 'loan.waiver')
"""
_TELL_KEPT: Final = insert_notices(
    select="""
    SELECT kept.customer_id, c.zone, 'loan.promise_kept' AS kind,
        jsonb_build_object('sum', jsonb_build_object('asset', kept.asset, 'amount', kept.amount)) AS params,
        'loan.promise_kept:' || kept.id AS key, 'loan:' || kept.loan_id AS about
    FROM kept JOIN customer c ON c.id = kept.customer_id
    """,
    urgency=Urgency.SYSTEM,
)
_KEEP: Final = text(
    f"""
    WITH kept AS (
        UPDATE promise p SET state = 'kept', ended_on = :on
        FROM loan l
        WHERE l.id = p.loan_id AND p.loan_id = ANY(:loans) AND p.state = 'running'
            AND (l.state = 'settled' OR {_PAID} - p.paid_before >= p.amount)
        RETURNING p.id, p.loan_id, p.amount, p.due_on, l.asset, l.customer_id
    ), told AS (
        {_TELL_KEPT}
    )
    INSERT INTO loan_event (loan_id, kind, on_date, at, details)
    SELECT loan_id, 'promise_kept', :on, :now, jsonb_build_object('amount', amount, 'due_on', due_on) FROM kept
    RETURNING id
    """  # noqa: S608 - put together from this module's own words
)
_END_WITH_THE_PLAN: Final = text(
    """
    UPDATE promise p SET state = 'withdrawn', ended_on = :on
    FROM loan l
    WHERE l.id = p.loan_id AND p.loan_id = ANY(:loans) AND p.state = 'running'
        AND (l.state <> 'active' OR l.restructured_on >= p.made_on)
    """
)
_BREAK: Final = text(
    """
    WITH broken AS (
        UPDATE promise p SET state = 'broken', ended_on = :on
        FROM loan l
        WHERE l.id = p.loan_id AND p.loan_id = ANY(:loans) AND p.state = 'running' AND p.due_on < :on
        RETURNING p.id, p.loan_id, p.amount, p.due_on
    )
    INSERT INTO loan_event (loan_id, kind, on_date, at, details)
    SELECT loan_id, 'promise_broken', :on, :now, jsonb_build_object('amount', amount, 'due_on', due_on) FROM broken
    """
)
_REMIND: Final = text(
    insert_notices(
        select="""
        SELECT l.customer_id, c.zone,
            CASE p.state WHEN 'broken' THEN 'loan.promise_broken' ELSE 'loan.promise_today' END AS kind,
            jsonb_build_object(
                'loan', l.id, 'due_on', p.due_on, 'days', CAST(:on AS date) - p.due_on,
                'automatic', l.automatic_debit,
                'sum', jsonb_build_object('asset', l.asset, 'amount', p.amount)) AS params,
            CASE p.state WHEN 'broken' THEN 'loan.promise_broken:' ELSE 'loan.promise_today:' END || p.id AS key,
            'loan:' || l.id AS about
        FROM promise p
            JOIN loan l ON l.id = p.loan_id
            JOIN customer c ON c.id = l.customer_id
        WHERE p.loan_id = ANY(:loans) AND l.state = 'active'
            AND ((p.state = 'running' AND p.due_on = :on) OR (p.state = 'broken' AND p.ended_on = :on))
        """,
        urgency=Urgency.REMINDER,
        merge_key=DEBT,
    )
)
_LOANS_OF_CHUNK: Final = text(
    "SELECT loan_id FROM promise WHERE state = 'running' AND loan_id > :after AND loan_id <= :upto"
)
_PAID_SO_FAR: Final = text(f"SELECT {_PAID} FROM (SELECT CAST(:loan AS bigint) AS loan_id) p")  # noqa: S608 - as above
_OVERDUE_PRINCIPAL: Final = text(
    """
    SELECT coalesce(sum(principal - paid_principal), 0) FROM instalment
    WHERE loan_id = :loan AND settled_on IS NULL AND due_on < :on
    """
)


@dataclass(frozen=True, slots=True)
class Offer:
    """What a promise for a day would be: its sum, and what each day of waiting costs, penalty included."""

    loan: Loan
    amount: Money
    due_on: date
    cost_a_day: Money


async def offer(unit: Unit, loan: Loan, due_on: date, amount: Money | None) -> Offer:
    """Return the promise that could be made; without `amount`, of all that is due by then as far as today knows.

    Raises:
        RuleViolation: as `rules.require_promise`; `nothing_due_by` when nothing falls due until then.
    """
    require_promise(unit.open_on, due_on, await _earlier(unit, loan.id))
    asset = ASSETS[loan.asset]
    owing = await queries.owed(unit, [loan.id], due_on)
    by_then = Money(sum(each.total for each in owing if each.due_on <= due_on), asset)
    if not by_then:
        raise RuleViolation(ErrorCode.NOTHING_DUE_BY, on=due_on)
    everything = Money(sum(each.total for each in owing), asset)
    overdue = await unit.session.scalar(_OVERDUE_PRINCIPAL, {"loan": loan.id, "on": due_on})
    a_day = cost_a_day(int(overdue or 0), loan.late_rate, loan.penalty_rate)
    return Offer(loan, min(amount or by_then, everything), due_on, Money(a_day, asset))


async def promise(unit: Unit, loan_id: int, amount: Money, due_on: date, key: str) -> Promise:
    """Take a promise to pay `amount` by `due_on`; reminders that wait are cancelled, and none comes until then.

    Raises:
        RuleViolation: as `offer`. Conflict: `loan_settled`.
    """
    loan = await queries.locked(unit, loan_id)
    if loan.state != LoanState.ACTIVE:
        raise Conflict(ErrorCode.LOAN_SETTLED)
    offered = await offer(unit, loan, due_on, amount)
    made = Promise(
        key=key,
        loan_id=loan.id,
        amount=offered.amount.amount,
        paid_before=int(await unit.session.scalar(_PAID_SO_FAR, {"loan": loan.id}) or 0),
        made_on=unit.open_on,
        made_at=unit.now,
        due_on=due_on,
        state=PromiseState.RUNNING,
    )
    unit.session.add(made)
    record(unit, loan, "promised", {"amount": made.amount, "due_on": due_on.isoformat()})
    await unit.session.flush()
    await cancel(unit, about=f"loan:{loan.id}", because=WhyNot.PROMISE)
    return made


async def keep(unit: Unit, loan_ids: Sequence[int]) -> int:
    """Mark the running promises of these loans that payments have met: thanks go out. Returns how many were kept."""
    values = {"loans": list(loan_ids), "on": unit.open_on, "now": unit.now}
    kept = len((await unit.session.execute(_KEEP, values)).all())
    if kept:
        await wake(unit)
    return kept


async def withdraw(unit: Unit, loan: Loan) -> None:
    """End the running promise of a loan that something else has overtaken; nothing is told."""
    running = await _running(unit, loan.id)
    if running is not None:
        running.state, running.ended_on = PromiseState.WITHDRAWN, unit.open_on
        record(unit, loan, "promise_withdrawn", {"amount": running.amount, "due_on": running.due_on.isoformat()})
        await unit.session.flush()


async def running_of(unit: Unit, loan_id: int) -> Promise | None:
    """Return the promise that runs for a loan, None when there is none."""
    return await _running(unit, loan_id)


async def follow_up(unit: Unit, chunk: Chunk, on: date) -> None:
    """Settle the promises of a chunk of loans on the morning of `on`: remind of today's, say which were broken."""
    found = await unit.session.scalars(_LOANS_OF_CHUNK, {"after": chunk.after, "upto": chunk.upto})
    loans = list(found.all())
    await keep(unit, loans)
    values = {"loans": loans, "on": on, "now": unit.now}
    await unit.session.execute(_END_WITH_THE_PLAN, {"loans": loans, "on": on})
    await unit.session.execute(_BREAK, values)
    await unit.session.execute(_REMIND, values)
    await wake(unit)


async def _running(unit: Unit, loan_id: int) -> Promise | None:
    statement = select(Promise).where(Promise.loan_id == loan_id, Promise.state == PromiseState.RUNNING)
    return await unit.session.scalar(statement.execution_options(populate_existing=True))


async def _earlier(unit: Unit, loan_id: int) -> list[PromiseState]:
    statement = select(Promise.state).where(Promise.loan_id == loan_id).order_by(col(Promise.id).desc())
    return [PromiseState(state) for state in await unit.session.scalars(statement)]
