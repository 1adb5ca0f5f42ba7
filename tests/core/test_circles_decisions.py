"""What members decide together, what two of three officers do, swaps, leaving, taking over, what operators decide."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from finance_core.circles import agenda, drafts, leaving, officers, starting, suspending, swaps, takeover
from finance_core.circles.agenda import MoveDates, NewChair, OutOfOrder, Remove, Suspend
from finance_core.circles.book.payments import pay
from finance_core.circles.finding import find, officers_of
from finance_core.circles.models import Role
from finance_core.circles.motions import Tally
from finance_core.circles.requests import JoinRequest
from finance_core.circles.rules.auctions import Period
from finance_core.circles.rules.settings import Order
from finance_core.circles.suspending import Resolution, Verdict
from finance_core.customers import service as customers
from finance_core.customers.models import Customer
from finance_core.customers.roles import Role as OperatorRole
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import FinanceError
from finance_core.kernel.payloads import Payload
from finance_core.storage.unit import Units
from tests.builders import CIPHER, an_operator, balance, live, verified, yuan
from tests.circles import AGREED, FIRST_ON, Opened, gone_on_from, lived_once, opened, running, somebody


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def lived(engine: AsyncEngine) -> AsyncIterator[tuple[AsyncConnection, Opened]]:
    """A circle of five that has just started, made once for all tests; each of them is rolled back to it."""
    async with lived_once(engine, fixed) as lived:
        yield lived


@pytest.fixture
async def units(lived: tuple[AsyncConnection, Opened], clock: ManualClock) -> AsyncIterator[Units]:
    async with gone_on_from(lived, clock) as units:
        yield units


@pytest.fixture
def circle(units: Units, lived: tuple[AsyncConnection, Opened]) -> Opened:
    """The circle that was made, with the test's own units."""
    return replace(lived[1], units=units)


async def refused(awaited: Any) -> FinanceError:
    with pytest.raises(FinanceError) as fault:
        await awaited
    return fault.value


async def code_of(awaited: Any) -> ErrorCode:
    return (await refused(awaited)).code


async def fixed(units: Units, people: int = 5, **more: Any) -> Opened:
    """Let a circle run whose members receive in the order in which they joined, with three officers."""
    circle = await running(units, people, order=Order.FIXED, contribution=yuan(200), **more)
    async with units.begin() as unit:
        for who, role in zip(circle.people[1:], (Role.TREASURER, Role.SECRETARY), strict=False):
            await officers.appoint(unit, circle.token, circle.chair.id, who.id, role)
    return circle


async def moved(circle: Opened, who: Customer, subject: Payload, token: str = "a motion") -> Tally:
    async with circle.units.begin() as unit:
        return await agenda.open_motion(unit, circle.token, who.id, subject, token)


async def voted(circle: Opened, who: Customer, token: str = "a motion", *, is_yes: bool = True) -> Tally:
    async with circle.units.begin() as unit:
        return await agenda.cast(unit, token, who.id, is_yes=is_yes)


async def turns(circle: Opened) -> dict[int, int | None]:
    return {place.nr: place.turn for place in await circle.places()}


async def late(circle: Opened, place: int, number: int = 1) -> None:
    """Let a place be late in a round, as only a test may."""
    async with circle.units.begin() as unit:
        row = await find(unit, circle.token)
        await unit.session.execute(
            text(f"UPDATE circle_due SET is_late = true WHERE circle_id = {row.id} AND place = {place}"
                 f" AND round = {number}")
        )  # fmt: skip


async def test_three_offices_are_three_people_and_the_chair_names_two_of_them(units: Units, circle: Opened) -> None:
    chair, bo, chi, dan, _ = circle.people
    async with units.begin() as unit:
        row = await find(unit, circle.token)
        assert await officers_of(unit, row) == {Role.CHAIR: chair.id, Role.TREASURER: bo.id, Role.SECRETARY: chi.id}
        by_another = officers.appoint(unit, circle.token, bo.id, dan.id, Role.TREASURER)
        assert await code_of(by_another) is ErrorCode.CIRCLE_CHAIR_ONLY
        second = officers.appoint(unit, circle.token, chair.id, dan.id, Role.TREASURER)
        assert await code_of(second) is ErrorCode.CIRCLE_OFFICE
        assert await code_of(officers.step_down(unit, circle.token, chair.id)) is ErrorCode.CIRCLE_OFFICE
        await officers.step_down(unit, circle.token, bo.id)
        two = officers.appoint(unit, circle.token, chair.id, chi.id, Role.TREASURER)
        assert await code_of(two) is ErrorCode.CIRCLE_OFFICE
        await officers.appoint(unit, circle.token, chair.id, dan.id, Role.TREASURER)
    assert [params["role"] for params in await circle.told(dan, "circle.office")] == ["treasurer"]


async def test_a_vote_takes_more_than_half_of_all_members_and_ends_when_it_is_decided(
    units: Units, circle: Opened
) -> None:
    _, bo, chi, dan, eve = circle.people
    tally = await moved(circle, bo, NewChair(chi.id))
    assert (tally.yes, tally.needed, tally.voters, tally.state) == (1, 3, 5, "open")
    assert await code_of(voted(circle, bo)) is ErrorCode.CIRCLE_VOTED
    assert (await voted(circle, dan, is_yes=False)).state == "open"
    await voted(circle, chi)
    assert (await voted(circle, eve)).state == "passed"
    assert await code_of(voted(circle, circle.chair)) is ErrorCode.CIRCLE_MOTION_OVER
    async with units.begin() as unit:
        assert (await officers_of(unit, await find(unit, circle.token)))[Role.CHAIR] == chi.id
    assert [params["result"] for params in await circle.told(eve, "circle.vote_over")] == ["passed"]


async def test_a_vote_that_can_no_longer_pass_or_whose_two_days_are_over_has_failed(
    units: Units, clock: ManualClock, circle: Opened
) -> None:
    chair, bo, chi, dan, eve = circle.people
    await moved(circle, bo, NewChair(chi.id), "first")
    for who in (chair, dan):
        await voted(circle, who, "first", is_yes=False)
    assert (await voted(circle, eve, "first", is_yes=False)).state == "failed"
    opened_ = await moved(circle, bo, NewChair(chi.id), "second")
    assert await code_of(moved(circle, bo, NewChair(chi.id), "third")) is ErrorCode.CIRCLE_MOTION_STANDS
    assert (await moved(circle, bo, NewChair(chi.id), "second")).ends_at == opened_.ends_at
    clock.advance(days=2)
    assert await code_of(voted(circle, eve, "second")) is ErrorCode.CIRCLE_MOTION_OVER
    async with units.begin() as unit:
        motion = await unit.session.scalar(text("SELECT id FROM circle_motion WHERE token = 'second'"))
        assert await agenda.end_over(unit, motion)
        assert not await agenda.end_over(unit, motion)
        assert (await agenda.tally(unit, "second")).state == "failed"


async def test_nobody_else_votes_or_acts(units: Units, circle: Opened) -> None:
    stranger = await somebody(units, "Stranger")
    dan = circle.people[3]
    assert await code_of(moved(circle, stranger, NewChair(dan.id))) is ErrorCode.CIRCLE_MEMBERS_ONLY
    assert await code_of(moved(circle, dan, Suspend(circle.people[4].id))) is ErrorCode.CIRCLE_OFFICERS_ONLY
    assert await code_of(voted(circle, dan, "no such")) is ErrorCode.CIRCLE_MOTION


async def test_only_who_is_late_is_removed_and_their_place_is_closed(units: Units, circle: Opened) -> None:
    chair, bo, chi, dan, eve = circle.people
    assert await code_of(moved(circle, chair, Remove(eve.id))) is ErrorCode.CIRCLE_NOT_LATE
    await late(circle, 5)
    await moved(circle, chair, Remove(eve.id))
    for who in (bo, chi):
        tally = await voted(circle, who)
    assert tally.state == "passed"
    member = await circle.member(eve)
    assert member is not None
    assert member.state == "removed"
    [_, _, _, _, place] = await circle.places()
    assert (place.state, place.closed_why) == ("closed", "removed")
    assert await code_of(voted(circle, dan, "none")) is ErrorCode.CIRCLE_MOTION
    await verified(units)


async def test_what_passed_but_can_no_longer_be_done_lapses(units: Units, circle: Opened) -> None:
    chair, bo, chi, _, eve = circle.people
    await late(circle, 5)
    await moved(circle, chair, Remove(eve.id))
    await voted(circle, bo)
    async with units.begin() as unit:
        await unit.session.execute(text("UPDATE circle_due SET is_late = false"))
    assert (await voted(circle, chi)).state == "lapsed"
    assert (await circle.places())[4].state == "held"


async def test_two_thirds_move_all_coming_dates_by_one_period(units: Units) -> None:
    circle = await fixed(units, period=Period.MONTH, first_due_on=date(2026, 3, 31))
    chair, bo, chi, dan, _ = circle.people
    await moved(circle, chair, MoveDates())
    for who in (bo, chi):
        assert (await voted(circle, who)).state == "open"
    assert (await voted(circle, dan)).state == "passed"
    async with units.begin() as unit:
        own = f"circle_id = {(await find(unit, circle.token)).id}"
        days = list(await unit.session.scalars(text(f"SELECT due_on FROM circle_round WHERE {own} ORDER BY nr")))
        dues = set(await unit.session.scalars(text(f"SELECT due_on FROM circle_due WHERE {own} AND round = 1")))
    assert days[:3] == [date(2026, 4, 30), date(2026, 5, 31), date(2026, 6, 30)]
    assert dues == {date(2026, 4, 30)}


async def test_a_payout_out_of_order_takes_the_consent_of_who_is_passed_over(circle: Opened) -> None:
    chair, bo, chi, dan, eve = circle.people
    await moved(circle, eve, OutOfOrder(place=5, round=2))
    for who in (chair, chi, dan):
        tally = await voted(circle, who)
    assert (tally.yes, tally.needed, tally.state) == (4, 4, "open"), "Bo is passed over, and has not agreed"
    assert (await voted(circle, bo)).state == "passed"
    assert await turns(circle) == {1: 1, 2: 5, 3: 3, 4: 4, 5: 2}
    await moved(circle, eve, OutOfOrder(place=4, round=3), "again")
    assert (await voted(circle, chi, "again", is_yes=False)).state == "failed"


async def test_two_swap_their_turns_until_the_evening_before(units: Units, clock: ManualClock, circle: Opened) -> None:
    _, bo, chi, dan, _ = circle.people
    async with units.begin() as unit:
        swap = await swaps.ask(unit, circle.token, bo.id, 2, 4, "swap")
        assert (await swaps.ask(unit, circle.token, bo.id, 2, 4, "swap")).id == swap.id
        await swaps.ask(unit, circle.token, chi.id, 3, 2, "lapses")
        assert await code_of(swaps.agree(unit, "swap", chi.id)) is ErrorCode.NOT_YOURS
        assert await code_of(swaps.ask(unit, circle.token, bo.id, 3, 4, "x")) is ErrorCode.CIRCLE_PLACE
        await swaps.agree(unit, "swap", dan.id)
        assert await code_of(swaps.agree(unit, "swap", dan.id)) is ErrorCode.CIRCLE_SWAP_OVER
        assert await code_of(swaps.agree(unit, "lapses", bo.id)) is ErrorCode.CIRCLE_SWAP_OVER
        assert await code_of(swaps.agree(unit, "none", bo.id)) is ErrorCode.CIRCLE_SWAP
    assert await turns(circle) == {1: 1, 2: 4, 3: 3, 4: 2, 5: 5}
    async with units.begin() as unit:
        receivers = list(await unit.session.scalars(text("SELECT receiver_place FROM circle_round ORDER BY nr")))
    assert receivers == [1, 4, 3, 2, 5]
    clock.advance(days=9, hours=8)  # 21 March, 18:00
    async with units.begin() as unit:
        too_late = swaps.ask(unit, circle.token, chi.id, 3, 1, "late")
        assert await code_of(too_late) is ErrorCode.CIRCLE_SWAP_LATE
        await swaps.ask(unit, circle.token, chi.id, 3, 5, "in time")
        await swaps.refuse(unit, "in time", circle.people[4].id)
    assert [params["answer"] for params in await circle.told(chi, "circle.swap_answered")] == ["refused"]


async def test_who_is_late_or_where_turns_are_drawn_nobody_swaps(units: Units, circle: Opened) -> None:
    await late(circle, 2)
    async with units.begin() as unit:
        asked = swaps.ask(unit, circle.token, circle.people[1].id, 2, 4, "swap")
        assert await code_of(asked) is ErrorCode.CIRCLE_LATE
    drawn = await running(units)
    async with units.begin() as unit:
        asked = swaps.ask(unit, drawn.token, drawn.people[0].id, 1, 2, "drawn")
        assert await code_of(asked) is ErrorCode.CIRCLE_NO_SWAPS


async def paid_out(circle: Opened, clock: ManualClock, rounds: int) -> None:
    """Live until some rounds are paid out: contributions are debited."""
    until = FIRST_ON + timedelta(weeks=rounds - 1)
    await live(circle.units, clock, until=f"{until} 10:00")


async def test_leaving_before_receiving_brings_back_what_was_paid_at_the_end(
    units: Units, clock: ManualClock, circle: Opened
) -> None:
    eve = circle.people[4]
    await paid_out(circle, clock, 2)
    async with units.begin() as unit:
        said = await leaving.comes_back(unit, circle.token, eve.id, 5)
        assert (await circle.places())[4].state == "held", "a preview changes nothing"
    assert (said.later, said.in_round) == (yuan(400), 5)
    async with units.begin() as unit:
        assert await leaving.leave(unit, circle.token, eve.id, 5) == said
    member = await circle.member(eve)
    assert member is not None
    assert member.state == "left"
    [told] = await circle.told(eve, "circle.place_closed")
    assert (told["why"], told["sum"]["amount"]) == ("left", 400_00)
    await verified(units)


async def test_who_has_received_pays_everything_first(units: Units, clock: ManualClock, circle: Opened) -> None:
    await paid_out(circle, clock, 1)
    async with units.begin() as unit:
        fault = await refused(leaving.leave(unit, circle.token, circle.chair.id, 1))
    assert (fault.code, fault.details) == (ErrorCode.CIRCLE_LEAVE_OWES, {"owed": yuan(800)})


async def test_a_place_is_taken_over_for_what_was_paid_in_when_leaver_and_two_officers_agree(
    units: Units, clock: ManualClock, circle: Opened
) -> None:
    chair, bo, _, _, eve = circle.people
    await paid_out(circle, clock, 1)
    new = await somebody(units, "New", money=1_000)
    async with units.begin() as unit:
        tally = await agenda.ask_to_take_over(
            unit, CIPHER, circle.token, new.id, 5, JoinRequest(), AGREED, "over", instalments=yuan(0)
        )
        assert (tally.yes, tally.needed, tally.state) == (0, 2, "open")
    for who in (chair, bo):
        assert (await voted(circle, who, "over")).state == "open"
    before = await balance(units, eve)
    assert (await voted(circle, eve, "over")).state == "passed"
    assert await balance(units, eve) == before + yuan(200)
    assert await balance(units, new) == yuan(800)
    place, member = (await circle.places())[4], await circle.member(new)
    assert member is not None
    assert (place.customer_id, place.turn, member.state) == (new.id, 5, "joined")
    left = await circle.member(eve)
    assert left is not None
    assert left.state == "left"
    await paid_out(circle, clock, 5)
    assert (await circle.row()).state == "ended"
    await verified(units)


async def test_who_cannot_pay_for_the_place_does_not_get_it(units: Units, clock: ManualClock, circle: Opened) -> None:
    await paid_out(circle, clock, 1)
    new = await somebody(units, "New", money=199)
    async with units.begin() as unit:
        await agenda.ask_to_take_over(
            unit, CIPHER, circle.token, new.id, 5, JoinRequest(), AGREED, "over", instalments=yuan(0)
        )
    for who in (circle.people[4], circle.people[0]):
        await voted(circle, who, "over")
    assert (await voted(circle, circle.people[1], "over")).state == "lapsed"
    assert (await circle.places())[4].customer_id == circle.people[4].id
    member = await circle.member(new)
    assert member is not None
    assert member.state == "left", "nothing waits for them, and no limit counts it"
    await verified(units)


async def test_a_place_that_has_received_is_not_taken_over(units: Units, clock: ManualClock, circle: Opened) -> None:
    await paid_out(circle, clock, 1)
    new = await somebody(units, "New", money=1_000)
    async with units.begin() as unit:
        args = (unit, CIPHER, circle.token, new.id)
        asked = takeover.prepare(*args, 1, JoinRequest(), AGREED, instalments=yuan(0))
        assert await code_of(asked) is ErrorCode.CIRCLE_RECEIVED
        none = takeover.prepare(*args, 9, JoinRequest(), AGREED, instalments=yuan(0))
        assert await code_of(none) is ErrorCode.CIRCLE_PLACE


async def suspended(circle: Opened, who: Customer) -> int:
    """Let two officers suspend somebody; return the operators' case."""
    await moved(circle, circle.people[0], Suspend(who.id), "gone")
    assert (await voted(circle, circle.people[1], "gone")).state == "passed"
    async with circle.units.begin() as unit:
        [case] = await suspending.open_cases(unit, await find(unit, circle.token))
        return case.id


async def test_who_is_gone_is_suspended_by_two_officers_and_an_operator_closes_the_place(
    units: Units, clock: ManualClock, circle: Opened
) -> None:
    olu = await an_operator(units, "Olu", OperatorRole.SUPPORT)
    eve = circle.people[4]
    await paid_out(circle, clock, 1)
    case = await suspended(circle, eve)
    assert len(await circle.told(eve, "circle.suspended")) == 1
    async with units.begin() as unit:
        args = (unit, CIPHER, case, circle.chair.id, Resolution.CLOSED, "gone")
        assert await code_of(suspending.decide_suspension(*args)) is ErrorCode.NO_PERMISSION
        await suspending.decide_suspension(unit, CIPHER, case, olu.id, Resolution.CLOSED, "nobody found them")
        again = suspending.decide_suspension(unit, CIPHER, case, olu.id, Resolution.RESUMED, "oh")
        assert await code_of(again) is ErrorCode.CIRCLE_CASE_DECIDED
    place = (await circle.places())[4]
    assert (place.state, place.closed_why) == ("closed", "gone")
    [told] = await circle.told(circle.chair, "circle.case_decided")
    assert told["decision"] == "closed"
    await verified(units)


async def taken_over_by(units: Units, case: int, operator_id: int, nominee_id: int) -> None:
    async with units.begin() as unit:
        args = (unit, CIPHER, case, operator_id, Resolution.TAKEN_OVER, "so they wished")
        await suspending.decide_suspension(*args, nominee_id=nominee_id)


async def test_the_nominee_takes_the_places_over(units: Units, circle: Opened) -> None:
    olu = await an_operator(units, "Olu", OperatorRole.SUPPORT)
    nominee = await somebody(units, "Heir")
    case = await suspended(circle, circle.people[4])
    async with units.begin() as unit:
        nobody = suspending.decide_suspension(unit, CIPHER, case, olu.id, Resolution.TAKEN_OVER, "so they wished")
        assert await code_of(nobody) is ErrorCode.CIRCLE_NOMINEE
    async with units.begin() as unit:
        stranger = await customers.start(
            unit, CIPHER, telegram_id=9_001, chat_id=9_001, first_name="New", username=None, language="en"
        )
    for unfit, code in (
        (stranger.id, ErrorCode.CIRCLE_NOMINEE),
        (circle.people[4].id, ErrorCode.CIRCLE_NOMINEE),
        (olu.id, ErrorCode.OWN_DEALING),
    ):
        with pytest.raises(FinanceError) as refused:
            await taken_over_by(units, case, olu.id, unfit)
        assert refused.value.code is code
    await taken_over_by(units, case, olu.id, nominee.id)
    assert (await circle.places())[4].customer_id == nominee.id
    await verified(units)


async def test_a_dispute_holds_its_rounds_payout_until_it_is_decided(
    units: Units, clock: ManualClock, circle: Opened
) -> None:
    olu = await an_operator(units, "Olu", OperatorRole.SUPPORT)
    bo = circle.people[1]
    async with units.begin() as unit:
        case = await suspending.dispute(unit, CIPHER, circle.token, bo.id, 1, "That is not the order.", "a dispute")
        assert (await suspending.dispute(unit, CIPHER, circle.token, bo.id, 1, "again", "a dispute")).id == case.id
        second = suspending.dispute(unit, CIPHER, circle.token, bo.id, 1, "again", "another")
        assert await code_of(second) is ErrorCode.CIRCLE_CASE_STANDS
        empty = suspending.dispute(unit, CIPHER, circle.token, bo.id, 2, "  ", "empty")
        assert await code_of(empty) is ErrorCode.TEXT_FORM
        none = suspending.dispute(unit, CIPHER, circle.token, bo.id, 9, "what", "none")
        assert await code_of(none) is ErrorCode.CIRCLE_ROUND
        assert suspending.said_in(case, CIPHER) == "That is not the order."
    await paid_out(circle, clock, 1)
    async with units.begin() as unit:
        state = await unit.session.scalar(text("SELECT state FROM circle_round WHERE nr = 1"))
    assert state == "collecting"
    async with units.begin() as unit:
        await suspending.decide_dispute(unit, CIPHER, case.id, olu.id, Verdict.UPHELD, "You were right.")
    async with units.begin() as unit:
        row = (await unit.session.execute(text("SELECT state, held_by FROM circle_round WHERE nr = 1"))).one()
        excused = set(await unit.session.scalars(text("SELECT place FROM circle_due WHERE is_excused")))
    assert (row.state, row.held_by, excused) == ("paid", None, {2})
    for who in (bo, circle.chair):
        assert [told["decision"] for told in await circle.told(who, "circle.case_decided")] == ["upheld"]
    await verified(units)


async def test_paying_for_a_place_with_a_number_beyond_the_rounds(units: Units) -> None:
    circle = await opened(units, order=Order.FIXED, members_pick=True, places=6)
    people = [await somebody(units, name, money=500) for name in ("Bo", "Chi", "Dan")]
    for who, turn in zip(people, (2, 4, 6), strict=True):
        await circle.join(who, turns=(turn,))

    async with units.begin() as unit:
        await starting.start(unit, CIPHER, circle.token, circle.chair.id)
        for who in people:
            await starting.confirm(unit, CIPHER, circle.token, who.id)
        row = await find(unit, circle.token)
        paid = await pay(unit, row.id, people[0].id, yuan(100), "for Dan", place=6)
        assert paid.ahead == yuan(100)


async def test_votes_and_confirmations_end_by_themselves(units: Units, clock: ManualClock) -> None:
    circle = await fixed(units, first_due_on=date(2026, 4, 20))
    await moved(circle, circle.chair, NewChair(circle.people[1].id), "never decided")
    forming = await opened(units, places=6, first_due_on=date(2026, 4, 20))
    people = [await somebody(units, name) for name in ("Bo", "Chi", "Dan")]
    for who in people:
        await forming.join(who)
    async with units.begin() as unit:
        await starting.start(unit, CIPHER, forming.token, forming.chair.id)
    await live(units, clock, until="2026-03-15 12:00")
    async with units.begin() as unit:
        assert (await agenda.tally(unit, "never decided")).state == "failed"
    assert (await forming.row()).state == "open"
    assert [params["why"] for params in await forming.told(people[0], "circle.out_free")] == ["unconfirmed"]


async def test_nobody_swaps_into_a_turn_that_is_too_early_for_them(units: Units) -> None:
    fields: dict[str, Any] = {"order": Order.FIXED, "contribution": yuan(900), "period": Period.MONTH}
    circle = await running(units, 6, money=5_000, **fields)
    late_one = circle.people[5]
    other = await opened(units, members_pick=True, places=6, **fields)
    await other.join(late_one, turns=(2,))  # 3,600.00 of 5,000.00
    async with units.begin() as unit:
        asked = swaps.ask(unit, circle.token, late_one.id, 6, 2, "too early")
        fault = await refused(asked)
    assert fault.code is ErrorCode.CIRCLE_LIMIT_EXPOSURE
    assert fault.details["would_be"] == yuan(7_200)
    async with units.begin() as unit:
        await swaps.ask(unit, circle.token, late_one.id, 6, 5, "late enough")


async def test_the_chair_of_a_first_circle_is_not_swapped_into_its_first_third(units: Units) -> None:
    circle = await opened(units, order=Order.FIXED, members_pick=True, places=4)
    circle.people += [await somebody(units, name, money=500) for name in ("Bo", "Chi", "Dan")]
    for who, turn in zip(circle.people, (4, 1, 2, 3), strict=True):
        await circle.join(who, turns=(turn,))
    async with units.begin() as unit:
        by_bo = await swaps.ask(unit, circle.token, circle.people[1].id, 1, 4, "by Bo")
        assert await code_of(swaps.agree(unit, by_bo.token, circle.chair.id)) is ErrorCode.CIRCLE_CHAIR_EARLY


async def test_with_fewer_the_chairs_turn_does_not_close_up_into_the_first_third(units: Units) -> None:
    circle = await opened(units, order=Order.FIXED, members_pick=True, places=9, contribution=yuan(50))
    people = [await somebody(units, name) for name in ("Bo", "Chi")]
    await circle.join(circle.chair, turns=(4,))
    for who, turn in zip(people, (6, 8), strict=True):
        await circle.join(who, turns=(turn,))
    async with units.begin() as unit:
        await starting.start(unit, CIPHER, circle.token, circle.chair.id)
        for who in people:
            await starting.confirm(unit, CIPHER, circle.token, who.id)
    assert {nr: turn for nr, turn in (await turns(circle)).items() if turn} == {4: 2, 6: 1, 8: 3}


async def test_who_has_received_and_paid_everything_has_nothing_to_leave(
    units: Units, clock: ManualClock, circle: Opened
) -> None:
    await paid_out(circle, clock, 1)
    async with units.begin() as unit:
        await pay(unit, (await find(unit, circle.token)).id, circle.chair.id, yuan(800), "all of it")
        assert (await leaving.leave(unit, circle.token, circle.chair.id, 1)).in_round is None
    assert (await circle.places())[0].state == "held"


async def test_what_hangs_on_a_place_is_over_when_it_is_closed(units: Units, circle: Opened) -> None:
    _, bo, _, _, eve = circle.people
    async with units.begin() as unit:
        await swaps.ask(unit, circle.token, bo.id, 2, 5, "swap")
        await leaving.leave(unit, circle.token, eve.id, 5)
        assert (await swaps.find(unit, "swap")).state == "lapsed"


async def test_the_motions_card_shows_the_new_name(circle: Opened) -> None:
    row = await circle.row()
    subject = agenda.renamed(CIPHER, row, "Market  Women")
    assert agenda.title_in(CIPHER, row, subject) == "Market Women"
    await moved(circle, circle.chair, subject)
    for who in circle.people[1:3]:
        tally = await voted(circle, who)
    assert tally.state == "passed"
    assert drafts.settings_of(await circle.row(), CIPHER).title == "Market Women"


async def test_what_only_circles_with_turns_decide_is_moved_in_no_other(circle: Opened) -> None:
    await circle.set("kind = 'accumulating', receiving_order = 'none'")
    assert await code_of(moved(circle, circle.chair, MoveDates())) is ErrorCode.CIRCLE_MOTION
    assert (await moved(circle, circle.chair, NewChair(circle.people[1].id))).state == "open"
