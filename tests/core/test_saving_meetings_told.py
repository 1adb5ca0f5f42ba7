"""What members are told of meetings of an accumulating circle: opened, asked, fined, closed, shared out."""

from __future__ import annotations

import pytest

from finance_core.circles.saving import meeting_notices as notices
from finance_core.circles.saving import voting
from finance_core.circles.saving.finding import begun
from finance_core.circles.saving.models import FineWhy
from finance_core.journeys.saving_circles import sharing_out, views
from finance_core.kernel.clock import ManualClock
from finance_core.storage.unit import Units
from tests.builders import CIPHER, the_catalogue, verified, yuan
from tests.circles import told
from tests.saving_circles import Cycle, a_cycle


@pytest.fixture
def units(cloned_units: Units) -> Units:
    """Units that really commit: days in one outer transaction pile up savepoints."""
    return cloned_units


@pytest.fixture
async def cycle(units: Units, clock: ManualClock) -> Cycle:
    """A cycle on the noon of its first meeting."""
    await the_catalogue(units)
    made = await a_cycle(units, clock, social_amount=5_00)
    await made.at("03-20 12:00")
    return made


async def whom(cycle: Cycle, kind: str) -> list[int]:
    """Return the places of who is told something, once for each time."""
    return [place for place in range(1, 6) for _ in await told(cycle.units, cycle.who(place), kind)]


async def test_the_meeting_s_beginning_and_end_are_told_once_to_each(cycle: Cycle) -> None:
    assert await whom(cycle, "circle.meeting_open") == [1, 2, 3, 4, 5]
    await cycle.buys(1, 2)
    await cycle.closes(by=3)
    assert await whom(cycle, "circle.meeting_over") == [1, 2, 4, 5]
    [over] = await told(cycle.units, cycle.who(1), notices.CircleMeetingOver.kind)
    assert (over["nr"], over["present"], over["members"], over["has_quorum"], over["left"]) == (1, 1, 5, False, 5)
    async with cycle.units.begin() as unit:
        held = await views.minutes(unit, cycle.circle, 1)
    assert (held.meeting.cash, held.meeting.social) == (40_00, 5_00)
    await verified(cycle.units)


async def test_who_asks_is_told_of_a_no_and_the_others_are_asked(cycle: Cycle) -> None:
    await cycle.buys(1, 1)
    async with cycle.units.begin() as unit:
        words = voting.sealed_for(CIPHER, "roof", "The roof\nleaks")
        asked = await voting.ask_for_grant(unit, cycle.circle, cycle.who(5).id, yuan(3), "roof", words)
        assert voting.said_in(CIPHER, asked) == "The roof leaks"
    assert await whom(cycle, "circle.asked") == [1, 2, 3, 4]
    for place in (1, 2):
        await cycle.votes(asked, place, is_yes=False)
    [over] = await told(cycle.units, cycle.who(5), notices.CircleRequestOver.kind)
    assert (over["result"], over["what"], over["sum"]["amount"]) == ("failed", "grant", 3_00)
    assert await whom(cycle, "circle.request_over") == [5]


async def test_a_fine_is_told_and_so_is_its_end(cycle: Cycle) -> None:
    async with cycle.units.begin() as unit:
        made = await voting.fine(unit, cycle.circle, cycle.who(1).id, cycle.who(4).id, FineWhy.LATE)
        assert [each.id for each in await views.fines_to_pay(unit, cycle.circle)] == [made.id]
    async with cycle.units.begin() as unit:
        await voting.take_fine_back(unit, made.id, cycle.who(2).id)
    assert (await whom(cycle, "circle.fined"), await whom(cycle, "circle.fine_back")) == ([4], [4])


async def test_officers_see_who_is_late_and_the_share_out_tells_what_is_set_off(cycle: Cycle) -> None:
    await cycle.buys(1, 5)
    await cycle.buys(4, 5)
    await cycle.borrows(4, 50, 1)
    await cycle.at("04-21 12:00")
    async with cycle.units.begin() as unit:
        assert list(await views.late_borrowers(unit, cycle.circle)) == [cycle.who(4).id]
    await cycle.at("08-21 12:00")
    async with cycle.units.begin() as unit:
        await sharing_out.preview(unit, cycle.circle, cycle.who(1).id)
    assert await whom(cycle, "circle.share_out_seen") == [2, 3]
    async with cycle.units.begin() as unit:
        await sharing_out.approve(unit, cycle.circle, cycle.who(2).id)
    assert await whom(cycle, "circle.set_off") == [4]
    [off] = await told(cycle.units, cycle.who(4), "circle.set_off")
    assert (off["set_off"]["amount"], off["still_owed"]["amount"]) == (50_75, 0)
    assert off["entitled"]["amount"] == off["set_off"]["amount"] + off["paid"]["amount"]
    await cycle.at("08-21 12:01")
    assert await whom(cycle, "circle.ended") == [1, 2, 3, 4, 5]
    async with cycle.units.begin() as unit:
        assert (await begun(unit, cycle.circle)).circle.state == "ended"
    await verified(cycle.units)
