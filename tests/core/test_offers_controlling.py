"""Stopping what is under way: by hand, by a price that changed, all at once; taps; and what came of a broadcast."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from finance_core import approvals
from finance_core.customers.consents import Topic
from finance_core.customers.models import Customer
from finance_core.customers.roles import Role
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.errors import Conflict, NotAllowed
from finance_core.lines import ACTIONS, OFFER_CHECKS, people_of
from finance_core.notices import boards as message_boards
from finance_core.offers.planning import broadcasts, controlling, taps
from finance_core.offers.planning.boards import BROADCAST
from finance_core.offers.planning.models import Broadcast
from finance_core.offers.planning.proposing import RECALL
from finance_core.offers.planning.results import HELD_OUT, result_of
from finance_core.offers.planning.starting import beginning
from finance_core.offers.planning.watching import watched
from finance_core.offers.rules.verdict import Outcome
from finance_core.offers.running.rounds import timed_work
from finance_core.offers.running.starting import run_of
from finance_core.storage.unit import Units
from tests.broadcasts import people
from tests.builders import an_operator, the_catalogue, verified
from tests.core.test_offers_planning import DEARER
from tests.offers import a_draft, an_offer, approved, proposed


@pytest.fixture(autouse=True)
async def sold(units: Units) -> None:
    await the_catalogue(units)
    await people(units, 60, topics=(Topic.LOANS,))


async def state_of(units: Units, broadcast: Broadcast) -> str:
    async with units.begin() as unit:
        return (await broadcasts.listed(unit, broadcast.id)).state


async def begun(units: Units, **wanted: Any) -> tuple[Broadcast, Customer]:
    """Begin a broadcast of a loan; return it with its maker."""
    mia, olu = await an_operator(units, "Mia", Role.MARKETING), await an_operator(units, "Olu", Role.CREDIT_OFFICER)
    draft = await a_draft(units, mia, await an_offer(units, mia), **wanted)
    await approved(units, olu, await proposed(units, mia, draft))
    await beginning(people_of, OFFER_CHECKS).run(units)
    return draft, mia


async def test_it_is_paused_goes_on_and_is_cancelled_by_who_may(units: Units) -> None:
    broadcast, mia = await begun(units)
    sam = await an_operator(units, "Sam", Role.SUPPORT)
    for act in (controlling.pause, controlling.resume, controlling.cancel):
        async with units.begin() as unit:
            with pytest.raises(NotAllowed, match="no_permission"):
                await act(unit, sam.id, broadcast.id)
    for act, state in (
        (controlling.pause, "paused"),
        (controlling.resume, "sending"),
        (controlling.cancel, "cancelled"),
    ):
        for _ in range(2):
            async with units.begin() as unit:
                await act(unit, mia.id, broadcast.id)
            assert await state_of(units, broadcast) == state


async def test_a_price_that_changes_while_it_is_sent_pauses_it_for_good(units: Units, clock: ManualClock) -> None:
    broadcast, mia = await begun(units)
    clock.advance(seconds=5)
    async with units.begin() as unit:
        await unit.session.execute(
            text(DEARER.replace("valid_from, applied_at\n    FROM", "valid_from, now()\n    FROM"))
        )
    await watched(timed_work(OFFER_CHECKS)).run(units)
    async with units.begin() as unit:
        assert (await run_of(unit, broadcast.id)).paused_why == "price"
        with pytest.raises(Conflict, match="offer_price_changed"):
            await controlling.resume(unit, mia.id, broadcast.id)


async def test_a_new_version_with_the_same_figures_pauses_nothing(units: Units) -> None:
    broadcast, _ = await begun(units)
    same = DEARER.replace("0.049", "0.05").replace("valid_from, applied_at\n    FROM", "valid_from, now()\n    FROM")
    async with units.begin() as unit:
        await unit.session.execute(text(same))
    await watched(timed_work(OFFER_CHECKS)).run(units)
    assert await state_of(units, broadcast) == "sending"


async def test_hold_stops_all_that_is_sent_and_all_that_is_planned(units: Units) -> None:
    broadcast, mia = await begun(units)
    olu = await an_operator(units, "Oli", Role.CREDIT_OFFICER)
    ahead = await a_draft(units, mia, await an_offer(units, mia))
    await approved(units, olu, await proposed(units, mia, ahead))
    async with units.begin() as unit:
        assert await controlling.hold(unit, mia.id) == ([broadcast.id], [ahead.id])
        assert await controlling.hold(unit, mia.id) == ([], [])
    assert [await state_of(units, each) for each in (broadcast, ahead)] == ["paused", "draft"]


async def test_who_follows_it_sees_it_go_on(units: Units) -> None:
    broadcast, mia = await begun(units)
    async with units.begin() as unit:
        await message_boards.show(unit, BROADCAST, broadcast.id, chat_id=mia.chat_id, language="en")
        before = await unit.session.scalar(text("SELECT wanted FROM board"))
    await watched(timed_work(OFFER_CHECKS)).run(units)
    async with units.begin() as unit:
        await controlling.cancel(unit, mia.id, broadcast.id)
        row = (await unit.session.execute(text("SELECT wanted, is_over FROM board"))).one()
    assert (row.wanted, row.is_over) == (before + 2, True)


async def test_a_tap_is_noted_for_who_got_it_and_for_nobody_else(units: Units) -> None:
    broadcast, mia = await begun(units)
    async with units.begin() as unit:
        reader = await unit.session.scalar(text("SELECT min(customer_id) FROM broadcast_recipient"))
        assert await taps.note(unit, broadcast.id, reader, "borrow", 5)
        assert not await taps.note(unit, broadcast.id, mia.id, "borrow", 5)
        assert not await taps.note(unit, 999, reader, "borrow", 5)
        rows = (await unit.session.execute(text("SELECT customer_id, way, variant FROM offer_tap"))).all()
    assert [tuple(row) for row in rows] == [(reader, "borrow", 0)]
    await verified(units)


async def test_the_verdict_comes_when_the_window_is_over_and_counts_all_who_were_assigned(
    units: Units, clock: ManualClock
) -> None:
    await people(units, 600, topics=(Topic.LOANS,), first=5_000)
    broadcast, mia = await begun(units, held_out_percent=50, measure="taps", window_days=1)
    async with units.begin() as unit:
        early = await result_of(unit, broadcast.id)
        assert (early.is_final, early.texts, early.held_out) == (False, (), None)
        assert sum(arm.assigned for arm in early.arms.values()) == 660
        sent = "SELECT customer_id FROM broadcast_recipient WHERE state <> 'held' ORDER BY customer_id LIMIT 40"
        for reader in list(await unit.session.scalars(text(sent))):
            await taps.note(unit, broadcast.id, reader, "borrow", 5)
        await controlling.cancel(unit, mia.id, broadcast.id)
    clock.advance(hours=24)
    async with units.begin() as unit:
        found = await result_of(unit, broadcast.id)
    assert found.is_final
    assert (found.arms[0].did, found.arms[HELD_OUT].did) == (40, 0)
    assert found.held_out is not None
    assert found.held_out.outcome is Outcome.TOO_FEW  # nobody who was held out can tap: nothing is compared with them
    assert not found.split.is_off


async def test_taking_it_back_takes_two_people_and_something_that_was_sent(units: Units) -> None:
    broadcast, mia = await begun(units)
    action, subject = ACTIONS.called(RECALL), f"broadcast:{broadcast.id}"
    async with units.begin() as unit:
        with pytest.raises(Conflict, match="broadcast_state"):
            await approvals.propose(unit, mia.id, action, subject, {}, "a wrong word", "early")
        await unit.session.execute(text("UPDATE broadcast_count SET state = 'sent' WHERE state = 'waiting'"))
        await controlling.cancel(unit, mia.id, broadcast.id)
        proposal = await approvals.propose(unit, mia.id, action, subject, {}, "a wrong word", "late")
    olu = await an_operator(units, "Oda", Role.TREASURER)
    assert (await approved(units, olu, proposal)).result == {"broadcast": broadcast.id}
    async with units.begin() as unit:
        assert (await run_of(unit, broadcast.id)).recall == "running"
