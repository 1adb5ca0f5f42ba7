"""Reads: a person's plans, how far a goal is, what the last runs did."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import col, select

from finance_core.journeys.plans.models import Plan, PlanRun, PlanState
from finance_core.journeys.plans.rules import Every, due_until, each_time, next_due
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from finance_core.kernel.money import ASSETS, Money
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit

RUNNING = (PlanState.ACTIVE, PlanState.PAUSED)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a goal is."""

    name: str
    """In its owner's words, "" where they said none."""
    saved: Money
    goal: Money
    times_left: int
    """Due days up to the goal's day."""
    needed: Money
    """What it takes each time from now on, in whole units of money; the plan's own sum may be less."""

    @property
    def is_on_track(self) -> bool:
        """Whether the goal can still be reached by its day, or has been."""
        return self.times_left > 0 or self.saved >= self.goal


async def of_customer(unit: Unit, customer_id: int) -> list[Plan]:
    """Return a person's plans that are active or paused, oldest first."""
    statement = select(Plan).where(Plan.customer_id == customer_id, col(Plan.state).in_(RUNNING)).order_by(col(Plan.id))
    return list(await unit.session.scalars(statement.execution_options(populate_existing=True)))


async def by_id(unit: Unit, plan_id: int, customer_id: int, *, locked: bool = False) -> Plan:
    """Return a person's own plan. Raises NotFound: `plan`, also for another's."""
    statement = select(Plan).where(Plan.id == plan_id, Plan.customer_id == customer_id)
    statement = statement.with_for_update(key_share=True) if locked else statement
    found = await unit.session.scalar(statement.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(ErrorCode.PLAN)
    return found


async def by_key(unit: Unit, key: str) -> Plan | None:
    """Return the plan that an act made, None when it made none."""
    return await unit.session.scalar(select(Plan).where(Plan.key == key))


async def last_runs(unit: Unit, plan_id: int, limit: int = 3) -> list[PlanRun]:
    """Return a plan's newest runs, newest first."""
    statement = select(PlanRun).where(PlanRun.plan_id == plan_id).order_by(col(PlanRun.due_on).desc()).limit(limit)
    return list(await unit.session.scalars(statement))


def progress(unit: Unit, cipher: Cipher, plan: Plan) -> Progress:
    """Return how far a goal is on the book's day."""
    asset = ASSETS[plan.asset]
    assert plan.goal is not None
    assert plan.goal_on is not None
    assert plan.every is not None
    every = Every(plan.every)
    first = plan.next_on or next_due(every, plan.starts_on, plan.due_day, unit.open_on)
    times = due_until(every, first, plan.due_day, plan.goal_on)
    needed = each_time(plan.left, times, 10**asset.scale)
    return Progress(
        name_of(plan, cipher), Money(plan.saved, asset), Money(plan.goal, asset), times, Money(needed, asset)
    )


def name_associated_data(key: str) -> str:
    """Return the associated data that a goal's name is bound to."""
    return f"plan.name:{key}"


def name_of(plan: Plan, cipher: Cipher) -> str:
    """Return what a goal is for, "" where nothing was said, or when it is not to be read any more."""
    name = cipher.opened(plan.name_sealed, name_associated_data(plan.key)) if plan.name_sealed is not None else None
    return name.decode() if name is not None else ""
