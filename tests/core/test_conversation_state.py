"""aiogram's conversation state on PostgreSQL: in the transaction, encrypted, forgotten when blank."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.base import StorageKey
from sqlalchemy import text

from bot.dispatch.conversation import Memory, PostgresStorage, remembering
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Units

CIPHER = Cipher(["a secret of the tests"])
ANA = StorageKey(bot_id=77, chat_id=42, user_id=42)


class Joining(StatesGroup):
    phone = State()


@asynccontextmanager
async def a_turn(units: Units) -> AsyncIterator[PostgresStorage]:
    async with units.begin() as unit:
        memory = Memory(unit.session, CIPHER, {})
        with remembering(memory):
            yield PostgresStorage()
        await memory.save()


async def rows(units: Units) -> int:
    async with units.begin() as unit:
        return int(await unit.session.scalar(text("SELECT count(*) FROM conversation")) or 0)


async def test_what_one_turn_sets_the_next_one_reads(units: Units) -> None:
    async with a_turn(units) as storage:
        state = FSMContext(storage, ANA)
        await state.set_state(Joining.phone)
        await state.update_data(slots={"amount": 300000}, names=["博"])
        await state.update_data(asked="phone")
        assert await state.get_state() == "Joining:phone"
    async with a_turn(units) as storage:
        state = FSMContext(storage, ANA)
        assert await state.get_state() == "Joining:phone"
        assert await state.get_data() == {"slots": {"amount": 300000}, "names": ["博"], "asked": "phone"}
        assert await state.get_value("asked") == "phone"


async def test_another_person_and_another_topic_stand_elsewhere(units: Units) -> None:
    async with a_turn(units) as storage:
        await storage.set_state(ANA, "here")
        await storage.set_state(StorageKey(bot_id=77, chat_id=42, user_id=42, thread_id=3), "there")
    async with a_turn(units) as storage:
        assert await storage.get_state(ANA) == "here"
        assert await storage.get_state(StorageKey(bot_id=77, chat_id=42, user_id=42, thread_id=3)) == "there"
        assert await storage.get_state(StorageKey(bot_id=77, chat_id=42, user_id=43)) is None
        assert await storage.get_state(StorageKey(bot_id=78, chat_id=42, user_id=42)) is None


async def test_a_cleared_conversation_leaves_no_row(units: Units) -> None:
    async with a_turn(units) as storage:
        await storage.update_data(ANA, {"a": 1})
    assert await rows(units) == 1
    async with a_turn(units) as storage:
        await FSMContext(storage, ANA).clear()
    assert await rows(units) == 0


async def test_changing_what_was_read_changes_nothing(units: Units) -> None:
    async with a_turn(units) as storage:
        await storage.set_data(ANA, {"list": [1]})
        (await storage.get_data(ANA))["list"].append(2)
        assert await storage.get_data(ANA) == {"list": [1]}


@pytest.mark.parametrize("value", [Decimal("1.5"), datetime(2026, 3, 12, tzinfo=UTC), object(), {1: "a"}])
async def test_data_that_would_come_back_as_something_else_is_refused(units: Units, value: object) -> None:
    async with a_turn(units) as storage:
        with pytest.raises(TypeError):
            await storage.set_data(ANA, {"value": value})


async def test_data_is_unreadable_in_the_table_and_opens_only_in_its_own_row(units: Units) -> None:
    async with a_turn(units) as storage:
        await storage.set_data(ANA, {"pin": "246810"})
    async with units.begin() as unit:
        assert b"246810" not in await unit.session.scalar(text("SELECT data FROM conversation"))
        await unit.session.execute(text("UPDATE conversation SET user_id = 43"))
    async with a_turn(units) as storage:
        assert await storage.get_data(StorageKey(bot_id=77, chat_id=42, user_id=43)) == {}


async def test_outside_of_a_turn_there_is_no_conversation() -> None:
    with pytest.raises(LookupError):
        await PostgresStorage().get_state(ANA)


async def test_destinies_are_refused(units: Units) -> None:
    async with a_turn(units) as storage:
        with pytest.raises(ValueError, match="destinies"):
            await storage.get_state(StorageKey(bot_id=77, chat_id=42, user_id=42, destiny="other"))
