"""What plans do by themselves, at 09:00 after loans have had theirs: only on dealing days, each plan in one unit.

Idempotent by (plan, due day). Where the money is not there nothing is owed: a notice says so, and the next time is the
next due day. A day that is lived through later, because the service was down, is left to the present one: what was
missed is made up once (`rules`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, datetime, time
from typing import Final

from sqlalchemy import TextClause, text

from finance_core import ledger
from finance_core.customers.freezing import freeze_of
from finance_core.journeys.plans import notices, targets
from finance_core.journeys.plans.dues import Due, short_for
from finance_core.journeys.plans.models import Missing, NearDue, Plan, PlanKind, PlanRun, PlanState
from finance_core.journeys.plans.queries import name_associated_data
from finance_core.journeys.plans.rules import Every, next_due, sum_now
from finance_core.kernel.calendars import dealing
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import (
    FinanceError,
    InsufficientFunds,
    InvalidInput,
    NotAllowed,
    NotFound,
    RuleViolation,
    TemporarilyUnavailable,
)
from finance_core.kernel.money import ASSETS, Money
from finance_core.notices import Sealed, Urgency, enqueue, sealed
from finance_core.schedule.steps import Held, Step
from finance_core.storage.unit import SYSTEM, Unit, Units

_PAGE_ROWS: Final = 500

Work = Callable[[Unit, int, date], Awaitable[None]]

_WANTED: Final = "SELECT FROM plan WHERE state = 'active' AND (next_on <= :on OR kind = 'round_up')"
_DUE: Final = text(
    """
    SELECT id FROM plan WHERE state = 'active' AND next_on <= :on AND id > :after ORDER BY id LIMIT :rows
    """
)
# What sends lack to a whole number of the plan's sum: those that have not come back, of days before this one.
_SENT: Final = """
    SELECT coalesce(sum((p.amount - s.amount % p.amount) % p.amount), 0) AS amount FROM send s
    WHERE s.sender_id = p.customer_id AND s.asset = p.asset AND s.state IN ('waiting', 'accepted')
        AND s.sent_at >= p.swept_to AND s.sent_at < :until
"""
_ROUNDING: Final = text(
    f"""
    SELECT p.id FROM plan p CROSS JOIN LATERAL ({_SENT}) sent
    WHERE p.kind = 'round_up' AND p.state = 'active' AND p.swept_to < :until AND p.id > :after
        AND sent.amount >= :least
        AND NOT EXISTS (SELECT FROM plan_run r WHERE r.plan_id = p.id AND r.due_on = :on)
    ORDER BY p.id LIMIT :rows
    """  # noqa: S608 - constants
)
_ROUNDED: Final = text(f"SELECT sent.amount FROM plan p CROSS JOIN LATERAL ({_SENT}) sent WHERE p.id = :plan")  # noqa: S608

_UNSUITABLE: Final = {
    ErrorCode.SUITABILITY_ABOVE,
    ErrorCode.SUITABILITY_EXPIRED,
    ErrorCode.SUITABILITY_MISSING,
}
_REFUSALS: Final = (RuleViolation, NotAllowed, InvalidInput, NotFound, TemporarilyUnavailable)


async def run_plans(units: Units, on: date) -> None:
    """Run the plans that are due on a dealing day, and sweep what sends were rounded up by.

    Raises:
        Held: nobody knows whether `on` is a dealing day.
    """
    if not await _is_the_day(units, on):
        return
    await _each(units, on, _DUE, _run)
    await _each(units, on, _ROUNDING, _sweep)


async def _is_the_day(units: Units, on: date) -> bool:
    """Say whether plans run on `on`: a dealing day that is not lived through belatedly."""
    try:
        is_open = dealing().is_open(on)
    except NotFound:
        raise Held(f"the dealing calendar of {on.year}") from None
    async with units.begin(SYSTEM) as unit:
        return is_open and unit.local_now().date() <= on


async def _each(units: Units, on: date, due: TextClause, work: Work) -> None:
    """Do `work` for each plan that `due` selects, a page at a time."""
    after = 0
    while True:
        async with units.begin(SYSTEM) as unit:
            values = {"on": on, "after": after, "rows": _PAGE_ROWS, **await _bounds(unit, on, due)}
            page = list(await unit.session.scalars(due, values))
        for plan_id in page:
            async with units.begin(SYSTEM) as unit:
                await work(unit, plan_id, on)
        if len(page) < _PAGE_ROWS:
            return
        after = page[-1]


async def _bounds(unit: Unit, on: date, due: TextClause) -> dict[str, object]:
    if due is _DUE:
        return {}
    least = await targets.least(unit, targets.CHANGE_PLUS)
    return {"until": _midnight(unit, on), "least": least.amount}


async def _run(unit: Unit, plan_id: int, on: date) -> None:
    """Put a plan's sum aside, once for all of its due days up to `on`."""
    plan = await _locked(unit, plan_id)
    if plan.state != PlanState.ACTIVE or plan.next_on is None or plan.next_on > on:
        return
    due_on, asset = plan.next_on, ASSETS[plan.asset]
    plan.next_on = next_due(Every(str(plan.every)), plan.starts_on, plan.due_day, on)
    least = await targets.least(unit, plan.target)
    left = plan.left if plan.kind == PlanKind.GOAL else None
    amount = Money(sum_now(plan.amount, left, least.amount), asset)
    if await _put_aside(unit, plan, amount, due_on, on) and plan.kind == PlanKind.GOAL and not plan.left:
        await reached(unit, plan)


async def _sweep(unit: Unit, plan_id: int, on: date) -> None:
    """Put aside what the sends before `on` were rounded up by."""
    plan = await _locked(unit, plan_id)
    until = _midnight(unit, on)
    if plan.state != PlanState.ACTIVE or plan.swept_to is None or plan.swept_to >= until:
        return
    amount = int(await unit.session.scalar(_ROUNDED, {"plan": plan.id, "until": until}) or 0)
    if amount and await _put_aside(unit, plan, Money(amount, ASSETS[plan.asset]), on, on):
        plan.swept_to = until


async def _put_aside(unit: Unit, plan: Plan, amount: Money, due_on: date, on: date) -> bool:
    """Move the money, or say why not; either way the due day is done. Returns whether it moved."""
    due = await short_for(unit, plan.customer_id, amount, plan.target, on)
    reference, missing = await _tried(unit, plan, amount, due_on, due)
    unit.session.add(
        PlanRun(plan_id=plan.id, due_on=due_on, ran_on=on, amount=amount.amount, reference=reference, missing=missing)
    )
    if missing is None:
        plan.saved, plan.missed_on = plan.saved + amount.amount, None
        if due is not None:
            await _warn(unit, plan, amount, due_on, due)
        return True
    is_first = plan.missed_on is None
    plan.missed_on = on
    if is_first or plan.kind != PlanKind.ROUND_UP:
        await _tell_missed(unit, plan, amount, due_on, missing, due if missing is Missing.DUE else None)
    return False


async def _tried(
    unit: Unit, plan: Plan, amount: Money, due_on: date, due: Due | None
) -> tuple[str | None, Missing | None]:
    if await freeze_of(unit, plan.customer_id) is not None:
        return None, Missing.FROZEN
    if due is not None and plan.near_due == NearDue.SKIP:
        return None, Missing.DUE
    wallet = await ledger.available(unit, ledger.customer_wallet(plan.customer_id, amount.asset))
    if wallet < amount:
        return None, Missing.MONEY
    await unit.session.flush()
    try:
        async with unit.session.begin_nested():
            key = f"plan:{plan.id}:{due_on}"
            reference = await targets.put(unit, plan.customer_id, plan.target, amount, key, plan.shown)
    except _REFUSALS as refused:
        await unit.session.refresh(plan)
        return None, _why(refused)
    return reference, None


def _why(refused: FinanceError) -> Missing:
    if isinstance(refused, InsufficientFunds):
        return Missing.MONEY
    if isinstance(refused, NotAllowed) and refused.code in _UNSUITABLE:
        return Missing.CLASS
    return Missing.CLOSED if isinstance(refused, TemporarilyUnavailable | NotFound) else Missing.LIMIT


async def _locked(unit: Unit, plan_id: int) -> Plan:
    return await unit.session.get_one(Plan, plan_id, with_for_update={"key_share": True})


def _midnight(unit: Unit, on: date) -> datetime:
    """The instant at which `on` begins, on the institution's wall."""
    return datetime.combine(on, time.min, tzinfo=unit.zone)


async def _warn(unit: Unit, plan: Plan, amount: Money, due_on: date, due: Due) -> None:
    await enqueue(
        unit,
        notices.ShortForDue(
            plan=plan.id,
            sum=amount,
            target=plan.target.partition(":")[0],
            due=due.sum,
            due_on=due.on,
            lacking=due.lacking,
        ),
        customer_id=plan.customer_id,
        urgency=Urgency.SYSTEM,
        key=f"plan.short_for_due:{plan.id}:{due_on}",
        about=f"plan:{plan.id}",
    )


async def _tell_missed(unit: Unit, plan: Plan, amount: Money, due_on: date, missing: Missing, due: Due | None) -> None:
    await enqueue(
        unit,
        notices.Missed(
            plan=plan.id,
            sum=amount,
            missing=str(missing),
            target=plan.target.partition(":")[0],
            again_on=plan.next_on,
            due=due.sum if due is not None else None,
            due_on=due.on if due is not None else None,
        ),
        customer_id=plan.customer_id,
        urgency=Urgency.SYSTEM,
        key=f"plan.missed:{plan.id}:{due_on}",
        about=f"plan:{plan.id}",
    )


def _goal(plan: Plan) -> Sealed | str:
    return sealed(plan.name_sealed, name_associated_data(plan.key)) if plan.name_sealed is not None else ""


async def reached(unit: Unit, plan: Plan) -> None:
    """Let a goal that is full have ended, and tell its owner."""
    plan.state, plan.ended_on = PlanState.REACHED, unit.open_on
    await enqueue(
        unit,
        notices.Reached(sum=Money(plan.saved, ASSETS[plan.asset]), goal=_goal(plan)),
        customer_id=plan.customer_id,
        urgency=Urgency.SYSTEM,
        key=f"plan.reached:{plan.id}",
        about=f"plan:{plan.id}",
    )


RUN: Final = Step("plans.run", time(9, 0), "open", "plans", run_plans, _WANTED, rank=430)
