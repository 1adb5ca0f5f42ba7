"""The rounds of a running circle: debits, pots, fines and shortfalls, through whole days."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from finance_core.kernel.clock import ManualClock
from finance_core.storage.unit import Units
from tests.builders import live, the_catalogue, verified
from tests.circle_rounds import Run, a_circle


async def stops_paying(circle: Run, place: int) -> None:
    """Let the consent of who holds a place be withdrawn."""
    async with circle.units.begin() as unit:
        change = "UPDATE circle_member SET automatic_debit = false WHERE circle_id = :circle AND customer_id = :who"
        await unit.session.execute(text(change), {"circle": circle.id, "who": circle.people[place - 1].id})


@pytest.fixture(autouse=True)
async def _catalogue(units: Units) -> None:
    await the_catalogue(units)


async def test_on_the_due_morning_all_are_debited_and_the_first_receives(units: Units, clock: ManualClock) -> None:
    circle = await a_circle(units)
    await live(units, clock, until="2026-03-20 08:59")
    assert await circle.pot(1) == "0.00"
    await live(units, clock, until="2026-03-20 09:01")
    assert [await circle.wallet(place) for place in range(1, 6)] == ["2,800.00", *["1,800.00"] * 4]
    assert ((await circle.round(1)).state, await circle.pot(1)) == ("paid", "0.00")
    await verified(units)


async def test_a_whole_cycle_pays_each_place_once(units: Units, clock: ManualClock) -> None:
    circle = await a_circle(units, period="day")
    await live(units, clock, until="2026-03-24 10:00")
    assert [await circle.wallet(place) for place in range(1, 6)] == ["2,000.00"] * 5
    await verified(units)


async def test_the_receivers_own_part_comes_out_of_the_pot(units: Units, clock: ManualClock) -> None:
    circle = await a_circle(units, automatic=False)
    for place in (2, 3, 4):
        await circle.pay(place, 200)
    await live(units, clock, until="2026-03-20 12:00")
    assert (await circle.round(1)).state == "collecting"
    await circle.pay(5, 200)
    assert (await circle.round(1)).state == "paid"
    assert await circle.wallet(1) == "2,800.00"
    await verified(units)


async def test_the_worked_fine_is_paid_after_the_contribution(units: Units, clock: ManualClock) -> None:
    """500.00 due on the 20th, 300.00 on the 21st, 210.00 on the 24th: contribution 500.00, fine 10.00."""
    circle = await a_circle(units, contribution="500.00", automatic=False)
    await live(units, clock, until="2026-03-21 12:00")
    await circle.pay(4, 300)
    await live(units, clock, until="2026-03-24 12:00")
    due = await circle.due(1, 4)
    assert (due.paid, due.fine, due.is_late) == (300_00, 10_00, True)
    await circle.pay(4, 210)
    due = await circle.due(1, 4)
    assert (due.paid, due.fine_paid) == (500_00, 10_00)
    assert await circle.fines() == "10.00"
    await verified(units)


async def test_a_pot_that_is_not_full_waits_seven_days_and_is_paid_with_what_is_there(
    units: Units, clock: ManualClock
) -> None:
    circle = await a_circle(units)
    await stops_paying(circle, 5)
    await live(units, clock, until="2026-03-27 08:59")
    assert (await circle.round(1)).state == "collecting"
    await live(units, clock, until="2026-03-27 09:01")
    assert (await circle.round(1)).state == "short"
    assert await circle.wallet(1) == "2,600.00"
    await verified(units)
