"""Claiming what is due: order, one for a chat, quiet hours, merging, superseding."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from finance_core import notices
from finance_core.kernel.clock import ManualClock
from finance_core.notices import Urgency
from finance_core.notices.claims import Claim, claim
from finance_core.notices.outcomes import on_the_wire, pause, pause_everyone, released, sent
from finance_core.storage.unit import Units
from tests.notices import WORKER, a_customer, a_reminder, put, row_of, states

NEXT_MORNING = datetime(2026, 3, 13, 0, 0, tzinfo=UTC)


def texts_of(merged: Claim) -> list[str]:
    items: Any = merged.params["items"]
    return [item["params"]["text"] for item in items]


async def claimed(units: Units, **options: Any) -> list[Claim]:
    async with units.begin() as unit:
        return list((await claim(unit, worker=WORKER, limit=50, **options)).claims)


async def deliver(units: Units, one: Claim) -> None:
    async with units.begin() as unit:
        assert await on_the_wire(unit, WORKER, one)
        await sent(unit, WORKER, one, message_id=1)


async def delivered(units: Units) -> list[str]:
    """Deliver until nothing is due; return the texts in the order in which they went out."""
    texts = []
    while batch := await claimed(units):
        for one in batch:
            await deliver(units, one)
            texts.append(str(one.params.get("text")))
    return texts


async def test_security_goes_before_receipts_before_reminders_before_broadcasts(units: Units) -> None:
    people = [await a_customer(units, telegram_id=number) for number in range(1, 6)]
    for person, urgency in zip(people, reversed(Urgency), strict=True):
        await put(units, str(urgency), customer_id=person, urgency=urgency)

    assert await delivered(units) == ["security", "receipt", "system", "reminder", "broadcast"]


async def test_one_chat_is_told_in_the_order_in_which_things_happened(units: Units) -> None:
    ana = await a_customer(units)
    await put(units, "first", "second", "third", customer_id=ana)

    assert [len(await claimed(units)), len(await claimed(units))] == [1, 0]


async def test_a_chat_is_in_one_workers_hand_at_a_time(units: Units) -> None:
    ana, bo = await a_customer(units, telegram_id=1), await a_customer(units, telegram_id=2)
    await put(units, "ana:1", "ana:2", customer_id=ana)
    await put(units, "bo:1", customer_id=bo)
    first = await claimed(units)
    async with units.begin() as unit:
        other = await claim(unit, worker=WORKER + 1, limit=50)

    assert [one.params["text"] for one in first] == ["ana:1", "bo:1"]
    assert other.claims == ()
    assert await delivered(units) == []
    for one in first:
        await deliver(units, one)
    assert await delivered(units) == ["ana:2"]


async def test_a_flood_for_one_chat_does_not_keep_others_waiting(units: Units) -> None:
    flooded, bo = await a_customer(units, telegram_id=1), await a_customer(units, telegram_id=2)
    await put(units, *(f"flood:{number}" for number in range(60)), customer_id=flooded)
    await put(units, "bo", customer_id=bo)
    await claimed(units)

    assert [one.params["text"] for one in await claimed(units)] == ["bo"]


async def test_what_is_not_due_yet_waits(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units)
    await put(units, "later", customer_id=ana, not_before=clock.now() + timedelta(minutes=5))

    assert await delivered(units) == []
    clock.advance(minutes=5)
    assert await delivered(units) == ["later"]


async def test_a_reminder_that_delivery_reaches_only_at_night_waits_for_the_morning(
    units: Units, clock: ManualClock
) -> None:
    ana = await a_customer(units)
    await put(units, "reminder", customer_id=ana, urgency=Urgency.REMINDER)
    await put(units, "receipt", customer_id=ana)
    clock.set(datetime(2026, 3, 12, 15, 0, tzinfo=UTC))

    assert await delivered(units) == ["receipt"]
    assert (await row_of(units, "reminder")).due_at == NEXT_MORNING


async def test_who_moved_zones_is_reminded_in_the_day_of_the_new_one(units: Units) -> None:
    ana = await a_customer(units)
    await put(units, "reminder", customer_id=ana, urgency=Urgency.REMINDER)
    async with units.begin() as unit:
        await unit.session.execute(text("UPDATE customer SET zone = 'America/New_York'"))  # 22:00 there

    assert await delivered(units) == []
    assert (await row_of(units, "reminder")).due_at == datetime(2026, 3, 12, 12, 0, tzinfo=UTC)


async def test_all_debts_of_a_morning_are_one_message(units: Units) -> None:
    ana, bo = await a_customer(units, telegram_id=1), await a_customer(units, telegram_id=2)
    await put(units, "loan:5:due", customer_id=ana, **a_reminder("loan:5"))
    await put(units, "circle:2:due", customer_id=ana, **a_reminder("circle:2", kind="circle.due_soon"))
    await put(units, "loan:6:due", customer_id=bo, **a_reminder("loan:6"))
    merged, single = await claimed(units)

    assert (merged.kind, single.kind) == ("debt.reminder", "loan.due_soon")
    assert merged.params == {
        "items": [
            {"kind": "loan.due_soon", "params": {"text": "loan:5:due"}},
            {"kind": "circle.due_soon", "params": {"text": "circle:2:due"}},
        ]
    }
    await deliver(units, merged)
    assert (await row_of(units, "circle:2:due")).state == "sent"
    assert (await row_of(units, "circle:2:due")).message_id == (await row_of(units, "loan:5:due")).message_id


async def test_a_second_push_about_debt_waits_for_the_next_day(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units)
    await put(units, "morning", customer_id=ana, **a_reminder("loan:5"))
    assert await delivered(units) == ["morning"]
    clock.advance(hours=3)
    await put(units, "noon", customer_id=ana, **a_reminder("loan:6"))

    assert await delivered(units) == []
    assert (await row_of(units, "noon")).due_at == NEXT_MORNING
    clock.set(NEXT_MORNING)
    assert await delivered(units) == ["noon"]


async def test_after_an_outage_only_the_latest_step_is_sent(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units)
    for days_late, key in ((1, "1 day late"), (3, "3 days late"), (7, "7 days late")):
        await put(units, key, customer_id=ana, **a_reminder("loan:5", kind="loan.late"))
        await put(units, f"other loan, {days_late}", customer_id=ana, **a_reminder("loan:6", kind="loan.late"))
        clock.advance(minutes=1)
    (only,) = await claimed(units)

    assert texts_of(only) == ["7 days late", "other loan, 7"]
    assert [key for key, state in (await states(units)).items() if state == "cancelled"] == [
        "1 day late",
        "other loan, 1",
        "3 days late",
        "other loan, 3",
    ]


async def test_incomes_of_missed_days_are_merged_and_none_is_dropped(units: Units) -> None:
    ana = await a_customer(units)
    income = {"urgency": Urgency.SYSTEM, "kind": "wealth.income", "merge_key": "wealth.incomes", "about": "fund:1"}
    await put(units, "monday", "tuesday", "wednesday", customer_id=ana, **income)
    (only,) = await claimed(units)

    assert only.kind == "wealth.incomes"
    assert texts_of(only) == ["monday", "tuesday", "wednesday"]


async def test_merged_notices_are_held_while_more_of_them_are_being_written(units: Units) -> None:
    ana = await a_customer(units)
    await put(units, "reminder", customer_id=ana, **a_reminder("loan:5"))
    await put(units, "receipt", customer_id=ana)

    assert [one.params["text"] for one in await claimed(units, hold_merged=True)] == ["receipt"]


async def test_what_is_cancelled_in_hand_is_not_sent(units: Units) -> None:
    ana = await a_customer(units)
    await put(units, "reminder", customer_id=ana, **a_reminder("loan:5"))
    (one,) = await claimed(units)
    async with units.begin() as unit:
        await notices.cancel(unit, about="loan:5")
    async with units.begin() as unit:
        assert not await on_the_wire(unit, WORKER, one)

    assert await states(units) == {"reminder": "cancelled"}


async def test_the_unreachable_and_the_unknown_are_refused_and_nobody_else(units: Units, clock: ManualClock) -> None:
    gone = await a_customer(units, telegram_id=1, unreachable_since=clock.now())
    ana = await a_customer(units, telegram_id=2)
    await put(units, "gone", customer_id=gone)
    await put(units, "nobody", "nobody again", customer_id=987_654)
    await put(units, "ana", customer_id=ana)

    assert await delivered(units) == ["ana"]
    refused = {"gone": "refused", "nobody": "refused", "nobody again": "refused"}
    assert await states(units) == refused | {"ana": "sent"}
    assert (await row_of(units, "gone")).error == "unreachable"
    assert (await row_of(units, "nobody")).error == "no_such_customer"


async def test_a_paused_chat_is_left_alone_and_the_others_are_not(units: Units) -> None:
    ana, bo = await a_customer(units, telegram_id=1), await a_customer(units, telegram_id=2)
    await put(units, "ana", customer_id=ana)
    await put(units, "bo", customer_id=bo)
    async with units.begin() as unit:
        await pause(unit, 1, seconds=60)

    assert await delivered(units) == ["bo"]


async def test_nobody_is_sent_to_while_everyone_is_paused_except_on_a_journey_through_time(units: Units) -> None:
    ana = await a_customer(units)
    await put(units, "ana", customer_id=ana)
    async with units.begin() as unit:
        await pause_everyone(unit, seconds=60)
    assert await delivered(units) == []

    async with units.begin() as unit:
        await unit.session.execute(text("UPDATE book SET travelling_until = clock_timestamp() + interval '1 minute'"))
    assert await delivered(units) == ["ana"]


async def test_a_released_row_waits_as_long_as_it_was_told(units: Units) -> None:
    ana = await a_customer(units)
    await put(units, "receipt", customer_id=ana)
    (one,) = await claimed(units)
    async with units.begin() as unit:
        await released(unit, WORKER, one, "flood", retry_seconds=60)

    assert await delivered(units) == []
    assert (await row_of(units, "receipt")).attempts == 0


async def test_a_claim_remembers_when_the_chat_was_sent_to(units: Units) -> None:
    ana = await a_customer(units)
    await put(units, "first", "second", customer_id=ana)
    assert [one.sent_seconds_ago for one in await claimed(units)] == [()]
    async with units.begin() as unit:
        await unit.session.execute(
            text(
                """
                UPDATE outbox SET state = 'sent', message_id = 1, pushed_on = '2026-03-12', lease_until = NULL,
                                  finished_at = clock_timestamp() - interval '30 seconds'
                WHERE key = 'first'
                """
            )
        )
    (second,) = await claimed(units)

    assert [30 <= seconds < 40 for seconds in second.sent_seconds_ago] == [True]


async def test_a_claim_speaks_the_language_of_the_person_at_that_moment(units: Units) -> None:
    bo = await a_customer(units, language="en", discreet=True)
    await put(units, "receipt", customer_id=bo)
    async with units.begin() as unit:
        await unit.session.execute(text("UPDATE customer SET language = 'zh'"))
    (one,) = await claimed(units)

    assert (one.language, one.discreet) == ("zh", True)


async def test_a_message_is_read_again_by_its_person_only_and_whole(units: Units) -> None:
    ana, bo = await a_customer(units), await a_customer(units, telegram_id=1002)
    await put(units, "one", customer_id=ana, **a_reminder("loan:1"))
    await put(units, "two", customer_id=ana, **a_reminder("loan:2"))
    await put(units, "alone", customer_id=bo)
    told = {one.customer_id: one for one in await claimed(units)}
    async with units.begin() as unit:
        for number, one in enumerate(told.values(), 1):
            await on_the_wire(unit, WORKER, one)
            await sent(unit, WORKER, one, number)

    hers = told[ana]
    assert len(hers.ids) == 2
    async with units.begin() as unit:
        for row in hers.ids:
            assert await notices.pushed(unit, ana, row) == (hers.kind, hers.params)
            assert await notices.pushed(unit, bo, row) is None
        assert await notices.pushed(unit, bo, told[bo].ids[0]) == (told[bo].kind, told[bo].params)
