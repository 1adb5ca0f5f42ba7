"""The evening before a due day: lists, draws by the chain of keys, auctions, keys that fail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import select

from finance_core.business_day.tick import run_due
from finance_core.circles import sealing
from finance_core.circles.chains import begin_chain, publish_picks
from finance_core.circles.draw_models import CircleBid, CircleKey
from finance_core.circles.finding import places_of
from finance_core.circles.models import Circle, CirclePlace
from finance_core.circles.rules.bidding import seal
from finance_core.kernel.clock import ManualClock
from finance_core.lines import CALENDAR
from finance_core.storage.unit import Units
from tests.builders import CIPHER, SHANGHAI, an_operator, live, the_catalogue, verified, yuan
from tests.circle_rounds import Run, a_circle
from tests.friends import SEED, pushed

PICKS = {1: "rain", 2: "速速", 3: "42", 4: "mango", 5: "7"}
NONCE = "00112233445566778899aabbccddeeff"


@pytest.fixture(autouse=True)
async def _ready(units: Units) -> None:
    units.cipher = CIPHER
    await the_catalogue(units)


async def drawn_by_keys(circle: Run, picks: Mapping[int, str]) -> None:
    """Give a circle the worked chain, and publish what its places have picked."""
    async with circle.units.begin() as unit:
        row = await unit.session.get_one(Circle, circle.id)
        rounds = len(circle.people)
        chain = await begin_chain(unit, CIPHER, row, first_round=1, last_round=rounds, last_key=SEED)
        places = await places_of(unit, row)
        for place in places:
            assert place.customer_id is not None
            bound = sealing.member_associated_data("pick", circle.id, place.customer_id)
            place.pick_sealed = CIPHER.encrypt(picks[place.nr].encode(), bound) if place.nr in picks else None
        await publish_picks(unit, CIPHER, row, chain, places)


async def a_lottery(units: Units, **terms: Any) -> Run:
    """Make the worked lottery of five places: 速速 has picked itself for place 2."""
    circle = await a_circle(units, order="lottery", code="C4TN-8KQ2", **{"period": "week", **terms})
    await drawn_by_keys(circle, PICKS)
    return circle


async def bid(circle: Run, number: int, place: int, amount: str) -> None:
    """Let a place bid for a round."""
    async with circle.units.begin() as unit:
        key, minor = f"bid:{circle.id}:{number}:{place}", yuan(amount).amount
        row = await unit.session.get_one(Circle, circle.id)
        unit.session.add(
            CircleBid(
                key=key,
                circle_id=circle.id,
                round=number,
                place=place,
                customer_id=circle.people[place - 1].id,
                amount_sealed=CIPHER.encrypt(str(minor).encode(), sealing.bid_associated_data("amount", key)),
                nonce_sealed=CIPHER.encrypt(NONCE.encode(), sealing.bid_associated_data("nonce", key)),
                seal=seal(row.code, number, place, minor, NONCE),
                made_at=unit.now,
            )
        )


async def receivers(circle: Run, rounds: int) -> list[int | None]:
    """Return who receives in the first rounds."""
    return [(await circle.round(number)).receiver_place for number in range(1, rounds + 1)]


async def test_the_worked_lottery_draws_the_worked_places(units: Units, clock: ManualClock) -> None:
    """Round 1: place 3; round 2 without place 4, who is late: 1; then 5, 4, 2."""
    circle = await a_lottery(units)
    await live(units, clock, until="2026-03-19 19:59")
    assert ((await circle.round(1)).state, (await circle.round(1)).key) == ("listed", None)
    async with units.begin() as unit:
        change = "UPDATE circle_member SET automatic_debit = false WHERE circle_id = :circle AND customer_id = :who"
        await unit.session.execute(text(change), {"circle": circle.id, "who": circle.people[3].id})
    await live(units, clock, until="2026-03-26 20:01")
    assert await receivers(circle, 2) == [3, 1]
    assert (await circle.round(1)).key.startswith("7c760e1b")
    await circle.pay(4, 204)
    async with units.begin() as unit:
        change = "UPDATE circle_member SET automatic_debit = true WHERE circle_id = :circle"
        await unit.session.execute(text(change), {"circle": circle.id})
    await live(units, clock, until="2026-04-17 12:00")
    assert await receivers(circle, 5) == [3, 1, 5, 4, 2]
    assert (await circle.round(5)).key == SEED
    await verified(units)


async def test_an_outage_over_the_evening_draws_as_it_would_have_been(units: Units, clock: ManualClock) -> None:
    circle = await a_lottery(units)
    await live(units, clock, until="2026-03-19 17:00")
    clock.set(datetime(2026, 3, 20, 10, 0, tzinfo=SHANGHAI))
    await run_due(units, CALENDAR)
    assert (await circle.round(1)).receiver_place is None
    await live(units, clock, until="2026-03-20 10:31")
    assert await receivers(circle, 1) == [3]
    assert (await circle.round(1)).state == "paid"
    await verified(units)


async def test_the_worked_tie_of_an_auction(units: Units, clock: ManualClock) -> None:
    """10 of 500.00, commission 2 %: 9 wins the tie by 800.05; prize 4,199.95, net 429.99 and 430.00."""
    circle = await a_circle(
        units, 10, order="auction", code="C4TN-8KQ2", contribution="500.00", commission_percent=Decimal(2)
    )
    await drawn_by_keys(circle, {place: str(place) for place in range(1, 11)})
    for place, amount in ((3, "612.35"), (7, "800.05"), (9, "800.05")):
        await bid(circle, 1, place, amount)
    await live(units, clock, until="2026-03-20 12:00")
    won = await circle.round(1)
    assert (won.receiver_place, won.bid, won.purpose) == (9, 800_05, "tie")
    assert (won.prize, won.commission, won.key[:8]) == (4_199_95, 100_00, "2cd3a7e8")
    net = [(await circle.due(1, place)).amount for place in range(1, 11)]
    assert [place for place, each in enumerate(net, 1) if each == 429_99] == [1, 2, 3, 4, 10]
    assert await circle.wallet(9) == "5,769.95"
    async with units.begin() as unit:
        published = await unit.session.scalars(select(CircleBid.place).where(CircleBid.nonce.is_not(None)))  # type: ignore[union-attr]
        assert list(published) == [9]
        tied = await unit.session.scalars(text("SELECT place FROM circle_eligible WHERE is_tied ORDER BY place"))
        assert list(tied) == [7, 9]
    await verified(units)


async def test_without_a_bid_chance_decides_at_the_least_bid_and_the_last_place_pays_it(
    units: Units, clock: ManualClock
) -> None:
    circle = await a_circle(units, 3, order="auction", period="week", commission_percent=Decimal(5))
    await drawn_by_keys(circle, {})
    async with units.begin() as unit:
        for nr in (1, 2):
            (await unit.session.get_one(CirclePlace, (circle.id, nr))).passes_round = 1
    await live(units, clock, until="2026-04-03 12:00")
    rounds = [await circle.round(number) for number in (1, 2, 3)]
    assert rounds[0].receiver_place == 3
    assert {each.receiver_place for each in rounds} == {1, 2, 3}
    assert {(each.bid, each.prize) for each in rounds} == {(30_00, 570_00)}
    await verified(units)


async def test_a_key_that_does_not_fit_draws_nothing_and_is_replaced(units: Units, clock: ManualClock) -> None:
    operator = await an_operator(units)
    circle = await a_lottery(units)
    async with units.begin() as unit:
        (await unit.session.get_one(CircleKey, (circle.id, 1))).key_zero = "0" * 64
    await live(units, clock, until="2026-03-20 07:59")
    assert await receivers(circle, 1) == [None]
    assert len(await pushed(units, operator, "operator.circle_key_fails")) == 1
    await live(units, clock, until="2026-03-20 12:00")
    async with units.begin() as unit:
        assert (await unit.session.get_one(CircleKey, (circle.id, 1))).voided_why == "key"
    assert (await circle.round(1)).receiver_place is None
    await live(units, clock, until="2026-03-20 20:01")
    assert (await circle.round(1)).state == "paid"
    assert (await circle.round(1)).chain == 2
    await live(units, clock, until="2026-03-27 09:01")
    assert (await circle.round(2)).state == "paid"
    assert (await circle.round(2)).due_on == date(2026, 3, 27)
    await verified(units)
