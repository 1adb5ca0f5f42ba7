"""What a member chooses while in a circle, the one nudge a day, dates for a calendar, the group of a circle."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from finance_core.circles import membership
from finance_core.circles.finding import find
from finance_core.circles.models import Destination
from finance_core.circles.rules.settings import Order
from finance_core.customers import consents
from finance_core.customers.consents import Topic
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import FinanceError
from finance_core.storage.unit import Units
from tests.builders import CIPHER, balance, live, the_catalogue, verified, yuan
from tests.circles import AGREED, FIRST_ON, opened, running, somebody


@pytest.fixture(autouse=True)
async def on_sale(units: Units) -> None:
    units.cipher = CIPHER
    await the_catalogue(units)


async def code_of(awaited: Any) -> ErrorCode:
    with pytest.raises(FinanceError) as fault:
        await awaited
    return fault.value.code


async def test_a_debit_whose_consent_was_withdrawn_is_not_made(units: Units, clock: ManualClock) -> None:
    circle = await running(units, order=Order.FIXED)
    bo = circle.people[1]
    async with units.begin() as unit:
        await membership.choose_debits(unit, circle.token, bo.id, AGREED, given=False)
        about = f"circle:{(await find(unit, circle.token)).id}"
        assert not await consents.is_given(unit, bo.id, Topic.DEBIT, about)
        stranger = await somebody(units, "Stranger")
        other = membership.choose_debits(unit, circle.token, stranger.id, AGREED, given=True)
        assert await code_of(other) is ErrorCode.CIRCLE_MEMBERS_ONLY
    await live(units, clock, until="2026-03-22 10:00")
    assert await balance(units, bo) == yuan(1_000)
    async with units.begin() as unit:
        await membership.choose_debits(unit, circle.token, bo.id, AGREED, given=True, from_change_plus=True)
    await verified(units)


async def test_where_a_pot_goes_what_one_is_called_and_who_takes_over_is_chosen(units: Units) -> None:
    circle, bo = await opened(units), await somebody(units, "Bo")
    await circle.join(bo)
    async with units.begin() as unit:
        await membership.choose_destination(unit, circle.token, bo.id, Destination.GOAL, 7)
        await membership.choose_destination(unit, circle.token, bo.id, Destination.LOAN, 8)
        await membership.choose_destination(unit, circle.token, bo.id, Destination.CHANGE_PLUS)
        await membership.choose_nickname(unit, CIPHER, circle.token, bo.id, "The Baker")
        await membership.choose_nominee(unit, CIPHER, circle.token, bo.id, "My sister Li, +86 139 1111 2222")
        await membership.show_reliability(unit, circle.token, bo.id, shows=True)
    member = await circle.member(bo)
    assert member is not None
    assert (member.destination, member.destination_id, member.shows_reliability) == ("change_plus", None, True)
    assert member.nickname_sealed is not None
    assert member.nominee_sealed is not None
    assert b"Li" not in member.nominee_sealed


async def test_officers_nudge_who_is_waiting_once_a_day(units: Units, clock: ManualClock) -> None:
    circle = await running(units, order=Order.FIXED)
    async with units.begin() as unit:
        await unit.session.execute(text("UPDATE circle_member SET automatic_debit = false"))
    await live(units, clock, until="2026-03-22 10:00")
    async with units.begin() as unit:
        by_a_member = membership.nudge(unit, circle.token, circle.people[1].id)
        assert await code_of(by_a_member) is ErrorCode.CIRCLE_OFFICERS_ONLY
        assert await membership.nudge(unit, circle.token, circle.chair.id) == 3
        assert await membership.nudge(unit, circle.token, circle.chair.id) == 0


async def test_the_dates_of_a_circle_are_those_of_its_member(units: Units, clock: ManualClock) -> None:
    forming, bo = await opened(units, places=6), await somebody(units, "Bo")
    await forming.join(bo, places=2)
    async with units.begin() as unit:
        said = await membership.dates_of(unit, forming.token, bo.id)
    assert [(each.on, each.pays) for each in said[:2]] == [
        (FIRST_ON, yuan(200)), (FIRST_ON + timedelta(weeks=1), yuan(200)),
    ]  # fmt: skip
    circle = await running(units, order=Order.FIXED)
    await live(units, clock, until="2026-03-23 10:00")
    async with units.begin() as unit:
        said = await membership.dates_of(unit, circle.token, circle.people[1].id)
    assert [(each.on, each.receives) for each in said] == [
        (date(2026, 3, 29), True), (date(2026, 4, 5), False), (date(2026, 4, 12), False),
    ]  # fmt: skip


async def test_the_chair_binds_a_circle_to_another_group(units: Units) -> None:
    circle = await opened(units)
    async with units.begin() as unit:
        assert (await membership.put_in_group(unit, circle.token, circle.chair.id, 5)).place_id == 5
        other = membership.put_in_group(unit, circle.token, (await somebody(units, "Bo")).id, 6)
        assert await code_of(other) is ErrorCode.CIRCLE_CHAIR_ONLY
