"""A group that becomes a supergroup while others act in it: nothing is left behind in the chat where it was."""

from __future__ import annotations

import asyncio
from typing import Final

from sqlalchemy import text

from finance_core.friends import drafts
from finance_core.friends.draft_shares import Sharer
from finance_core.groups import service as groups
from finance_core.notices import boards
from finance_core.storage.unit import Units
from tests.builders import CIPHER, a_customer, yuan

LUNCH: Final = -5
MOVED: Final = -100_5
A_MOMENT_SECONDS: Final = 0.3


async def _move(units: Units) -> bool:
    async with units.begin() as unit:
        return await groups.move(unit, LUNCH, MOVED)


async def _still_waits(moving: asyncio.Task[bool]) -> bool:
    await asyncio.wait([moving], timeout=A_MOMENT_SECONDS)
    return not moving.done()


async def _chats_of_boards(units: Units) -> list[int]:
    async with units.begin() as unit:
        return list(await unit.session.scalars(text("SELECT chat_id FROM board ORDER BY id")))


async def test_what_is_shown_while_a_group_moves_moves_with_it(cloned_units: Units) -> None:
    units = cloned_units
    async with units.begin() as unit:
        await groups.met(unit, CIPHER, LUNCH, title="Lunch", language="en")
    async with units.begin() as unit:
        lunch = await groups.find(unit, LUNCH)
        assert lunch is not None
        moving = asyncio.create_task(_move(units))
        assert await _still_waits(moving), "who acts in it keeps it where it is"
        await boards.show(unit, "packet", 1, chat_id=lunch.chat_id, language="en")
    assert await moving
    assert await _chats_of_boards(units) == [MOVED]


async def test_a_board_that_was_written_for_the_old_chat_after_the_move_follows_when_it_is_told_again(
    cloned_units: Units,
) -> None:
    units = cloned_units
    async with units.begin() as unit:
        await groups.met(unit, CIPHER, LUNCH, title="Lunch", language="en")
    assert await _move(units)
    async with units.begin() as unit:
        await boards.show(unit, "packet", 1, chat_id=LUNCH, language="en")
    assert not await _move(units)
    assert await _chats_of_boards(units) == [MOVED]


async def test_a_bill_of_a_group_found_only_after_its_chat_moved_is_of_the_group_that_is_left(
    cloned_units: Units,
) -> None:
    units = cloned_units
    ana, bo = await a_customer(units, "Ana"), await a_customer(units, "Bo")
    async with units.begin() as unit:
        await groups.met(unit, CIPHER, LUNCH, title="Lunch", language="en")
    async with units.begin() as unit:
        found = await groups.met(unit, CIPHER, MOVED, title="Lunch", language="en")
        moving = asyncio.create_task(_move(units))
        assert await _still_waits(moving)
        await groups.seen(unit, found, bo.id)
        draft = await drafts.begin(unit, CIPHER, ana.id, yuan(30), [Sharer(bo.id)], "", found.id, "a bill")
    assert await moving
    async with units.begin() as unit:
        left = await groups.find(unit, MOVED)
        assert left is not None
        assert left.id != draft.place_id
        assert await drafts.is_at(unit, await drafts.find(unit, "a bill"), left)
        assert await groups.has_member(unit, left, bo.id)


async def test_two_who_find_the_bot_back_at_once_do_not_wait_for_each_other_for_good(cloned_units: Units) -> None:
    units = cloned_units
    async with units.begin() as unit:
        await groups.stands(
            unit, await groups.met(unit, CIPHER, LUNCH, title="Lunch", language="en"), groups.Standing(is_in=False)
        )
    both_found = asyncio.Barrier(2)

    async def back() -> None:
        async with units.begin() as unit:
            group = await groups.met(unit, CIPHER, LUNCH, title="Lunch", language="en")
            await both_found.wait()
            await groups.stands(unit, group, groups.Standing(is_in=True))

    async with asyncio.timeout(5):
        await asyncio.gather(back(), back())
