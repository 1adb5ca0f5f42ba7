"""A circle from its draft to its end by its use cases, in each order: each place is paid once, the book balances."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import text

from finance_core.circles import draw_files
from finance_core.circles.finding import find
from finance_core.circles.rules.auctions import Period
from finance_core.circles.rules.draws import key_before, picks_hash, tickets
from finance_core.circles.rules.settings import CommissionTo, Order, Security
from finance_core.journeys import circle_limits
from finance_core.kernel.clock import ManualClock
from finance_core.storage.unit import Units
from tests.builders import CIPHER, balance, live, the_catalogue, verified, yuan
from tests.circles import running


@pytest.mark.parametrize("order", [Order.FIXED, Order.WHOLE, Order.LOTTERY])
async def test_each_place_receives_once_and_everybody_comes_out_even(
    units: Units, clock: ManualClock, order: Order
) -> None:
    units.cipher = CIPHER
    await the_catalogue(units)
    circle = await running(
        units, 4, order=order, period=Period.DAY, first_due_on=date(2026, 3, 14),
        security=Security.DEPOSIT, security_amount=yuan(50),
    )  # fmt: skip
    await live(units, clock, until="2026-03-17 12:00")
    assert (await circle.row()).state == "ended"
    assert sorted(place.received_round or 0 for place in await circle.places()) == [1, 2, 3, 4]
    assert {str(await balance(units, who)) for who in circle.people} == {"1,000.00"}
    await verified(units)
    if order is Order.LOTTERY:
        async with units.begin() as unit:
            row = await find(unit, circle.token)
            for number in range(1, 5):
                file = await draw_files.draw_file(unit, CIPHER, row, number)
                drawn = tickets(file.purpose, file.key, picks_hash(file.picks), file.code, number, file.eligible)
                receiver = await unit.session.scalar(
                    text(f"SELECT receiver_place FROM circle_round WHERE nr = {number}")
                )
                assert (key_before(file.key), next(iter(drawn))) == (file.previous_key, receiver)


async def test_an_auction_pays_prizes_and_dividends_and_its_organiser(units: Units, clock: ManualClock) -> None:
    units.cipher = CIPHER
    await the_catalogue(units)
    circle = await running(
        units, 4, order=Order.AUCTION, period=Period.DAY, first_due_on=date(2026, 3, 14), contribution=yuan(500),
        commission_percent=Decimal(2), commission_to=CommissionTo.ORGANISER, money=3_000,
    )  # fmt: skip
    async with units.begin() as unit:
        await circle_limits.bid(unit, CIPHER, circle.token, circle.people[2].id, 3, 1, yuan(400), "a bid")
    await live(units, clock, until="2026-03-14 12:00")
    assert await balance(units, circle.people[2]) == yuan(3_000) + yuan(1_600) - yuan(410)
    await live(units, clock, until="2026-03-17 12:00")
    assert (await circle.row()).state == "ended"
    assert sorted(place.received_round or 0 for place in await circle.places()) == [1, 2, 3, 4]
    together = [await balance(units, who) for who in circle.people]
    assert sum(each.amount for each in together) == 4 * 3_000_00, "the commission went to who organised it"
    await verified(units)
