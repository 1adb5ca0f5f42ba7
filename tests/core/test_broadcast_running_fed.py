"""The outbox is fed from the recipients, 500 ahead; each is checked again, and the states always add up."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import text

from finance_core.customers.consents import Topic
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.errors import Conflict
from finance_core.notices import outcomes
from finance_core.notices.claims import Claim
from finance_core.offers.running.controls import cancel, pause, recall, resume
from finance_core.offers.running.rounds import next_look
from finance_core.offers.running.settling import settle_by_tap
from finance_core.offers.running.starting import run_of
from finance_core.offers.running.states import Paused, RunState
from finance_core.offers.running.withdrawing import blocked, cancel_waiting
from finance_core.storage.unit import Units
from tests.broadcasts import claim_all, deliver, frozen_run, look, people, run_out, say, stands, states_of
from tests.notices import WORKER


async def positions(units: Units, run_id: int = 12) -> list[int]:
    async with units.begin() as unit:
        rows = await unit.session.scalars(
            text("SELECT customer_id FROM broadcast_recipient WHERE run_id = :run ORDER BY position"), {"run": run_id}
        )
        return list(rows)


async def outbox(units: Units) -> int:
    async with units.begin() as unit:
        return int(await unit.session.scalar(text("SELECT count(*) FROM outbox WHERE state = 'pending'")) or 0)


async def test_the_first_hundred_go_two_minutes_are_waited_then_the_rest_goes_in_the_drawn_order(
    units: Units, clock: ManualClock
) -> None:
    await people(units, 130)
    await frozen_run(units, holdout=1_000)
    drawn = await positions(units)
    for _ in range(3):  # a round ends after a while, on a machine that is busy
        ahead = (await look(units)).ahead
    assert ahead == 100

    first = await deliver(units)
    found = await look(units)
    assert (len(first), found.sent, found.ahead) == (100, 100, 0)
    async with units.begin() as unit:
        assert (await run_of(unit, 12)).go_on_at == unit.now + timedelta(minutes=2) == await next_look(unit)
    clock.advance(seconds=119)
    assert (await look(units)).ahead == 0
    clock.advance(seconds=1)
    rest = await run_out(units, clock)
    found = await stands(units)
    assert first + rest == [each for each in drawn if each in {*first, *rest}]
    assert len({*first, *rest}) == found.sent == 130 - found.held
    assert found.state is RunState.FINISHED


async def test_no_more_than_500_are_ahead(units: Units, clock: ManualClock) -> None:
    await people(units, 700)
    await frozen_run(units)
    await look(units)
    await deliver(units)
    await look(units)
    clock.advance(minutes=2)
    assert (await look(units)).ahead == 500
    assert (await look(units)).ahead == 500
    assert await outbox(units) == 500


async def test_every_message_is_counted_and_a_403_is_no_fault_of_what_is_said(units: Units, clock: ManualClock) -> None:
    ids = await people(units, 10)
    ends = dict(zip(ids, ["content", "blocked", "lost", "sent"] * 3, strict=False))
    await frozen_run(units)
    await look(units)
    await deliver(units, lambda one: ends[one.customer_id or 0])
    found = await look(units)
    said = list(ends.values())
    assert (found.refused, found.blocked) == (said.count("content") + said.count("blocked"), said.count("blocked"))
    assert (found.unknown, found.sent) == (said.count("lost"), said.count("sent"))
    assert found.state is RunState.FINISHED


async def test_a_tap_on_what_nobody_knew_to_have_come_settles_it_as_sent_once(units: Units) -> None:
    [ana] = await people(units, 1)
    await frozen_run(units)
    await look(units)
    await deliver(units, lambda _: "lost")
    async with units.begin() as unit:
        assert await settle_by_tap(unit, 12, ana, 77)
        assert not await settle_by_tap(unit, 12, ana, 77)
    found = await look(units)
    assert (found.sent, found.unknown) == (1, 0)


async def test_a_tap_counts_at_once_where_the_doubt_was_not_taken_over_yet_and_a_late_answer_settles_it_too(
    units: Units,
) -> None:
    ana, bo = await people(units, 2)
    await frozen_run(units)
    await look(units)
    late: dict[int | None, Claim] = {}

    def lost(one: Claim) -> str:
        late[one.customer_id] = one
        return "lost"

    await deliver(units, lost)
    async with units.begin() as unit:
        assert await settle_by_tap(unit, 12, ana, 77)
    assert (await look(units)).unknown == 1
    async with units.begin() as unit:
        await outcomes.sent(unit, WORKER, late[bo], 78)
        await unit.session.execute(text("UPDATE broadcast_run SET idle_until = :now"), {"now": unit.now})
    assert (await look(units)).sent == 2


async def test_paused_nothing_waits_in_the_outbox_and_gone_on_with_nobody_is_skipped_or_told_twice(
    units: Units, clock: ManualClock
) -> None:
    ids = await people(units, 20)
    await frozen_run(units)
    await look(units)
    in_hand = await claim_all(units, limit=3)
    async with units.begin() as unit:
        assert await pause(unit, 12)
        assert not await pause(unit, 12)
        for one in in_hand:
            assert not await outcomes.on_the_wire(unit, WORKER, one)
    assert (await outbox(units), (await look(units)).ahead) == (0, 0)
    async with units.begin() as unit:
        assert await resume(unit, 12)
    assert sorted(await run_out(units, clock)) == ids


async def test_while_it_is_recalled_it_does_not_go_on(units: Units) -> None:
    await people(units, 3)
    await frozen_run(units)
    await look(units)
    async with units.begin() as unit:
        with pytest.raises(Conflict):
            await recall(unit, 12)
        await pause(unit, 12)
        assert await recall(unit, 12)
        with pytest.raises(Conflict):
            await resume(unit, 12)


async def test_cancelled_the_rest_is_skipped_without_a_write_and_it_is_over_for_good(
    units: Units, clock: ManualClock
) -> None:
    await people(units, 120)
    await frozen_run(units)
    await look(units)
    for one in (await claim_all(units, limit=2))[:1]:
        async with units.begin() as unit:
            assert await outcomes.on_the_wire(unit, WORKER, one)
            await cancel(unit, 12)
            await outcomes.sent(unit, WORKER, one, 5)
    found = await look(units)
    assert (found.state, found.sent, found.skipped) == (RunState.CANCELLED, 1, {"ended": 119})
    assert (await states_of(units))["waiting"] == 20
    async with units.begin() as unit:
        with pytest.raises(Conflict):
            await resume(unit, 12)
    clock.advance(days=1)
    assert await deliver(units) == []


async def test_who_changes_between_freezing_and_feeding_is_skipped_for_that_reason(units: Units) -> None:
    gone, far, shut, ana = await people(units, 4)
    await frozen_run(units)
    await change(units, "telegram_id = -id, chat_id = 0", gone)
    await change(units, "unreachable_since = now()", far)
    await say(units, [shut], Topic.SAVING, given=False)
    found = await look(units)
    assert (found.skipped, found.ahead) == ({"gone": 1, "unreachable": 1, "consent": 1}, 1)
    assert await deliver(units) == [ana]


async def change(units: Units, what: str, customer: int) -> None:
    async with units.begin() as unit:
        await unit.session.execute(text(f"UPDATE customer SET {what} WHERE id = :id"), {"id": customer})


@pytest.mark.parametrize(
    ("change_it", "reason"),
    [
        (lambda units, ana: say(units, [ana], Topic.SAVING, given=False), "consent"),
        (lambda units, ana: change(units, "unreachable_since = now()", ana), "unreachable"),
        (lambda units, ana: change(units, "telegram_id = -id, chat_id = 0", ana), "gone"),
    ],
)
async def test_who_changes_after_feeding_is_skipped_when_claimed(
    units: Units, change_it: Callable[[Units, int], Awaitable[None]], reason: str
) -> None:
    [ana] = await people(units, 1)
    await frozen_run(units)
    await look(units)
    await change_it(units, ana)
    assert await claim_all(units) == []
    assert (await look(units)).skipped == {reason: 1}


async def test_an_opt_out_binds_what_a_worker_has_claimed_already(units: Units) -> None:
    ana, bo = await people(units, 2)
    await frozen_run(units)
    await look(units)
    in_hand = await claim_all(units)
    async with units.begin() as unit:
        assert await cancel_waiting(unit, ana, [Topic.SAVING]) == 1
    async with units.begin() as unit:
        assert [await outcomes.on_the_wire(unit, WORKER, one) for one in in_hand] == [
            one.customer_id == bo for one in in_hand
        ]
    assert (await stands(units)).skipped == {"consent": 1}


async def test_offers_keep_the_persons_own_hours_and_who_has_none_left_is_skipped(
    units: Units, clock: ManualClock
) -> None:
    ids = await people(units, 4, zones=("Asia/Shanghai", "Africa/Lagos"))
    await frozen_run(units, hours=5)
    await frozen_run(units, 13, hours=30)
    assert (await look(units)).skipped == {"hours": 2}
    found = await look(units, 13)
    async with units.begin() as unit:
        at_nine = await next_look(unit)
    assert (found.waiting, found.ahead) == (4, 2)
    await deliver(units)
    await look(units)
    assert (await look(units, 13)).sent == 2
    async with units.begin() as unit:
        at_nine = await next_look(unit)
    assert at_nine is not None
    assert at_nine.isoformat() == "2026-03-12T08:00:00+00:00", "09:00 in Lagos"
    clock.set(at_nine)
    await look(units, 13)
    assert len(await deliver(units)) == 2
    assert (await look(units, 13)).state is RunState.FINISHED
    assert len(ids) == 4


async def test_in_the_evening_what_was_fed_and_not_claimed_waits_for_nine(units: Units, clock: ManualClock) -> None:
    await people(units, 3)
    await frozen_run(units)
    clock.set(clock.now().replace(hour=11, minute=59))
    await look(units)
    clock.advance(minutes=1)
    assert await deliver(units) == []
    found = await look(units)
    assert (found.waiting, found.ahead) == (3, 0)
    clock.advance(hours=13)
    assert len(await run_out(units, clock)) == 3


async def test_two_offers_in_seven_days_and_the_third_waits_until_the_first_is_168_hours_old(
    units: Units, clock: ManualClock
) -> None:
    await people(units, 1)
    for run_id in (1, 2):
        await frozen_run(units, run_id)
        assert len(await run_out(units, clock, run_id)) == 1
        clock.advance(hours=24)
    await frozen_run(units, 3, hours=24 * 7)
    await frozen_run(units, 4, hours=24 * 2)
    assert (await look(units, 3)).waiting == 1
    assert (await look(units, 4)).skipped == {"frequency": 1}
    clock.advance(hours=24 * 5)
    assert len(await run_out(units, clock, 3)) == 1


async def test_of_two_broadcasts_that_want_the_last_place_the_one_that_ends_first_has_it(
    units: Units, clock: ManualClock
) -> None:
    ids = await people(units, 6)
    await frozen_run(units, 1)
    await run_out(units, clock, 1)
    await frozen_run(units, 2, hours=72)
    await frozen_run(units, 3, hours=24)
    assert (await look(units, 2)).ahead == 0
    assert (await look(units, 3)).ahead == 6
    assert sorted(await run_out(units, clock, 3)) == ids
    assert (await stands(units, 2)).sent == 0


async def test_after_its_end_nothing_goes_out_whatever_waits(units: Units, clock: ManualClock) -> None:
    await people(units, 130)
    await frozen_run(units, hours=1)
    await look(units)
    clock.advance(minutes=59)
    in_hand = await claim_all(units, limit=1)
    async with units.begin() as unit:
        assert await outcomes.on_the_wire(unit, WORKER, in_hand[0])
    clock.advance(minutes=1)
    assert await claim_all(units) == []
    found = await look(units)
    assert (found.state, found.ahead) == (RunState.SENDING, 1), "what is on the wire is waited for"
    async with units.begin() as unit:
        await outcomes.sent(unit, WORKER, in_hand[0], 5)
    clock.advance(seconds=1)
    found = await look(units)
    assert (found.state, found.sent, found.skipped) == (RunState.FINISHED, 1, {"ended": 129})


async def test_three_contents_refused_among_the_first_pause_it_and_maker_and_checker_are_told(units: Units) -> None:
    maker, checker = await people(units, 2, topics=(), first=5001)
    await people(units, 20)
    await frozen_run(units, maker_id=maker, checker_id=checker)
    await look(units)
    batch = iter(["content"] * 3 + ["sent"] * 17)
    await deliver_some(units, 5, batch)
    found = await look(units)
    assert (found.state, found.paused_why) == (RunState.PAUSED, Paused.CONTENT)
    async with units.begin() as unit:
        told = await unit.session.execute(
            text("SELECT customer_id, params FROM outbox WHERE kind = 'operator.broadcast_paused' ORDER BY 1")
        )
        assert [tuple(row) for row in told] == [
            (each, {"broadcast": 12, "why": "content"}) for each in (maker, checker)
        ]
        await resume(unit, 12)
    assert (await look(units)).ahead > 0


async def deliver_some(units: Units, number: int, ends: Iterator[str]) -> None:
    for one in await claim_all(units, limit=number):
        async with units.begin() as unit:
            assert await outcomes.on_the_wire(unit, WORKER, one)
            if next(ends) == "content":
                await outcomes.refused(unit, WORKER, one, "Bad Request: can't parse entities")
            else:
                await outcomes.sent(unit, WORKER, one, 1)


async def test_who_leaves_within_an_hour_of_the_message_counts_and_who_leaves_later_does_not(
    units: Units, clock: ManualClock
) -> None:
    ana, bo, chidi, dan = await people(units, 4)
    await frozen_run(units)
    await look(units)
    await deliver(units)
    await look(units)
    async with units.begin() as unit:
        await cancel_waiting(unit, ana, [Topic.SAVING])
        await blocked(unit, ana)
        await blocked(unit, bo)
    clock.advance(hours=1)
    async with units.begin() as unit:
        await blocked(unit, chidi)
        rows = await unit.session.execute(text("SELECT customer_id, why FROM broadcast_leaving ORDER BY 1"))
        assert [tuple(row) for row in rows] == [(ana, "opt_out"), (bo, "block")]
    assert dan


async def test_a_worker_that_was_away_for_six_hours_asks_before_it_goes_on(units: Units, clock: ManualClock) -> None:
    await people(units, 3)
    await frozen_run(units)
    clock.set(clock.now().replace(hour=2))
    await look(units)
    clock.advance(hours=6, minutes=1)
    found = await look(units)
    assert (found.state, found.paused_why, found.ahead) == (RunState.PAUSED, Paused.SILENCE, 0)


async def test_a_night_in_which_nothing_was_due_is_no_silence(units: Units, clock: ManualClock) -> None:
    await people(units, 3)
    await frozen_run(units)
    clock.set(clock.now().replace(hour=13))
    assert (await look(units)).waiting == 3
    clock.advance(hours=12)
    assert len(await run_out(units, clock)) == 3


async def test_in_another_database_nothing_goes_out_by_itself(units: Units) -> None:
    await people(units, 3)
    await frozen_run(units)
    await look(units)
    async with units.begin() as unit:
        await unit.session.execute(text("UPDATE broadcast_run SET home = 'where the backup was taken'"))
    assert await claim_all(units) == [], "what was ahead when the backup was taken"
    found = await look(units)
    assert (found.state, found.paused_why, found.waiting) == (RunState.PAUSED, Paused.RESTORED, 3)


async def test_paid_it_stops_at_its_stars(units: Units, clock: ManualClock) -> None:
    await people(units, 30)
    await frozen_run(units, is_paid=True, stars_at_most=2, rate=1_000)
    assert (await look(units)).ahead == 20
    assert (await look(units)).state is RunState.SENDING, "they are on their way"
    await deliver(units)
    found = await look(units)
    assert (found.sent, found.paused_why) == (20, Paused.STARS)
    clock.advance(hours=1)
    assert await deliver(units) == []


async def test_a_slow_rate_spaces_what_is_fed(units: Units) -> None:
    await people(units, 10)
    await frozen_run(units, rate=2)
    await look(units)
    assert len(await claim_all(units)) == 1
    async with units.begin() as unit:
        spread = await unit.session.scalar(text("SELECT max(retry_at) - clock_timestamp() FROM outbox"))
    assert timedelta(seconds=3.5) < spread < timedelta(seconds=4.6)
