"""What a circle that runs has to stand: a lock on the due day, a receiver frozen or gone, the last places late."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from finance_core.approvals import freezing
from finance_core.circles import agenda, suspending
from finance_core.circles.book.evenings import DRAWN_AT, LISTED_AT, at
from finance_core.circles.book.models import CircleRound
from finance_core.circles.finding import find
from finance_core.circles.models import CircleMember, Role
from finance_core.circles.officers import appoint
from finance_core.circles.rules.auctions import Period
from finance_core.circles.rules.settings import Order
from finance_core.circles.suspending import Resolution
from finance_core.customers import service as customers
from finance_core.customers.roles import Role as OperatorRole
from finance_core.kernel.clock import ManualClock
from finance_core.storage.unit import Units
from tests.builders import CIPHER, an_operator, live, the_catalogue, verified
from tests.circle_rounds import Run, a_circle
from tests.circles import FIRST_ON, running


@pytest.fixture(autouse=True)
async def _catalogue(units: Units) -> None:
    await the_catalogue(units)


async def test_who_locks_the_account_on_the_due_day_is_debited_as_agreed(units: Units, clock: ManualClock) -> None:
    circle = await a_circle(units, 3)
    await live(units, clock, until="2026-03-20 08:30")
    async with units.begin() as unit:
        await customers.lock_outflow(unit, circle.people[1].id)
    await live(units, clock, until="2026-03-20 09:01")
    assert (await circle.round(1)).state == "paid"
    assert await circle.wallet(2) == "1,800.00"
    await verified(units)


async def test_a_receiver_who_is_frozen_has_the_pot_and_it_stays_with_them(units: Units, clock: ManualClock) -> None:
    circle = await a_circle(units, 3)
    async with units.begin() as unit:
        await freezing.freeze(unit, CIPHER, circle.people[0].id, "it looks stolen")
    await live(units, clock, until="2026-03-20 09:01")
    assert ((await circle.round(1)).state, await circle.wallet(1)) == ("paid", "2,400.00")
    await verified(units)


async def test_a_receiver_who_is_gone_keeps_the_turn_and_the_pot_waits_for_the_operator(
    units: Units, clock: ManualClock
) -> None:
    circle = await running(units, 4, order=Order.FIXED, period=Period.WEEK)
    first, second = circle.people[0], circle.people[1]
    async with units.begin() as unit:
        await appoint(unit, circle.token, first.id, second.id, Role.TREASURER)
        await agenda.open_motion(unit, circle.token, first.id, agenda.Suspend(first.id), "gone")
        await agenda.cast(unit, "gone", second.id, is_yes=True)
        [case] = await suspending.open_cases(unit, await find(unit, circle.token))
    olu = await an_operator(units, "Olu", OperatorRole.SUPPORT)
    await live(units, clock, until=f"{FIRST_ON} 12:00")
    assert {place.received_round for place in await circle.places()} == {None}
    async with units.begin() as unit:
        await suspending.decide_suspension(unit, CIPHER, case.id, olu.id, Resolution.RESUMED, "they were travelling")
    assert {place.nr for place in await circle.places() if place.received_round == 1} == {1}
    await verified(units)


async def debits(circle: Run, *places: int, given: bool) -> None:
    async with circle.units.begin() as unit:
        for place in places:
            row = await unit.session.get_one(CircleMember, (circle.id, circle.people[place - 1].id))
            row.automatic_debit = given


async def test_when_the_last_two_places_are_late_each_still_receives_once(units: Units, clock: ManualClock) -> None:
    circle = await a_circle(units, 4, period="day", shortfall="pay", automatic=True)
    await debits(circle, 3, 4, given=False)
    await live(units, clock, until="2026-03-26 12:00")
    # what they owe comes out of their own pots, the oldest round first: the first one is whole by that
    assert [(await circle.round(nr)).state for nr in (1, 2, 3, 4)] == ["paid", "short", "short", "short"]
    await debits(circle, 3, 4, given=True)
    await live(units, clock, until="2026-03-28 12:00")
    assert [(await circle.round(nr)).state for nr in (1, 2, 3, 4)] == ["paid"] * 4
    await verified(units)


@pytest.mark.parametrize(
    ("due", "listed", "drawn"),
    [
        (date(2026, 3, 29), datetime(2026, 3, 28, 17, tzinfo=UTC), datetime(2026, 3, 28, 19, tzinfo=UTC)),
        (date(2026, 3, 30), datetime(2026, 3, 29, 16, tzinfo=UTC), datetime(2026, 3, 29, 18, tzinfo=UTC)),
        (date(2026, 10, 26), datetime(2026, 10, 25, 17, tzinfo=UTC), datetime(2026, 10, 25, 19, tzinfo=UTC)),
    ],
)
def test_the_evening_before_a_due_day_is_by_the_wall_where_clocks_change(
    due: date, listed: datetime, drawn: datetime
) -> None:
    zone, row = ZoneInfo("Europe/Berlin"), CircleRound(circle_id=1, nr=1, due_on=due, first_due_on=due, state="coming")
    assert (at(row, LISTED_AT, zone), at(row, DRAWN_AT, zone)) == (listed, drawn)
