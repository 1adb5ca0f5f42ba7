"""Lotteries and auctions through any bids, defaults, leavings and outages: money is kept, and each place is settled."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from finance_core.business_day.tick import run_due
from finance_core.circles.book.closing import close_place
from finance_core.circles.book.evenings import bids_end_at
from finance_core.circles.book.models import CircleRound
from finance_core.circles.models import Circle, CirclePlace, ClosedWhy
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.errors import FinanceError
from finance_core.lines import CALENDAR
from finance_core.storage.unit import Units
from tests.builders import CIPHER, SHANGHAI, live_by, the_catalogue, verified
from tests.circle_rounds import Run, a_circle
from tests.core.test_circles_draws import bid, drawn_by_keys

MONEY = text(
    """
    SELECT sum(b.amount) FROM account a JOIN balance b ON b.account_id = a.id
    WHERE a.code IN ('2010', '2030', '2031', '2032')
    """
)
COMMISSION = text(
    "SELECT coalesce(sum(t.amount), 0) FROM transfer t JOIN account a ON a.id = t.credit_id AND a.code = '4040'"
)


async def total(units: Units) -> int:
    """Return all the money of everybody, the institution's commission included."""
    async with units.begin() as unit:
        return int(await unit.session.scalar(MONEY)) + int(await unit.session.scalar(COMMISSION))


async def something_happens(circle: Run, chance: random.Random) -> None:
    """Let somebody bid, pay, leave or withdraw their consent."""
    units, place = circle.units, chance.randint(1, len(circle.people))
    async with units.begin() as unit:
        row = await unit.session.get_one(CirclePlace, (circle.id, place))
        ended = (await unit.session.get_one(Circle, circle.id)).state == "ended"
    match chance.choice(["bid", "bid", "pay", "leave", "consent"]):
        case "bid" if row.received_round is None and row.state == "held":
            number = await next_round(circle)
            if number is not None:
                await bid(circle, number, place, str(chance.randint(8, 160)))
        case "pay":
            try:
                await circle.pay(place, chance.randint(1, 150), of=chance.randint(1, len(circle.people)))
            except FinanceError:
                return
        case "leave" if row.received_round is None and row.state == "held" and not ended and chance.random() < 0.4:
            async with units.begin() as unit:
                await close_place(unit, circle.id, place, ClosedWhy.LEFT)
        case "consent":
            async with units.begin() as unit:
                change = "UPDATE circle_member SET automatic_debit = NOT automatic_debit WHERE customer_id = :who"
                await unit.session.execute(text(change), {"who": circle.people[place - 1].id})


async def next_round(circle: Run) -> int | None:
    """Return the round for which may be bid, and nobody of whose places has yet; None where there is none."""
    async with circle.units.begin() as unit:
        for number in range(1, len(circle.people) + 1):
            row = await unit.session.get_one(CircleRound, (circle.id, number))
            if row.state == "coming" and unit.now < bids_end_at(row, unit.zone) and row.refunds_place is None:
                return number
    return None


@pytest.mark.parametrize("order", ["lottery", "auction"])
@pytest.mark.parametrize("seed", [1])
async def test_whatever_happens_each_place_is_paid_once_or_refunded(
    units: Units, clock: ManualClock, order: str, seed: int
) -> None:
    chance, units.cipher = random.Random(seed), CIPHER
    await the_catalogue(units)
    circle = await a_circle(
        units, 4, order=order, period="week", contribution="100.00", money=350, commission_percent=Decimal(2),
        shortfall=chance.choice(["pay", "wait"]), kept_percent=Decimal(chance.choice([0, 5])),
    )  # fmt: skip
    await drawn_by_keys(circle, {1: "rain", 3: "42"})
    began, now = await total(units), datetime(2026, 3, 12, 12, tzinfo=SHANGHAI)
    bids: set[tuple[int | None, int]] = set()
    for day in range(20):
        for _ in range(chance.randint(0, 2)):
            before = (await next_round(circle), day)
            if before not in bids:
                bids.add(before)
                await something_happens(circle, chance)
        now += timedelta(days=chance.choice([1, 1, 2, 4]))
        if chance.random() < 0.2:
            clock.set(now)
            await run_due(units, CALENDAR)
        await live_by(CALENDAR, units, clock, now)
        await verified(units)
        assert await total(units) == began
    await live_by(CALENDAR, units, clock, now + timedelta(days=60))
    await verified(units)
    async with units.begin() as unit:
        assert (await unit.session.get_one(Circle, circle.id)).state == "ended"
    assert await total(units) == began
