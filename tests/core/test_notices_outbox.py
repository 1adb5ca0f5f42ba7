"""Writing to the outbox."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from finance_core import notices
from finance_core.groups import service as groups
from finance_core.kernel.clock import ManualClock
from finance_core.notices import Notice, Urgency, boards
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Units
from tests.notices import Said, a_customer, enqueue, put, row_of, states

NIGHT = datetime(2026, 3, 12, 15, 0, tzinfo=UTC)  # 23:00 in Shanghai
NEXT_MORNING = datetime(2026, 3, 13, 0, 0, tzinfo=UTC)


async def test_the_same_key_is_the_same_notice(units: Units) -> None:
    ana = await a_customer(units)
    async with units.begin() as unit:
        first = await enqueue(unit, "receipt:1", customer_id=ana, text="first")
        second = await enqueue(unit, "receipt:1", customer_id=ana, text="second")

    assert (first, second) == (True, False)
    assert (await row_of(units, "receipt:1")).params == {"text": "first"}


async def test_a_notice_vanishes_with_the_unit_that_failed(units: Units) -> None:
    ana = await a_customer(units)

    async def fail_after_enqueueing() -> None:
        async with units.begin() as unit:
            await enqueue(unit, "receipt:1", customer_id=ana)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail_after_enqueueing()
    assert await states(units) == {}


@pytest.mark.parametrize("urgency", [Urgency.SECURITY, Urgency.RECEIPT])
async def test_at_night_an_own_act_is_told_at_once(units: Units, clock: ManualClock, urgency: Urgency) -> None:
    ana = await a_customer(units)
    clock.set(NIGHT)
    await put(units, "now", customer_id=ana, urgency=urgency)

    assert (await row_of(units, "now")).due_at == NIGHT


@pytest.mark.parametrize("urgency", [Urgency.SYSTEM, Urgency.REMINDER, Urgency.BROADCAST])
async def test_at_night_the_rest_waits_for_the_persons_morning(
    units: Units, clock: ManualClock, urgency: Urgency
) -> None:
    ana = await a_customer(units)
    clock.set(NIGHT)
    await put(units, "later", customer_id=ana, urgency=urgency)

    assert (await row_of(units, "later")).due_at == NEXT_MORNING


async def test_quiet_hours_are_those_of_the_persons_own_zone(units: Units, clock: ManualClock) -> None:
    traveller = await a_customer(units, zone="America/New_York")
    clock.set(NIGHT)  # 11:00 in New York
    await put(units, "awake", customer_id=traveller, urgency=Urgency.REMINDER)

    assert (await row_of(units, "awake")).due_at == NIGHT


async def test_a_notice_for_later_is_due_then_and_not_in_the_night(units: Units) -> None:
    ana = await a_customer(units)
    noon = datetime(2026, 3, 15, 4, 0, tzinfo=UTC)
    await put(units, "noon", customer_id=ana, urgency=Urgency.REMINDER, not_before=noon)
    await put(units, "night", customer_id=ana, urgency=Urgency.REMINDER, not_before=noon + timedelta(hours=12))

    assert (await row_of(units, "noon")).due_at == noon
    assert (await row_of(units, "night")).due_at == datetime(2026, 3, 16, 0, 0, tzinfo=UTC)


async def test_a_moment_that_has_passed_is_now(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units)
    await put(units, "late", customer_id=ana, not_before=clock.now() - timedelta(days=3))

    assert (await row_of(units, "late")).due_at == clock.now()


async def test_a_chat_that_is_nobodys_own_keeps_the_institutions_night(units: Units, clock: ManualClock) -> None:
    clock.set(NIGHT)
    await put(units, "group", chat_id=-100_500, language="zh", urgency=Urgency.REMINDER)

    assert (await row_of(units, "group")).due_at == NEXT_MORNING


async def test_many_notices_keep_their_order_and_skip_known_keys(units: Units) -> None:
    ana = await a_customer(units)
    await put(units, "n:3", customer_id=ana)
    wanted = [
        Notice(content=Said("so"), urgency=Urgency.RECEIPT, key=f"n:{number}", customer_id=ana)
        for number in range(2_500)
    ]
    async with units.begin() as unit:
        new = await notices.enqueue_many(unit, wanted)

    assert new == 2_499
    assert list(await states(units)) == ["n:3", *(f"n:{number}" for number in range(2_500) if number != 3)]


@pytest.mark.parametrize("value", [1.5, Decimal("1.5"), datetime(2026, 3, 12, tzinfo=UTC), b"bytes", {1: "int key"}])
async def test_a_content_that_is_not_what_its_types_say_is_refused(units: Units, value: Any) -> None:
    async with units.begin() as unit:
        with pytest.raises(TypeError, match="Said holds another type than it says: text"):
            await notices.enqueue(unit, Said(value), urgency=Urgency.RECEIPT, key="k", customer_id=1)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"customer_id": 1, "chat_id": -5, "language": "en"},
        {"chat_id": -5},
        {"customer_id": 1, "not_before": datetime(2026, 3, 12)},  # noqa: DTZ001 - naive is what is refused
        {"customer_id": 1, "merge_key": "debt.reminder"},
        {"chat_id": -5, "language": "en", "merge_key": "debt.reminder", "urgency": Urgency.REMINDER},
        {"customer_id": 1, "supersedes": True, "urgency": Urgency.REMINDER, "about": "loan:1"},
    ],
)
def test_a_notice_that_contradicts_itself_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        Notice(content=Said("so"), key="k", **({"urgency": Urgency.RECEIPT} | fields))


async def test_a_payment_cancels_what_is_queued_about_the_loan(units: Units) -> None:
    ana = await a_customer(units)
    await put(units, "due", customer_id=ana, urgency=Urgency.REMINDER, about="loan:5", kind="loan.due_soon")
    await put(units, "late", customer_id=ana, urgency=Urgency.REMINDER, about="loan:5", kind="loan.late")
    await put(units, "other", customer_id=ana, urgency=Urgency.REMINDER, about="loan:6", kind="loan.due_soon")
    async with units.begin() as unit:
        assert await notices.cancel(unit, about="loan:5", kinds=["loan.due_soon"]) == 1
        assert await notices.cancel(unit, about="loan:5") == 1
        assert await notices.cancel(unit, about="loan:5") == 0

    assert await states(units) == {"due": "cancelled", "late": "cancelled", "other": "pending"}


async def test_a_receipt_is_never_cancelled(units: Units) -> None:
    ana = await a_customer(units)
    await put(units, "receipt", customer_id=ana, about="loan:5")
    await put(units, "debited", customer_id=ana, about="loan:5", urgency=Urgency.SYSTEM)
    async with units.begin() as unit:
        assert await notices.cancel(unit, about="loan:5") == 0


async def test_outstanding_counts_what_is_due_and_next_due_names_what_comes(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units)
    tomorrow = clock.now() + timedelta(days=1)
    await put(units, "now", customer_id=ana)
    await put(units, "tomorrow", customer_id=ana, not_before=tomorrow)
    async with units.begin() as unit:
        assert await notices.outstanding(unit) == 1
        assert await notices.next_due(unit) == tomorrow

    clock.set(tomorrow)
    async with units.begin() as unit:
        assert await notices.outstanding(unit) == 2
        assert await notices.next_due(unit) is None


async def test_outstanding_counts_boards_that_are_behind_and_none_that_cannot_be_shown(units: Units) -> None:
    async def left() -> int:
        async with units.begin() as unit:
            return await notices.outstanding(unit)

    async def let(column: str, **values: Any) -> None:
        async with units.begin() as unit:
            await unit.session.execute(text(f"UPDATE board SET {column}"), values)

    async with units.begin() as unit:
        await groups.met(unit, Cipher(["a secret of the tests"]), -9, title="Lunch", language="en")
        await boards.show(unit, "packet", 1, chat_id=-9, language="en", pins=True)
    assert await left() == 1
    await let("failures = 1, retry_at = clock_timestamp() + interval '1 minute'")
    assert await left() == 0, "Telegram refuses it for now"
    await let("failures = 0, retry_at = NULL, shown = wanted, message_id = 4, shown_at = clock_timestamp()")
    assert await left() == 1, "it is not pinned yet"
    await let("pinned_id = 4")
    assert await left() == 0
    await let("stray_id = 3")
    assert await left() == 1
    await let("is_parked = true")
    assert await left() == 0, "the bot is out of the group"


async def test_the_database_refuses_a_sent_row_without_its_message(units: Units) -> None:
    ana = await a_customer(units)
    await put(units, "receipt", customer_id=ana)
    with pytest.raises(IntegrityError, match="ck_outbox_sent_as_a_message"):
        async with units.begin() as unit:
            await unit.session.execute(text("UPDATE outbox SET state = 'sent', finished_at = now()"))


def a_reminder_for_all(silenced: str = "NULL", urgency: Urgency = Urgency.REMINDER) -> str:
    return notices.insert_notices(
        select=f"""
        SELECT id AS customer_id, zone, 'loan.due_soon' AS kind, jsonb_build_object('amount', 100) AS params,
            'due:' || id AS key, 'loan:' || id AS about, {silenced} AS silenced_because
        FROM customer
        """,
        urgency=urgency,
        merge_key="debt.reminder",
        silenced=True,
    )


async def test_set_based_inserts_of_the_close_of_business_are_found_by_delivery(units: Units) -> None:
    for number in range(3):
        await a_customer(units, telegram_id=number + 1, zone="America/New_York")
    async with units.begin() as unit:
        await unit.session.execute(text(a_reminder_for_all()), {"now": unit.now})
        assert await notices.next_due(unit) == datetime(2026, 3, 12, 12, 0, tzinfo=UTC)


async def test_what_thousands_are_told_waits_for_the_morning_or_is_written_as_silenced(units: Units) -> None:
    await a_customer(units, telegram_id=1, zone="America/New_York")
    columns = "state, error, merge_key, supersedes, put_off_because"
    async with units.begin() as unit:
        await unit.session.execute(text(a_reminder_for_all()), {"now": unit.now})
        await unit.session.execute(text(a_reminder_for_all()), {"now": unit.now})
        [row] = (await unit.session.execute(text(f"SELECT {columns} FROM outbox"))).all()
        assert tuple(row) == ("pending", None, "debt.reminder", True, "quiet_hours")
        await unit.session.execute(text("DELETE FROM outbox"))
        await unit.session.execute(text(a_reminder_for_all(silenced="'promise'")), {"now": unit.now})
        [row] = (await unit.session.execute(text(f"SELECT {columns} FROM outbox"))).all()
        assert tuple(row) == ("cancelled", "promise", "debt.reminder", True, None)


def test_what_is_due_at_once_is_not_told_to_thousands() -> None:
    with pytest.raises(ValueError, match="at once"):
        a_reminder_for_all(urgency=Urgency.RECEIPT)
