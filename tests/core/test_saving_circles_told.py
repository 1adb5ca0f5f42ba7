"""Accumulating circles around their start: shares to be debited chosen at joining, what members are told, the board."""

from __future__ import annotations

from datetime import date

import pytest

from finance_core.circles.finding import by_id
from finance_core.circles.models import Role
from finance_core.circles.rules.auctions import Period
from finance_core.circles.saving import beginning, forming, going, notices, reminding
from finance_core.circles.saving.board_view import SavingBoard, board_of
from finance_core.circles.saving.finding import savers
from finance_core.circles.saving.forming import SavingSettings
from finance_core.journeys.saving_circles import lending, meetings
from finance_core.journeys.saving_circles.statements import statement_of
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.errors import InvalidInput, RuleViolation
from finance_core.storage.unit import Units
from tests.builders import CIPHER, a_customer, the_catalogue, verified, yuan
from tests.circles import AGREED, told
from tests.notices import written
from tests.saving_circles import DAYS, FIRST_ON, NAMES, RULES, Cycle, a_cycle


@pytest.fixture(autouse=True)
async def on_sale(units: Units) -> None:
    await the_catalogue(units)


async def test_shares_chosen_at_joining_are_debited_from_the_first_meeting_on(units: Units, clock: ManualClock) -> None:
    people = [await a_customer(units, name, money=90) for name in NAMES]
    ana, bo, chidi, dede, eve = people
    async with units.begin() as unit:
        to_save = SavingSettings("Savers", Period.MONTH, FIRST_ON, RULES)
        circle = await lending.draft(unit, CIPHER, ana.id, to_save, "standing")
        await forming.open_circle(unit, circle.id, ana.id)
        with pytest.raises(InvalidInput, match="circle_shares"):
            await forming.join(unit, CIPHER, circle.id, bo.id, standing=6, wording=AGREED)
        for who in people:
            standing = {bo.id: 2, chidi.id: 5}.get(who.id, 0)
            await forming.join(unit, CIPHER, circle.id, who.id, standing=standing, wording=AGREED)
        await going.go(unit, circle.id, dede.id)
        with pytest.raises(RuleViolation, match="circle_members"):
            await beginning.begin(unit, circle.id, ana.id)
        await forming.join(unit, CIPHER, circle.id, dede.id, wording=AGREED)
        assert [each.place for each in await savers(unit, circle.id)] == [1, 2, 3, 4, 5]
        with pytest.raises(RuleViolation, match="circle_officers_missing"):
            await beginning.begin(unit, circle.id, ana.id)
        for role, who in ((Role.TREASURER, bo), (Role.SECRETARY, chidi)):
            await forming.name_officer(unit, circle.id, ana.id, role, who.id)
        await beginning.begin(unit, circle.id, ana.id)
    cycle = Cycle(units, clock, circle.id, people)
    await cycle.at("03-20 09:01")
    assert await cycle.has("2033") == yuan(40 + 80)
    [begun] = await told(units, chidi, "circle.cycle_begins")
    assert (begun["first_on"], begun["standing"]) == ("2026-03-20", 5)
    [short] = await told(units, chidi, "circle.short")
    assert (short["standing"], short["bought"]) == (5, 4)
    [saved] = await told(units, bo, "receipt.circle_saved")
    assert (saved["shares"], saved["sum"]["amount"]) == (2, 40_00)
    assert not await told(units, bo, "circle.short")
    assert not await told(units, eve, "receipt.circle_saved")
    await verified(units)


async def test_who_could_buy_none_is_told_too_and_only_once(units: Units, clock: ManualClock) -> None:
    cycle = await a_cycle(units, clock, money=10)
    async with units.begin() as unit:
        await beginning.stand_for(unit, cycle.circle, cycle.who(2).id, 1, AGREED)
    await cycle.at("03-20 12:00")
    assert [row["bought"] for row in await told(units, cycle.who(2), "circle.short")] == [0]


async def test_a_circle_does_not_begin_once_its_first_meeting_was_due(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units, "Ana")
    async with units.begin() as unit:
        circle = await lending.draft(unit, CIPHER, ana.id, SavingSettings("S", Period.WEEK, FIRST_ON, RULES), "moved")
        await forming.open_circle(unit, circle.id, ana.id)
        with pytest.raises(InvalidInput, match="circle_start"):
            await beginning.move_first_meeting(unit, circle.id, ana.id, date(2026, 3, 1))
        await beginning.move_first_meeting(unit, circle.id, ana.id, date(2026, 3, 27))
        assert (await forming.settings_of(unit, circle, CIPHER)).first_meeting_on == date(2026, 3, 27)


async def test_a_meeting_is_reminded_of_the_day_before_with_what_it_takes(units: Units, clock: ManualClock) -> None:
    cycle = await a_cycle(units, clock, social_amount=5_00)
    async with units.begin() as unit:
        await beginning.stand_for(unit, cycle.circle, cycle.who(2).id, 3, AGREED)
        await reminding.remind(unit, [cycle.circle], date(2026, 3, 18))
        await reminding.remind(unit, [cycle.circle], date(2026, 3, 19))
        await reminding.remind(unit, [cycle.circle], date(2026, 3, 19))
    found = [
        each for each in await written(units, notices.CircleMeetingSoon) if isinstance(each, notices.CircleMeetingSoon)
    ]
    assert sorted((each.standing, each.sum, each.days) for each in found) == [
        *[(0, yuan(0), 1)] * 4, (3, yuan(65), 1)
    ]  # fmt: skip
    assert reminding.REMIND not in DAYS.steps, "the days of these tests leave it out: it is called above"


async def test_the_board_shows_what_all_have_and_who_has_paid(units: Units, clock: ManualClock) -> None:
    cycle = await a_cycle(units, clock, social_amount=5_00)
    assert [each.paid for each in (await _board(cycle)).people] == [None] * 5
    await cycle.at("03-20 12:00")
    await cycle.buys(1, 3)
    await cycle.buys(2, 0)
    seen = await _board(cycle)
    assert (seen.meeting, seen.meetings, seen.is_open, seen.have_paid) == (1, 6, True, 2)
    assert (seen.shares, seen.cash, seen.lent, seen.social_fund) == (3, yuan(60), yuan(0), yuan(10))
    assert [each.role for each in seen.people] == [Role.CHAIR, Role.TREASURER, Role.SECRETARY, None, None]
    async with units.begin() as unit:
        await meetings.close(unit, cycle.circle, cycle.who(3).id)
        kept = await statement_of(unit, await by_id(unit, cycle.circle), cycle.who(1).id)
    assert [(each.what, each.amount, each.round) for each in kept.lines] == [
        ("shares", yuan(-60), 1), ("social", yuan(-5), 1)
    ]  # fmt: skip
    assert ((await _board(cycle)).meeting, (await _board(cycle)).held_on) == (2, date(2026, 4, 20))
    await verified(units)


async def _board(cycle: Cycle) -> SavingBoard:
    async with cycle.units.begin() as unit:
        seen = await board_of(unit, CIPHER, cycle.circle)
    assert isinstance(seen, SavingBoard)
    return seen
