"""The rounds of a running circle: debits, pots, fines and shortfalls, through whole days."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from sqlalchemy import text

from finance_core.business_day.tick import run_due
from finance_core.circles.book.closing import close_place
from finance_core.circles.book.pockets import put_in
from finance_core.circles.book.statement import closing_statement
from finance_core.circles.models import Circle, ClosedWhy
from finance_core.circles.statements import statement_of
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput
from finance_core.lines import CALENDAR
from finance_core.storage.unit import Units
from tests.builders import SHANGHAI, live, the_catalogue, verified, yuan
from tests.circle_rounds import FIRST_DUE, Run, a_circle
from tests.friends import pushed


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


async def test_a_pot_that_is_full_before_nine_waits_for_that_hour(units: Units, clock: ManualClock) -> None:
    circle = await a_circle(units, 3)
    await live(units, clock, until="2026-03-20 08:59")
    for place in (1, 2, 3):
        await circle.pay(place, 200)
    assert (await circle.pot(1), await circle.wallet(1)) == ("600.00", "1,800.00")
    await live(units, clock, until="2026-03-20 09:01")
    assert (await circle.pot(1), await circle.wallet(1)) == ("0.00", "2,400.00")
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


async def test_what_is_there_is_paid_after_the_grace_and_what_comes_later_goes_to_the_same_receiver(
    units: Units, clock: ManualClock
) -> None:
    circle = await a_circle(units, shortfall="pay")
    await stops_paying(circle, 5)
    await live(units, clock, until="2026-03-22 09:01")
    assert await circle.wallet(1) == "2,600.00"
    await circle.pay(5, 150)
    assert (await circle.wallet(1), (await circle.round(1)).state) == ("2,750.00", "short")
    await circle.pay(5, 54)
    assert (await circle.wallet(1), (await circle.round(1)).state) == ("2,800.00", "paid")
    assert await circle.fines() == "4.00"
    await verified(units)


async def test_a_debt_to_the_circle_comes_out_of_the_payout_first(units: Units, clock: ManualClock) -> None:
    circle = await a_circle(units, shortfall="pay", period="day", first_due=FIRST_DUE)
    await stops_paying(circle, 3)
    await live(units, clock, until="2026-03-22 12:00")
    # Place 3 owes rounds 1 and 2, the first of which is late, and receives in round 3.
    assert await circle.wallet(3) == "2,396.00"
    assert [(await circle.round(number)).state for number in (1, 2, 3)] == ["paid", "paid", "paid"]
    await verified(units)


async def test_who_pays_ahead_is_not_debited_again(units: Units, clock: ManualClock) -> None:
    circle = await a_circle(units)
    paid = await circle.pay(5, 350)
    assert (str(paid.due), str(paid.ahead)) == ("0.00", "350.00")
    await live(units, clock, until="2026-03-20 12:00")
    assert await circle.wallet(5) == "1,650.00"
    await live(units, clock, until="2026-04-20 12:00")
    assert await circle.wallet(5) == "1,600.00"
    await verified(units)


async def test_more_than_all_that_is_left_is_refused(units: Units) -> None:
    circle = await a_circle(units)
    with pytest.raises(InvalidInput) as refused:
        await circle.pay(5, "1000.01")
    assert refused.value.code == ErrorCode.CIRCLE_PAYS_TOO_MUCH


async def test_anybody_in_the_circle_pays_for_another_and_the_same_key_pays_once(
    units: Units, clock: ManualClock
) -> None:
    circle = await a_circle(units, automatic=False)
    await live(units, clock, until="2026-03-20 12:00")
    first = await circle.pay(2, 200, "a key", of=4)
    again = await circle.pay(2, 200, "a key", of=4)
    assert first.reference == again.reference
    assert (await circle.due(1, 4)).paid == 200_00
    assert await circle.wallet(2) == "1,800.00"
    await verified(units)


async def test_the_worked_leaver_has_back_what_others_received_of_it(units: Units, clock: ManualClock) -> None:
    """5 of 200.00, place 5 leaves after round 2: 800.00 in rounds 3 and 4, in round 5 it has 400.00."""
    circle = await a_circle(units, period="day")
    await live(units, clock, until="2026-03-21 12:00")
    async with units.begin() as unit:
        await close_place(unit, circle.id, 5, ClosedWhy.LEFT)
    await live(units, clock, until="2026-03-24 12:00")
    assert [await circle.wallet(place) for place in range(1, 6)] == ["2,000.00"] * 5
    due = {place: (await circle.due(5, place)).amount for place in range(1, 6)}
    assert due == {1: 200_00, 2: 200_00, 3: 0, 4: 0, 5: 0}
    assert (await circle.round(5)).refunds_place == 5
    await verified(units)


async def test_who_leaves_with_an_early_turn_lets_the_others_move_up(units: Units, clock: ManualClock) -> None:
    circle = await a_circle(units, period="day", kept_percent=Decimal(5), commission_percent=Decimal(2))
    await live(units, clock, until="2026-03-20 12:00")
    await circle.pay(2, 200)
    async with units.begin() as unit:
        await close_place(unit, circle.id, 2, ClosedWhy.LEFT)
    assert [(await circle.round(number)).receiver_place for number in range(1, 6)] == [1, 3, 4, 5, 2]
    assert await circle.wallet(2) == "1,800.00"
    await live(units, clock, until="2026-03-24 12:00")
    # Of 200.00 in round 1 it has 196.00 less 5 %, and that is shared among the four who stayed.
    assert await circle.wallet(2) == "1,986.20"
    assert await circle.fines() == "0.00"
    await verified(units)


async def test_the_worked_place_that_stops_after_receiving_owes_all_at_once(units: Units, clock: ManualClock) -> None:
    """6 of 200.00, place 2 stops from round 4 with a deposit of 200.00: pots 1,200.00, 1,000.00, 1,000.00."""
    circle = await a_circle(units, 6, security="deposit", security_amount=200_00, shortfall="wait")
    async with units.begin() as unit:
        for place, each in enumerate(circle.people, 1):
            await put_in(unit, await unit.session.get_one(Circle, circle.id), place, each.id, yuan(200), f"d{place}")
    await live(units, clock, until="2026-05-21 12:00")
    await stops_paying(circle, 2)
    await live(units, clock, until="2026-07-11 12:00")
    due = [(await circle.due(number, 2)) for number in (4, 5, 6)]
    assert [each.amount - each.paid for each in due] == [0, 200_00, 200_00]
    await live(units, clock, until="2026-07-27 12:00")
    before = await circle.wallet(5)
    await circle.pay(2, 150)
    assert yuan(before.replace(",", "")) + yuan(150) == yuan((await circle.wallet(5)).replace(",", ""))
    await live(units, clock, until="2026-08-28 12:00")
    rounds = [(await circle.round(number)).state for number in range(1, 7)]
    assert rounds == ["paid", "paid", "paid", "paid", "short", "short"]
    await verified(units)


async def test_who_stops_before_receiving_is_given_notice_and_closed(units: Units, clock: ManualClock) -> None:
    circle = await a_circle(units)
    await stops_paying(circle, 4)
    await live(units, clock, until="2026-04-03 09:00")
    [told] = await pushed(units, circle.people[3], "circle.notice")
    assert (told["sum"]["amount"], told["until_on"]) == (204_00, "2026-04-09")
    await live(units, clock, until="2026-04-10 09:00")
    assert (await circle.due(1, 4)).amount == 0
    [stopped] = await pushed(units, circle.people[3], "circle.stopped")
    assert stopped["has_received"] is False
    await verified(units)


async def test_an_outage_over_the_deadline_makes_nobody_late(units: Units, clock: ManualClock) -> None:
    circle = await a_circle(units, automatic=False)
    await live(units, clock, until="2026-03-21 20:00")
    clock.set(datetime(2026, 3, 22, 9, 30, tzinfo=SHANGHAI))
    await run_due(units, CALENDAR)
    assert not (await circle.due(1, 4)).is_late
    await circle.pay(4, 200)
    await live(units, clock, until="2026-03-23 12:00")
    assert ((await circle.due(1, 4)).fine, (await circle.due(1, 3)).fine) == (0, 4_00)


async def test_reminders_come_before_the_day_and_go_when_it_is_paid(units: Units, clock: ManualClock) -> None:
    circle = await a_circle(units, automatic=False)
    await circle.pay(3, 200)
    await live(units, clock, until="2026-03-19 08:01")
    assert await pushed(units, circle.people[2], "circle.due_soon") == []
    assert len(await pushed(units, circle.people[1], "circle.due_soon")) == 2
    await live(units, clock, until="2026-03-22 08:01")
    [late] = await pushed(units, circle.people[1], "circle.late")
    assert (late["sum"]["amount"], late["fine"]["amount"]) == (204_00, 4_00)


async def test_fines_are_shared_at_the_end_by_rounds_on_time(units: Units, clock: ManualClock) -> None:
    circle = await a_circle(units, 3, period="week", shortfall="pay")
    await stops_paying(circle, 3)
    await live(units, clock, until="2026-03-22 12:00")
    await circle.pay(3, 204)
    await live(units, clock, until="2026-04-10 12:00")
    await verified(units)
    async with units.begin() as unit:
        assert (await unit.session.get_one(Circle, circle.id)).state == "ended"
    assert await circle.fines() == "0.00"
    total = [yuan((await circle.wallet(place)).replace(",", "")).amount for place in (1, 2, 3)]
    assert sum(total) == 6_000_00


async def test_the_closing_statement_adds_up_for_each_and_for_all(units: Units, clock: ManualClock) -> None:
    circle = await a_circle(units, 3, period="week", shortfall="pay", commission_percent=Decimal(5))
    await stops_paying(circle, 3)
    await live(units, clock, until="2026-03-22 12:00")
    await circle.pay(3, 204)
    await live(units, clock, until="2026-04-10 12:00")
    async with units.begin() as unit:
        row = await unit.session.get_one(Circle, circle.id)
        whole = await closing_statement(unit, row)
        mine = [await statement_of(unit, row, each.id) for each in circle.people]
    assert (whole.paid, whole.received, whole.commission) == (yuan(1800), yuan(1710), yuan(90))
    assert whole.paid == whole.received + whole.commission
    assert sum(each.shared.amount for each in whole.places) == whole.fines.amount
    for place, each in enumerate(mine, 1):
        assert yuan((await circle.wallet(place)).replace(",", "")) == yuan(2000) - each.paid + each.received
    assert [(each.on_time, each.rounds) for each in whole.places] == [(3, 3), (3, 3), (1, 3)]


async def test_nobody_is_late_in_their_own_round(units: Units, clock: ManualClock) -> None:
    circle = await a_circle(units)
    await stops_paying(circle, 1)
    await stops_paying(circle, 4)
    await live(units, clock, until="2026-03-25 12:00")
    assert ((await circle.due(1, 4)).is_late, (await circle.due(1, 1)).is_late) == (True, False)
    await live(units, clock, until="2026-03-28 12:00")
    due = await circle.due(1, 1)
    assert (due.paid, due.is_late, due.fine) == (200_00, False, 0)
    await verified(units)


async def test_when_everybody_leaves_each_has_back_what_they_paid_in(units: Units, clock: ManualClock) -> None:
    circle = await a_circle(units, 3, period="day")
    await circle.pay(2, 300)
    for place in (1, 2, 3):
        async with units.begin() as unit:
            await close_place(unit, circle.id, place, ClosedWhy.LEFT)
    assert [await circle.wallet(place) for place in (1, 2, 3)] == ["2,000.00"] * 3
    await live(units, clock, until="2026-03-23 12:00")
    async with units.begin() as unit:
        assert (await unit.session.get_one(Circle, circle.id)).state == "ended"
    await verified(units)


async def test_a_pot_pays_what_its_receiver_owes_to_another_circle(units: Units, clock: ManualClock) -> None:
    first = await a_circle(units, 3, contribution="300.00", money=300)
    second = await a_circle(units, [first.people[0], *(await a_circle(units, 2 + 1)).people[:2]], contribution="100.00")
    await live(units, clock, until="2026-03-20 12:00")
    assert (await second.due(1, 1)).paid == 100_00
    assert ((await first.round(1)).state, (await second.round(1)).state) == ("paid", "paid")
    await verified(units)
