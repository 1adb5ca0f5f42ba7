"""What is written down of a send, and what becomes of a dead worker's rows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from finance_core.groups import service as groups
from finance_core.kernel.clock import ManualClock
from finance_core.notices import Urgency, outcomes, queries, retention
from finance_core.notices.claims import LEASE_SECONDS, Claim, claim
from finance_core.storage.unit import Units
from tests.notices import WORKER, a_customer, a_reminder, put, row_of, states

SUCCESSOR = WORKER + 1


async def on_the_wire(units: Units) -> Claim:
    """Claim the one due message and put it on the wire."""
    async with units.begin() as unit:
        (one,) = (await claim(unit, worker=WORKER, limit=1)).claims
        assert await outcomes.on_the_wire(unit, WORKER, one)
    return one


async def age_leases(units: Units, seconds: int) -> None:
    async with units.begin() as unit:
        await unit.session.execute(
            text("UPDATE outbox SET lease_until = lease_until - make_interval(secs => :s)"), {"s": seconds}
        )


async def take_over(units: Units) -> None:
    async with units.begin() as unit:
        await outcomes.tend(unit, SUCCESSOR)


@pytest.mark.parametrize(
    ("urgency", "state"),
    [
        (Urgency.SECURITY, "pending"),
        (Urgency.RECEIPT, "pending"),
        (Urgency.SYSTEM, "pending"),
        (Urgency.REMINDER, "unknown"),
        (Urgency.BROADCAST, "unknown"),
    ],
)
async def test_after_a_crash_between_send_and_record(units: Units, urgency: Urgency, state: str) -> None:
    ana = await a_customer(units)
    await put(units, "notice", customer_id=ana, urgency=urgency, reference="S8F3-K2QW")
    await on_the_wire(units)
    await age_leases(units, outcomes.DEAD_AFTER_SECONDS)
    await take_over(units)

    row = await row_of(units, "notice")
    assert (row.state, row.reference) == (state, "S8F3-K2QW")


async def test_what_only_waited_in_a_dead_workers_hand_is_simply_taken(units: Units) -> None:
    ana = await a_customer(units)
    await put(units, "offer", customer_id=ana, urgency=Urgency.BROADCAST)
    async with units.begin() as unit:
        await claim(unit, worker=WORKER, limit=1)
    await age_leases(units, outcomes.DEAD_AFTER_SECONDS)
    await take_over(units)
    async with units.begin() as unit:
        (one,) = (await claim(unit, worker=SUCCESSOR, limit=1)).claims

    assert one.params == {"text": "offer"}


async def test_a_worker_whose_sign_of_life_was_just_lost_keeps_its_rows(units: Units) -> None:
    ana = await a_customer(units)
    await put(units, "offer", customer_id=ana, urgency=Urgency.BROADCAST)
    await on_the_wire(units)
    await take_over(units)

    assert await states(units) == {"offer": "sending"}


async def test_a_worker_that_hangs_beyond_its_lease_loses_its_rows(units: Units) -> None:
    ana = await a_customer(units)
    await put(units, "offer", customer_id=ana, urgency=Urgency.BROADCAST)
    one = await on_the_wire(units)
    await age_leases(units, LEASE_SECONDS)
    await take_over(units)
    assert await states(units) == {"offer": "unknown"}

    async with units.begin() as unit:
        await outcomes.sent(unit, WORKER, one, message_id=5)
    assert await states(units) == {"offer": "sent"}, "its late answer ends the doubt"


async def test_a_late_answer_changes_nothing_of_the_successors(units: Units) -> None:
    ana = await a_customer(units)
    await put(units, "receipt", customer_id=ana)
    one = await on_the_wire(units)
    await age_leases(units, LEASE_SECONDS)
    async with units.begin() as unit:
        await outcomes.tend(unit, SUCCESSOR)
        await unit.session.execute(text("UPDATE outbox SET retry_at = NULL"))
        assert len((await claim(unit, worker=SUCCESSOR, limit=1)).claims) == 1
        await outcomes.refused(unit, WORKER, one, "too late")

    assert await states(units) == {"receipt": "pending"}


async def test_a_receipt_in_doubt_is_tried_again_later_and_later_and_not_for_ever(units: Units) -> None:
    ana = await a_customer(units)
    await put(units, "receipt", customer_id=ana)
    waits = []
    for _ in range(outcomes.MAX_ATTEMPTS):
        one = await on_the_wire(units)
        async with units.begin() as unit:
            await outcomes.uncertain(unit, WORKER, one, "timed out")
            wait = text("SELECT round(extract(epoch FROM retry_at - clock_timestamp()))::int FROM outbox")
            waits.append((await unit.session.execute(wait)).scalar_one())
            await unit.session.execute(text("UPDATE outbox SET retry_at = NULL"))

    assert waits == [2, 4, 8, 16, 32, 64, 128, 256]
    assert (await row_of(units, "receipt")).state == "unknown"


async def test_a_blocked_bot_marks_the_person_and_refuses_all_that_waits(units: Units, clock: ManualClock) -> None:
    ana, bo = await a_customer(units, telegram_id=1), await a_customer(units, telegram_id=2)
    await put(units, "first", "second", customer_id=ana)
    await put(units, "later", customer_id=ana, not_before=clock.now() + timedelta(days=9))
    await put(units, "bo", customer_id=bo)
    one = await on_the_wire(units)
    async with units.begin() as unit:
        await outcomes.unreachable(unit, WORKER, one, "Forbidden: bot was blocked by the user")
        since = text("SELECT unreachable_since FROM customer ORDER BY id")
        assert (await unit.session.execute(since)).scalars().all() == [clock.now(), None]

    assert await states(units) == {"first": "refused", "second": "refused", "later": "refused", "bo": "pending"}


async def test_a_group_that_threw_the_bot_out_refuses_its_own_rows_only(units: Units) -> None:
    await put(units, "group", "group again", chat_id=-100_5, language="en")
    await put(units, "other group", chat_id=-100_6, language="en")
    one = await on_the_wire(units)
    async with units.begin() as unit:
        await outcomes.unreachable(unit, WORKER, one, "Forbidden: bot was kicked")

    assert await states(units) == {"group": "refused", "group again": "refused", "other group": "pending"}


async def test_a_group_that_moved_is_followed_with_all_that_waits_for_it(units: Units) -> None:
    await put(units, "board", "board again", chat_id=-5, language="en")
    one = await on_the_wire(units)
    async with units.begin() as unit:
        await outcomes.released(unit, WORKER, one, "moved")
        await groups.move(unit, -5, -100_5)

    assert [(await row_of(units, key)).chat_id for key in ("board", "board again")] == [-100_5, -100_5]
    assert (await on_the_wire(units)).chat_id == -100_5


async def test_a_push_that_certainly_failed_does_not_count_as_todays(units: Units) -> None:
    ana = await a_customer(units)
    await put(units, "reminder", customer_id=ana, **a_reminder("loan:5"))
    one = await on_the_wire(units)
    async with units.begin() as unit:
        await outcomes.released(unit, WORKER, one, "flood", retry_seconds=0)

    assert (await on_the_wire(units)).ids == one.ids


async def test_the_operator_sees_what_is_in_doubt_without_its_contents(units: Units) -> None:
    ana = await a_customer(units)
    await put(units, "offer:1", "offer:2", customer_id=ana, urgency=Urgency.BROADCAST)
    for _ in range(2):
        one = await on_the_wire(units)
        async with units.begin() as unit:
            await outcomes.uncertain(unit, WORKER, one, "timed out")
    await put(units, "receipt", customer_id=ana)
    async with units.begin() as unit:
        newest, oldest = await queries.unknown(unit)
        backlog = await queries.backlog(unit)

        assert [trouble.key for trouble in await queries.unknown(unit, before_id=newest.id)] == ["offer:1"]
        assert await queries.refused(unit) == []
    assert (newest.key, oldest.key, newest.error) == ("offer:2", "offer:1", "timed out")
    assert (backlog.due, backlog.unknown) == (1, 2)


async def test_contents_are_forgotten_after_a_month_and_the_row_after_a_year(units: Units) -> None:
    ana = await a_customer(units)
    for key, days in (("fresh", 1), ("month", 31), ("year", 401)):
        await put(units, key, customer_id=ana)
        one = await on_the_wire(units)
        async with units.begin() as unit:
            await outcomes.sent(unit, WORKER, one, message_id=1)
            await unit.session.execute(
                text("UPDATE outbox SET finished_at = finished_at - make_interval(days => :days) WHERE key = :key"),
                {"days": days, "key": key},
            )
    async with units.begin() as unit:
        while await retention.forget(unit):
            pass

    assert list(await states(units)) == ["fresh", "month"]
    assert [(await row_of(units, key)).params for key in ("fresh", "month")] == [{"text": "fresh"}, {}]
