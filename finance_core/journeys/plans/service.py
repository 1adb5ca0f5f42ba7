"""Use cases of plans: make one, change its sum, pause, resume, stop. What they do by themselves is in `running.py`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from sqlmodel import col, select

from finance_core.customers.queries import locked as lock_customer
from finance_core.journeys.plans import queries, targets
from finance_core.journeys.plans.models import NearDue, Plan, PlanKind, PlanState
from finance_core.journeys.plans.rules import Every, due_until, each_time, first_due, next_due
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput, RuleViolation
from finance_core.kernel.money import Money
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit

MOST_PLANS: Final = 10
"""Of one person, running or paused."""

MOST_EACH_TIME: Final = 50_000
"""Whole units of money; a larger sum is a slip or wants a thought of its own."""

NAME_CHARACTERS: Final = 40


@dataclass(frozen=True, slots=True)
class Wanted:
    """A plan as it is asked for. `first_on` is its first due day, after the book's."""

    amount: Money
    every: Every
    first_on: date
    due_day: int | None = None
    """Of a monthly plan: its day of the month; that of `first_on` when none was said."""
    target: str = targets.CHANGE_PLUS
    name: str = ""
    goal: Money | None = None
    goal_on: date | None = None
    shown: Mapping[str, str] = field(default_factory=dict)
    """The card that is confirmed: `language` and `text`. A sale that needs it keeps it."""

    @property
    def day_of_month(self) -> int | None:
        """The day of the month on which a monthly plan falls due, 1 to 31; None for a weekly one."""
        return (self.due_day or self.first_on.day) if self.every == Every.MONTH else None


def towards(goal: Money, goal_on: date, every: Every, today: date, name: str = "") -> Wanted:
    """Return the plan that fills a goal by its day, in whole units of money, beginning tomorrow.

    Raises InvalidInput: `plan_goal_day`: no due day lies before it.
    """
    first_on = first_due(every, today)
    day_of_month = first_on.day if every == Every.MONTH else None
    times = due_until(every, first_on, day_of_month, goal_on)
    if not times:
        raise InvalidInput(ErrorCode.PLAN_GOAL_DAY, first_on=first_on)
    amount = Money(each_time(goal.amount, times, 10**goal.asset.scale), goal.asset)
    return Wanted(amount, every, first_on, name=name, goal=goal, goal_on=goal_on)


async def require_may_make(unit: Unit, customer_id: int, amount: Money, target: str) -> None:
    """Refuse a plan that could never run.

    Raises:
        InvalidInput: `plan_amount_range` (minimum, maximum), `plan_target`, `deposit_days`.
        RuleViolation: `plan_too_many` (most).
    """
    least, most = await targets.least(unit, target), Money.of(MOST_EACH_TIME, amount.asset)
    if not least <= amount <= most:
        raise InvalidInput(ErrorCode.PLAN_AMOUNT_RANGE, minimum=least, maximum=most)
    if len(await queries.of_customer(unit, customer_id)) >= MOST_PLANS:
        raise RuleViolation(ErrorCode.PLAN_TOO_MANY, most=MOST_PLANS)


async def make(unit: Unit, cipher: Cipher, customer_id: int, wanted: Wanted, key: str) -> Plan:
    """Make a plan: a standing order to oneself. The caller has shown what it does and checked the PIN.

    Raises:
        NotAllowed: `adult_unconfirmed`. InvalidInput: `plan_goal_day`. And what `require_may_make` raises.
    """
    customer = await lock_customer(unit, customer_id)
    known = await queries.by_key(unit, key)
    if known is not None:
        return known
    await targets.require_may_have(unit, customer, wanted.target, wanted.amount)
    await require_may_make(unit, customer_id, wanted.amount, wanted.target)
    if wanted.goal_on is not None and wanted.goal_on < wanted.first_on:
        raise InvalidInput(ErrorCode.PLAN_GOAL_DAY, first_on=wanted.first_on)
    plan = Plan(
        key=key,
        customer_id=customer_id,
        kind=PlanKind.GOAL if wanted.goal is not None else PlanKind.REGULAR,
        target=wanted.target,
        asset=wanted.amount.asset.code,
        amount=wanted.amount.amount,
        every=wanted.every,
        due_day=wanted.day_of_month,
        starts_on=wanted.first_on,
        next_on=wanted.first_on,
        name_sealed=_sealed_name(cipher, wanted.name[:NAME_CHARACTERS], key),
        goal=wanted.goal.amount if wanted.goal is not None else None,
        goal_on=wanted.goal_on,
        saved=0,
        shown=dict(wanted.shown),
        state=PlanState.ACTIVE,
        made_at=unit.now,
    )
    unit.session.add(plan)
    await unit.session.flush()
    return plan


def _sealed_name(cipher: Cipher, name: str, key: str) -> bytes | None:
    return cipher.encrypt(name.encode(), queries.name_associated_data(key)) if name else None


async def round_up_sends(unit: Unit, customer_id: int, step: Money, key: str) -> Plan:
    """Round up every send from now on to a whole number of `step`; the difference goes into Change Plus once a day.

    Raises:
        NotAllowed: `adult_unconfirmed`. Conflict: `plan_rounds_up`: it is so already. RuleViolation: `plan_too_many`.
    """
    customer = await lock_customer(unit, customer_id)
    known = await queries.by_key(unit, key)
    if known is not None:
        return known
    await targets.require_may_have(unit, customer, targets.CHANGE_PLUS, step)
    if await round_ups(unit, customer_id) is not None:
        raise Conflict(ErrorCode.PLAN_ROUNDS_UP)
    await require_may_make(
        unit, customer_id, max(step, await targets.least(unit, targets.CHANGE_PLUS)), targets.CHANGE_PLUS
    )
    plan = Plan(
        key=key,
        customer_id=customer_id,
        kind=PlanKind.ROUND_UP,
        target=targets.CHANGE_PLUS,
        asset=step.asset.code,
        amount=step.amount,
        starts_on=unit.open_on,
        swept_to=unit.now,
        saved=0,
        shown={},
        state=PlanState.ACTIVE,
        made_at=unit.now,
    )
    unit.session.add(plan)
    await unit.session.flush()
    return plan


async def round_ups(unit: Unit, customer_id: int) -> Plan | None:
    """Return the plan by which a person's sends are rounded up, None when they are not."""
    statement = select(Plan).where(
        Plan.customer_id == customer_id, Plan.kind == PlanKind.ROUND_UP, col(Plan.state).in_(queries.RUNNING)
    )
    return await unit.session.scalar(statement)


async def turn_near_due(unit: Unit, plan_id: int, customer_id: int) -> Plan:
    """Turn over what a plan does before a due day that money would be short for: it warns, or is left out.

    Raises as `pause`.
    """
    plan = await _running(unit, plan_id, customer_id)
    plan.near_due = NearDue.WARN if plan.near_due == NearDue.SKIP else NearDue.SKIP
    return plan


async def pause(unit: Unit, plan_id: int, customer_id: int) -> Plan:
    """Let a plan rest until it is resumed. Raises NotFound: `plan`. Conflict: `plan_ended`."""
    plan = await _running(unit, plan_id, customer_id)
    plan.state = PlanState.PAUSED
    return plan


async def resume(unit: Unit, plan_id: int, customer_id: int) -> Plan:
    """Let a plan go on: with its next due day, or the sends from now on. Nothing is made up. Raises as `pause`."""
    plan = await _running(unit, plan_id, customer_id)
    if plan.state == PlanState.ACTIVE:
        return plan
    plan.state = PlanState.ACTIVE
    if plan.kind == PlanKind.ROUND_UP:
        plan.swept_to = unit.now
    elif plan.every is not None and plan.next_on is not None and plan.next_on <= unit.open_on:
        plan.next_on = next_due(Every(plan.every), plan.starts_on, plan.due_day, unit.open_on)
    return plan


async def stop(unit: Unit, plan_id: int, customer_id: int) -> Plan:
    """End a plan for good; what it has put aside stays where it is. A second time is the first. Raises NotFound."""
    plan = await queries.by_id(unit, plan_id, customer_id, locked=True)
    if plan.state in queries.RUNNING:
        plan.state, plan.ended_on = PlanState.STOPPED, unit.open_on
    return plan


async def change_amount(unit: Unit, plan_id: int, customer_id: int, amount: Money) -> Plan:
    """Put aside another sum each time from now on. Raises as `pause`, and InvalidInput: `plan_amount_range`."""
    plan = await _running(unit, plan_id, customer_id)
    least, most = await targets.least(unit, plan.target), Money.of(MOST_EACH_TIME, amount.asset)
    if not least <= amount <= most:
        raise InvalidInput(ErrorCode.PLAN_AMOUNT_RANGE, minimum=least, maximum=most)
    plan.amount = amount.amount
    return plan


async def _running(unit: Unit, plan_id: int, customer_id: int) -> Plan:
    plan = await queries.by_id(unit, plan_id, customer_id, locked=True)
    if plan.state not in queries.RUNNING:
        raise Conflict(ErrorCode.PLAN_ENDED)
    return plan
