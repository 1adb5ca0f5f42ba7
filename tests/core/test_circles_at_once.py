"""Two people, or twenty taps, at the same moment: each thing in a circle happens once."""

from __future__ import annotations

import asyncio
from collections import Counter

from sqlalchemy import text

from finance_core.circles import agenda, starting, swaps
from finance_core.circles.agenda import NewChair
from finance_core.circles.requests import Joined
from finance_core.circles.rules.settings import Order
from finance_core.customers.models import Customer
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import FinanceError
from finance_core.storage.unit import Units
from tests.builders import CIPHER, the_catalogue
from tests.circles import Opened, opened, running, somebody


async def joined(circle: Opened, who: Customer) -> str:
    try:
        done: Joined = await circle.join(who)
    except FinanceError as refusal:
        return refusal.code
    return str(done.state)


async def test_the_last_place_goes_to_one_of_those_who_tap_at_once(cloned_units: Units) -> None:
    await the_catalogue(cloned_units)
    circle = await opened(cloned_units, places=4)
    people = [await somebody(cloned_units, f"P{nr}") for nr in range(8)]
    came = Counter(await asyncio.gather(*[joined(circle, who) for who in people]))
    assert came["joined"] == 4
    assert came["joined"] + came[ErrorCode.CIRCLE_NOT_OPEN] == 8
    assert sorted(place.state for place in await circle.places()) == ["held"] * 4
    async with cloned_units.begin() as unit:
        dues = await unit.session.scalar(text("SELECT count(*) FROM circle_due"))
    assert dues == 16, "it started once"


async def test_one_person_who_taps_ten_times_joins_once(cloned_units: Units) -> None:
    await the_catalogue(cloned_units)
    circle, bo = await opened(cloned_units), await somebody(cloned_units, "Bo")
    came = Counter(await asyncio.gather(*[joined(circle, bo) for _ in range(10)]))
    assert came == {"joined": 1, ErrorCode.CIRCLE_JOINED: 9}


async def test_members_who_confirm_and_vote_at_once_decide_once(cloned_units: Units) -> None:
    await the_catalogue(cloned_units)
    circle = await opened(cloned_units, places=6)
    people = [await somebody(cloned_units, f"P{nr}") for nr in range(5)]
    for who in people:
        await circle.join(who)
    async with cloned_units.begin() as unit:
        await starting.start(unit, CIPHER, circle.token, circle.chair.id)

    async def confirmed(who: Customer) -> None:
        async with cloned_units.begin() as unit:
            await starting.confirm(unit, CIPHER, circle.token, who.id)

    await asyncio.gather(*[confirmed(who) for who in people])
    assert (await circle.row()).state == "running"
    async with cloned_units.begin() as unit:
        await agenda.open_motion(unit, circle.token, people[0].id, NewChair(people[1].id), "a vote")

    async def voted(who: Customer) -> str:
        try:
            async with cloned_units.begin() as unit:
                await agenda.cast(unit, "a vote", who.id, is_yes=True)
        except FinanceError as refusal:
            return refusal.code
        return "voted"

    came = Counter(await asyncio.gather(*[voted(who) for who in (*people[1:], *people[1:])]))
    assert came["voted"] == 2, "three of five decide it, and one had opened it"
    async with cloned_units.begin() as unit:
        offices = await unit.session.scalar(
            text("SELECT count(*) FROM circle_officer WHERE role = 'chair' AND until IS NULL")
        )
        assert (await agenda.tally(unit, "a vote")).state == "passed"
    assert offices == 1


async def test_two_who_agree_to_swap_and_ask_at_once_do_not_lock_each_other_out(cloned_units: Units) -> None:
    await the_catalogue(cloned_units)
    circle = await running(cloned_units, order=Order.FIXED)
    _, bo, chi, dan = circle.people
    async with cloned_units.begin() as unit:
        await swaps.ask(unit, circle.token, bo.id, 2, 3, "first")

    async def agreed() -> str:
        async with cloned_units.begin() as unit:
            return (await swaps.agree(unit, "first", chi.id)).state

    async def asked(who: Customer, own: int, other: int, token: str) -> str:
        try:
            async with cloned_units.begin() as unit:
                await swaps.ask(unit, circle.token, who.id, own, other, token)
        except FinanceError as refusal:
            return refusal.code
        return "asked"

    await asyncio.gather(agreed(), asked(chi, 3, 4, "second"), asked(dan, 4, 2, "third"), asked(bo, 2, 4, "fourth"))
    turns = sorted(place.turn or 0 for place in await circle.places())
    assert turns == [1, 2, 3, 4]
