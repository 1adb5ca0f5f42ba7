"""What two operators do with a circle: nothing is debited or drawn while it is suspended, and nobody is late by it."""

from __future__ import annotations

import pytest

from finance_core import approvals
from finance_core.circles import operating
from finance_core.circles.models import Circle
from finance_core.customers.models import Customer
from finance_core.customers.roles import Role
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, NotAllowed
from finance_core.lines import ACTIONS
from finance_core.storage.unit import Actor, Units
from tests.builders import an_operator, live, the_catalogue, verified
from tests.circle_rounds import Run, a_circle


@pytest.fixture(autouse=True)
async def _catalogue(units: Units) -> None:
    await the_catalogue(units)


async def decided(units: Units, action: str, circle: Run, maker: Customer, checker: Customer, key: str) -> None:
    """Let one operator propose and another approve."""
    async with units.begin(Actor("operator", maker.id)) as unit:
        row = await unit.session.get_one(Circle, circle.id)
        subject = await operating.subject_of(unit, row.code)
        made = await approvals.propose(unit, maker.id, ACTIONS.called(action), subject, {}, "they argue", key)
    async with units.begin(Actor("operator", checker.id)) as unit:
        await approvals.approve(unit, ACTIONS, made.id, checker.id, made.version)


async def test_a_suspended_circle_stands_still_and_nobody_is_late_by_it(units: Units, clock: ManualClock) -> None:
    circle = await a_circle(units)
    maker, checker = await an_operator(units, "Olu", Role.SUPPORT), await an_operator(units, "Tia", Role.TREASURER)
    await decided(units, operating.SUSPEND, circle, maker, checker, "suspend")
    await live(units, clock, until="2026-03-25 12:00")
    assert [await circle.wallet(place) for place in range(1, 6)] == ["2,000.00"] * 5
    await decided(units, operating.RESUME, circle, maker, checker, "resume")
    await live(units, clock, until="2026-03-26 12:00")
    assert (await circle.round(1)).state == "paid"
    assert not (await circle.due(1, 2)).is_late
    await verified(units)


async def test_who_is_in_a_circle_does_not_deal_with_it_and_one_that_runs_is_not_let_go_on(units: Units) -> None:
    maker = await an_operator(units, "Olu", Role.SUPPORT)
    circle = await a_circle(units, [maker, *[await an_operator(units, f"P{each}") for each in range(4)]])
    async with units.begin() as unit:
        with pytest.raises(NotAllowed) as refused:
            await approvals.propose(
                unit, maker.id, ACTIONS.called(operating.SUSPEND), f"circle:{circle.id}", {}, "mine", "own"
            )
    assert refused.value.code == ErrorCode.OWN_DEALING
    other = await an_operator(units, "Una", Role.SUPPORT)
    async with units.begin() as unit:
        with pytest.raises(Conflict) as stands:
            await approvals.propose(
                unit, other.id, ACTIONS.called(operating.RESUME), f"circle:{circle.id}", {}, "why not", "again"
            )
    assert stands.value.code == ErrorCode.CIRCLE_NOT_SUSPENDED
