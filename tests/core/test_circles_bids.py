"""Sealed bids: who may make one, within which bounds and until when; what the bidder can check; *not this time*."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from finance_core.circles import bids
from finance_core.circles.finding import find
from finance_core.circles.rules.auctions import Period
from finance_core.circles.rules.bidding import seal
from finance_core.circles.rules.settings import Order
from finance_core.customers import service as customers
from finance_core.journeys import circle_limits
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import FinanceError
from finance_core.storage.unit import Units
from tests.builders import CIPHER, live, verified, yuan
from tests.circles import Opened, gone_on_from, lived_once, opened, running, somebody


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def lived(engine: AsyncEngine) -> AsyncIterator[tuple[AsyncConnection, Opened]]:
    """An auction of four that has just started, made once for all tests; each of them is rolled back to it."""
    async with lived_once(engine, auction) as lived:
        yield lived


@pytest.fixture
async def units(lived: tuple[AsyncConnection, Opened], clock: ManualClock) -> AsyncIterator[Units]:
    async with gone_on_from(lived, clock) as units:
        yield units


@pytest.fixture
def circle(units: Units, lived: tuple[AsyncConnection, Opened]) -> Opened:
    """The auction that was made, with the test's own units."""
    return replace(lived[1], units=units)


async def refused(awaited: Any) -> FinanceError:
    with pytest.raises(FinanceError) as fault:
        await awaited
    return fault.value


async def auction(units: Units, people: int = 4, **more: Any) -> Opened:
    fields = {"contribution": yuan(500), "commission_percent": Decimal(2), "order": Order.AUCTION, **more}
    return await running(units, people, money=5_000, **fields)


async def bidden(circle: Opened, place: int, amount: str | int, key: str, number: int = 1) -> bids.MyBid:
    async with circle.units.begin() as unit:
        who = circle.people[place - 1]
        return await circle_limits.bid(unit, CIPHER, circle.token, who.id, place, number, yuan(amount), key)


async def test_a_bid_has_a_seal_that_its_bidder_can_check_and_the_last_one_counts(units: Units, circle: Opened) -> None:
    first = await bidden(circle, 2, "300.00", "first")
    assert (await bidden(circle, 2, "300.00", "first")).nonce == first.nonce
    last = await bidden(circle, 2, "250.05", "last")
    row = await circle.row()
    assert last.seal == seal(row.code, 1, 2, 250_05, last.nonce)
    async with units.begin() as unit:
        assert [each.amount for each in await bids.own_bid(unit, CIPHER, row, circle.people[1].id, 1)] == [
            yuan("250.05")
        ]
        assert await bids.own_bid(unit, CIPHER, row, circle.people[2].id, 1) == []
        seals = await bids.seals_of(unit, row, 1)
        kept = list(await unit.session.scalars(text("SELECT amount_sealed FROM circle_bid")))
    assert [(each.seal, each.stands) for each in seals] == [(first.seal, False), (last.seal, True)]
    assert not any(b"25005" in each or b"30000" in each for each in kept)


@pytest.mark.parametrize(
    ("amount", "code", "figure"),
    [
        ("39.99", ErrorCode.CIRCLE_BID_BELOW, {"least": yuan(40)}),
        ("-5", ErrorCode.CIRCLE_BID_BELOW, {"least": yuan(40)}),
        ("800.01", ErrorCode.CIRCLE_BID_ABOVE, {"most": yuan(800)}),
    ],
)
async def test_a_bid_is_from_the_commission_to_40_percent_of_the_pot(
    amount: str, code: ErrorCode, figure: dict[str, Any], circle: Opened
) -> None:
    fault = await refused(bidden(circle, 1, amount, "a bid"))
    assert (fault.code, fault.details) == (code, figure)


async def test_what_a_bid_costs_is_said_before_it_is_made(units: Units) -> None:
    circle = await auction(units, 4, period=Period.MONTH)
    async with units.begin() as unit:
        said = await circle_limits.quote(unit, circle.token, circle.people[1].id, 2, 1, yuan(400))
    assert (said.least, said.most, said.prize, said.discount) == (yuan(40), yuan(800), yuan(1_600), yuan(400))
    assert said.net == yuan(410), "500.00 less a quarter of 360.00"
    assert said.cost.against_waiting is not None
    assert said.cost.later_in_full is not None


async def test_who_may_not_bid_is_told_why(units: Units, circle: Opened) -> None:
    bo = circle.people[1]
    assert (await refused(bidden(circle, 2, 100, "of another round", number=2))).code is ErrorCode.CIRCLE_BIDS_CLOSED
    assert (await refused(bidden(circle, 2, 100, "of none", number=9))).code is ErrorCode.CIRCLE_ROUND
    async with units.begin() as unit:
        args = (unit, CIPHER, circle.token, bo.id, 3, 1, yuan(100), "another's place")
        assert (await refused(circle_limits.bid(*args))).code is ErrorCode.CIRCLE_PLACE
        stranger = await somebody(units, "Stranger")
        args = (unit, CIPHER, circle.token, stranger.id, 3, 1, yuan(100), "a stranger's")
        assert (await refused(circle_limits.bid(*args))).code is ErrorCode.CIRCLE_MEMBERS_ONLY
        await unit.session.execute(text("UPDATE circle_due SET is_late = true WHERE place = 2 AND round = 1"))
    assert (await refused(bidden(circle, 2, 100, "late"))).code is ErrorCode.CIRCLE_LATE
    async with units.begin() as unit:
        await customers.lock_outflow(unit, circle.people[2].id)
    assert (await refused(bidden(circle, 3, 100, "locked"))).code is ErrorCode.OUTFLOW_LOCKED
    drawn = await running(units)
    assert (await refused(bidden(drawn, 1, 100, "no auction"))).code is ErrorCode.CIRCLE_NO_AUCTION


async def test_bids_end_at_18_the_day_before_and_are_withdrawn_until_then(
    units: Units, clock: ManualClock, circle: Opened
) -> None:
    await bidden(circle, 2, 300, "a bid")
    async with units.begin() as unit:
        who = circle.people[1].id
        assert await bids.withdraw(unit, circle.token, who, 2, 1)
        assert not await bids.withdraw(unit, circle.token, who, 2, 1)
    clock.advance(days=9, hours=7, minutes=59, seconds=59)
    await bidden(circle, 2, 310, "in the last second")
    clock.advance(seconds=1)
    assert (await refused(bidden(circle, 2, 320, "too late"))).code is ErrorCode.CIRCLE_BIDS_CLOSED
    async with units.begin() as unit:
        late = bids.withdraw(unit, circle.token, circle.people[1].id, 2, 1)
        assert (await refused(late)).code is ErrorCode.CIRCLE_BIDS_CLOSED


async def test_the_highest_wins_and_who_has_won_bids_no_more(units: Units, clock: ManualClock, circle: Opened) -> None:
    won = await bidden(circle, 2, "300.00", "highest")
    await bidden(circle, 3, "200.00", "lower")
    await live(units, clock, until="2026-03-21 20:30")
    row = await circle.row()
    async with units.begin() as unit:
        due = (await unit.session.execute(text("SELECT receiver_place, bid FROM circle_round WHERE nr = 1"))).one()
        published = (
            await unit.session.execute(text("SELECT amount, nonce FROM circle_bid WHERE amount IS NOT NULL"))
        ).all()
        current = await bids.bidding_round(unit, row)
    assert (due.receiver_place, due.bid) == (2, 300_00)
    assert published == [(300_00, won.nonce)], "the others stay private"
    assert current is not None
    assert current.nr == 2
    assert (await refused(bidden(circle, 2, 300, "again", number=2))).code is ErrorCode.CIRCLE_RECEIVED
    await verified(units)


async def test_who_says_not_this_time_is_passed_over_where_nobody_bids(
    units: Units, clock: ManualClock, circle: Opened
) -> None:
    async with units.begin() as unit:
        for place in (1, 2, 4):
            await bids.not_this_time(unit, circle.token, circle.people[place - 1].id, place, 1)
        await bids.not_this_time(unit, circle.token, circle.people[3].id, 4, 1, passes=False)
        await bids.not_this_time(unit, circle.token, circle.people[3].id, 4, 1)
    await live(units, clock, until="2026-03-21 20:30")
    async with units.begin() as unit:
        due = (await unit.session.execute(text("SELECT receiver_place, bid FROM circle_round WHERE nr = 1"))).one()
    assert (due.receiver_place, due.bid) == (3, 40_00), "at the least bid"


async def test_the_chair_of_a_first_circle_neither_bids_nor_is_drawn_in_the_first_third(
    units: Units, clock: ManualClock
) -> None:
    chair = await somebody(units, "Ana", money=1_000)
    circle = await opened(units, chair, order=Order.AUCTION, places=3, first_due_on=date(2026, 3, 22))
    circle.people += [await somebody(units, name, money=1_000) for name in ("Bo", "Chi")]
    for who in circle.people:
        await circle.join(who)
    assert (await refused(bidden(circle, 1, 50, "early"))).code is ErrorCode.CIRCLE_CHAIR_EARLY
    async with units.begin() as unit:
        for place in (2, 3):
            await bids.not_this_time(unit, circle.token, circle.people[place - 1].id, place, 1)
    await live(units, clock, until="2026-03-21 20:30")
    async with units.begin() as unit:
        row = await find(unit, circle.token)
        eligible = set(
            await unit.session.scalars(text(f"SELECT place FROM circle_eligible WHERE circle_id = {row.id}"))
        )
        receiver = await unit.session.scalar(
            text(f"SELECT receiver_place FROM circle_round WHERE circle_id = {row.id} AND nr = 1")
        )
    assert eligible == {2, 3}
    assert receiver in {2, 3}
    assert (await bidden(circle, 1, 50, "in the second", number=2)).amount == yuan(50)
