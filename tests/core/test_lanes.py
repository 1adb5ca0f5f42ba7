"""Claiming lanes: one holder at a time, the oldest first, free again when its holder is gone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack

import pytest
from sqlalchemy import text

from bot.dispatch.anchors import Placed, message_of
from bot.dispatch.lanes import Claimed, Lanes
from bot.intake.inbox import Inbox
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Units
from tests.faults.bot_api import BOT_ID, a_message

FINISH = text("UPDATE inbox SET state = 'done', payload = NULL, finished_at = clock_timestamp() WHERE id = :id")
Opener = Callable[[], Lanes]


@pytest.fixture
def inbox(cloned_units: Units) -> Inbox:
    return Inbox(cloned_units, Cipher(["a secret of the tests"]), BOT_ID)


@pytest.fixture
async def opener(cloned_units: Units) -> AsyncIterator[Opener]:
    """Makes holders of lanes, as processes are; they are closed at the end."""
    async with AsyncExitStack() as stack:

        def make() -> Lanes:
            lanes = Lanes(cloned_units.bind, BOT_ID)
            stack.push_async_callback(lanes.close)
            return lanes

        yield make


async def finish(units: Units, claimed: Claimed) -> None:
    async with units.begin() as unit:
        await unit.session.execute(FINISH, {"id": claimed.inbox_id})


def update_id(claimed: Claimed | None) -> int | None:
    return claimed.update_id if claimed else None


async def test_the_lane_that_waits_longest_is_claimed_first_and_each_only_once(inbox: Inbox, opener: Opener) -> None:
    await inbox.store([a_message(1, 42, "a"), a_message(2, 42, "b"), a_message(3, 43, "c")])
    lanes = opener()
    await lanes.open()
    assert [update_id(await lanes.claim()) for _ in range(3)] == [1, 3, None]


async def test_two_processes_never_hold_one_lane(inbox: Inbox, opener: Opener) -> None:
    await inbox.store([a_message(1, 42, "a"), a_message(2, 42, "b")])
    one, other = opener(), opener()
    await one.open()
    await other.open()
    assert update_id(await one.claim()) == 1
    assert await other.claim() is None


async def test_a_released_lane_goes_on_with_its_next_update(inbox: Inbox, opener: Opener, cloned_units: Units) -> None:
    await inbox.store([a_message(1, 42, "a"), a_message(2, 42, "b")])
    one, other = opener(), opener()
    await one.open()
    await other.open()
    claimed = await one.claim()
    assert claimed is not None
    assert one.holds(claimed)
    await finish(cloned_units, claimed)
    await one.release(claimed, [])
    assert not one.holds(claimed)
    assert update_id(await other.claim()) == 2


async def test_where_anchored_messages_ended_up_is_noted_as_the_lane_is_given_back(
    inbox: Inbox, opener: Opener, cloned_units: Units
) -> None:
    await inbox.store([a_message(1, 42, "a")])
    lanes = opener()
    await lanes.open()
    claimed = await lanes.claim()
    assert claimed is not None
    await finish(cloned_units, claimed)
    await lanes.release(claimed, [Placed(42, "card", 7), Placed(42, "form", 8), Placed(42, "card", 9)])
    async with cloned_units.begin() as unit:
        assert await message_of(unit, 42, "card") == 9
        assert await message_of(unit, 42, "form") == 8
        assert await message_of(unit, 43, "card") is None


async def test_updates_that_arrive_out_of_order_are_handled_by_their_number(inbox: Inbox, opener: Opener) -> None:
    await inbox.store([a_message(8, 42, "later")])
    await inbox.store([a_message(7, 42, "earlier")])
    lanes = opener()
    await lanes.open()
    assert update_id(await lanes.claim()) == 7


async def test_a_holder_that_dies_frees_its_lanes_at_once(inbox: Inbox, opener: Opener) -> None:
    await inbox.store([a_message(1, 42, "a")])
    one, other = opener(), opener()
    await one.open()
    await other.open()
    claimed = await one.claim()
    assert claimed is not None
    await one.close()
    again = await other.claim()
    assert again is not None
    assert (again.update_id, again.attempts) == (1, 2)
    assert not one.holds(claimed)


async def test_a_lane_claimed_before_a_reconnection_is_not_released_by_its_old_holder(
    inbox: Inbox, opener: Opener, cloned_units: Units
) -> None:
    await inbox.store([a_message(1, 42, "a"), a_message(2, 42, "b")])
    lanes, other = opener(), opener()
    await lanes.open()
    await other.open()
    old = await lanes.claim()
    assert old is not None
    await lanes.close()
    await lanes.open()
    assert await lanes.claim() is None  # this process is at it still
    await lanes.release(old, [])
    new = await lanes.claim()
    assert new is not None
    await lanes.release(old, [])
    assert await other.claim() is None


async def test_storing_wakes_who_waits(inbox: Inbox, opener: Opener) -> None:
    lanes = opener()
    await lanes.open()
    assert await lanes.claim() is None
    await inbox.store([a_message(1, 42, "a")])
    await lanes.woken(timeout_seconds=30)
    assert update_id(await lanes.claim()) == 1


async def test_an_update_of_another_bot_is_not_claimed(cloned_units: Units, opener: Opener) -> None:
    await Inbox(cloned_units, Cipher(["a secret of the tests"]), BOT_ID + 1).store([a_message(1, 42, "a")])
    lanes = opener()
    await lanes.open()
    assert await lanes.claim() is None


async def test_a_broken_connection_is_noticed_and_replaced(inbox: Inbox, opener: Opener) -> None:
    await inbox.store([a_message(1, 42, "a")])
    lanes = opener()
    await lanes.open()
    assert lanes._connection is not None
    lanes._connection.terminate()
    with pytest.raises(Exception, match="closed"):
        await lanes.claim()
    await lanes.open()
    assert update_id(await lanes.claim()) == 1


async def test_who_writes_much_lets_others_go_first_and_keeps_their_own_order(
    inbox: Inbox, opener: Opener, cloned_units: Units
) -> None:
    flood = [a_message(number, 40 + number % 2, f"{number}") for number in range(2, 32)]
    await inbox.store([*flood, a_message(99, 77, "the first of a newcomer")])
    lanes = opener()
    await lanes.open()
    order = []
    for _ in range(6):
        claimed = await lanes.claim()
        assert claimed is not None
        order.append(claimed.update_id)
        await finish(cloned_units, claimed)
        await lanes.release(claimed, [])
    assert order == [2, 3, 99, 4, 5, 6]
