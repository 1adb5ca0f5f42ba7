"""The next cycle, circles from paper, who stands for a place, and what loans have to do with circles."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from finance_core.circles import cycles, drafts, guarantors, starting
from finance_core.circles.finding import find
from finance_core.circles.requests import JoinRequest
from finance_core.circles.rules.auctions import Period
from finance_core.circles.rules.settings import Order, Security
from finance_core.journeys import circle_limits
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import FinanceError
from finance_core.loans.origination import self_limits
from finance_core.storage.unit import Units
from tests.builders import CIPHER, a_loan, balance, live, the_catalogue, verified, yuan
from tests.circles import AGREED, FIRST_ON, Opened, opened, running, settings, somebody

MARCH = date(2026, 1, 20)


@pytest.fixture(autouse=True)
async def on_sale(units: Units) -> None:
    units.cipher = CIPHER
    await the_catalogue(units)


async def refused(awaited: Any) -> FinanceError:
    with pytest.raises(FinanceError) as fault:
        await awaited
    return fault.value


async def test_again_drafts_the_next_cycle_and_each_joins_anew(units: Units, clock: ManualClock) -> None:
    circle = await running(units, 3, period=Period.DAY, first_due_on=date(2026, 3, 14))
    async with units.begin() as unit:
        early = cycles.again(unit, CIPHER, circle.token, circle.chair.id, date(2026, 4, 1), "next")
        assert (await refused(early)).code is ErrorCode.CIRCLE_NOT_ENDED
    await live(units, clock, until="2026-03-16 12:00")
    assert (await circle.row()).state == "ended"
    async with units.begin() as unit:
        other = cycles.again(unit, CIPHER, circle.token, circle.people[1].id, date(2026, 4, 1), "next")
        assert (await refused(other)).code is ErrorCode.CIRCLE_CHAIR_ONLY
        drafted = await cycles.again(unit, CIPHER, circle.token, circle.chair.id, date(2026, 4, 1), "next")
        assert (drafted.state, drafted.places, drafted.first_due_on) == ("draft", 3, date(2026, 4, 1))
        assert drafted.previous_id == (await find(unit, circle.token)).id
        await drafts.open_circle(unit, CIPHER, circle.chair.id, "next")
    assert (await Opened(units, "next", circle.people).join(circle.people[1])).state == "joined"


async def paper(units: Units, **more: Any) -> Opened:
    """Draft a monthly paper circle of four, whose first two rounds were in January and February, and open it."""
    chair = await somebody(units, money=1_000)
    fields = {"order": Order.FIXED, "period": Period.MONTH, "first_due_on": MARCH, **more}
    async with units.begin() as unit:
        await cycles.draft_paper(unit, CIPHER, chair.id, settings(**fields), "paper")
        await drafts.open_circle(unit, CIPHER, chair.id, "paper")
    return Opened(units, "paper", [chair])


async def test_a_paper_circle_goes_on_with_its_past_as_history(units: Units, clock: ManualClock) -> None:
    circle = await paper(units)
    circle.people += [await somebody(units, name, money=1_000) for name in ("Bo", "Chi", "Dan")]
    for who, turn in zip(circle.people, (1, 3, 2, 4), strict=True):
        await circle.join(who, turns=(turn,))
    row = await circle.row()
    assert (row.state, row.rounds) == ("running", 4)
    async with units.begin() as unit:
        rounds = (await unit.session.execute(text("SELECT nr, state, is_history FROM circle_round ORDER BY nr"))).all()
        dues = await unit.session.scalar(text("SELECT count(*) FROM circle_due"))
    assert rounds == [(1, "paid", True), (2, "paid", True), (3, "coming", False), (4, "coming", False)]
    assert dues == 8
    await verified(units)
    await live(units, clock, until="2026-03-20 10:00")
    assert str(await balance(units, circle.people[1])) == "1,300.00", "Bo has the third turn: 400.00 less his own"
    await live(units, clock, until="2026-04-20 10:00")
    assert (await circle.row()).state == "ended"
    await verified(units)


async def test_a_paper_circle_starts_only_with_all_its_places(units: Units) -> None:
    circle = await paper(units)
    for turn in (1, 2, 3):
        await circle.join(await somebody(units, f"P{turn}"), turns=(turn,))
    async with units.begin() as unit:
        fault = await refused(starting.start(unit, CIPHER, circle.token, circle.chair.id))
    assert fault.code is ErrorCode.CIRCLE_PAPER


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"order": Order.WHOLE}, ErrorCode.CIRCLE_ORDER),
        ({"first_due_on": FIRST_ON}, ErrorCode.CIRCLE_START),
        ({"first_due_on": date(2025, 1, 20)}, ErrorCode.CIRCLE_START),
    ],
)
async def test_what_is_no_paper_circle_is_refused(units: Units, fields: dict[str, Any], code: ErrorCode) -> None:
    assert (await refused(paper(units, **fields))).code is code


async def test_somebody_stands_for_a_place_when_they_agree(units: Units) -> None:
    fields: dict[str, Any] = {"security": Security.GUARANTORS, "security_amount": yuan(100)}
    circle, bo, chi = await opened(units, **fields), await somebody(units, "Bo"), await somebody(units, "Chi")
    await circle.join(bo)
    async with units.begin() as unit:
        asked = await guarantors.ask(unit, circle.token, bo.id, 1, chi.id, yuan(100))
        assert (await guarantors.ask(unit, circle.token, bo.id, 1, chi.id, yuan(100))).id == asked.id
        row = await find(unit, circle.token)
        assert await guarantors.secured_for(unit, row, 1) == yuan(0)
        oneself = guarantors.ask(unit, circle.token, bo.id, 1, bo.id, yuan(100))
        assert (await refused(oneself)).code is ErrorCode.CIRCLE_NO_GUARANTOR
        await circle_limits.stand_for(unit, circle.token, chi.id, 1)
        assert await guarantors.secured_for(unit, row, 1) == yuan(100)
        assert [each.most for _, each in await guarantors.stood_for_by(unit, chi.id)] == [100_00]
        back = guarantors.refuse(unit, circle.token, chi.id, 1)
        assert (await refused(back)).code is ErrorCode.CIRCLE_STANDS
        nobody = circle_limits.stand_for(unit, circle.token, bo.id, 1)
        assert (await refused(nobody)).code is ErrorCode.CIRCLE_GUARANTOR
    assert len(await circle.told(chi, "circle.stand_for")) == 1


async def test_instalments_of_loans_here_count_against_the_income(units: Units, clock: ManualClock) -> None:
    circle, bo = await opened(units, places=6), await somebody(units, "Bo", income=2_000)
    await a_loan(units, bo, 3_000, 6)
    await live(units, clock, until="2026-03-15 12:00")
    async with units.begin() as unit:
        due = await circle_limits.instalments_of(unit, bo.id, await find(unit, circle.token))
        assert yuan(0) < due
        joining = circle_limits.join(unit, CIPHER, circle.token, bo.id, JoinRequest(), AGREED)
        fault = await refused(joining)
    assert fault.code is ErrorCode.CIRCLE_LIMIT_INCOME
    assert fault.details["would_be"] == yuan(500) + due


async def test_who_is_excluded_from_borrowing_may_join_and_neither_bids_nor_stands_for_anybody(units: Units) -> None:
    circle = await running(units, order=Order.AUCTION)
    bo, new = circle.people[1], await somebody(units, "New")
    async with units.begin() as unit:
        for who in (bo, new):
            await self_limits.block(unit, who.id, 30)
    async with units.begin() as unit:
        quote = circle_limits.quote(unit, circle.token, bo.id, 2, 1, yuan(10))
        assert (await refused(quote)).code is ErrorCode.SELF_EXCLUDED
        bid = circle_limits.bid(unit, CIPHER, circle.token, bo.id, 2, 1, yuan(10), "a bid")
        assert (await refused(bid)).code is ErrorCode.SELF_EXCLUDED
        stands = circle_limits.stand_for(unit, circle.token, bo.id, 1)
        assert (await refused(stands)).code is ErrorCode.SELF_EXCLUDED
    other = await opened(units)
    async with units.begin() as unit:
        joined = await circle_limits.join(unit, CIPHER, other.token, new.id, JoinRequest(), AGREED)
    assert joined.state == "joined"
