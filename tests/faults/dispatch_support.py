"""A small service to dispatch to: a router that writes deeds into a table, and the pieces wired as in production."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import asyncpg
from aiogram import Bot, Dispatcher, F, Router
from aiogram.filters import StateFilter
from aiogram.fsm.context import FSMContext
from aiogram.methods import AnswerCallbackQuery, EditMessageText, SendMessage
from aiogram.types import CallbackQuery, Message, Update
from sqlalchemy import text

from bot.dispatch.at_once import Ready
from bot.dispatch.conversation import PostgresStorage
from bot.dispatch.engine import Dispatch
from bot.dispatch.turn import Preparer
from bot.intake.inbox import Inbox
from finance_core.kernel.errors import FinanceError, InsufficientFunds
from finance_core.storage.cipher import Cipher
from finance_core.storage.engine import create_engine
from finance_core.storage.founding import found
from finance_core.storage.unit import Unit, Units
from handlers.chat.replies import Anchored, OrElse, Shown
from tests.faults.bot_api import BOT_ID, BotApi, a_bot
from tests.first_day import OPEN_ON, ZONE

CIPHER = Cipher(["a secret of the tests"])
DEEDS = "CREATE TABLE deed (id bigint GENERATED ALWAYS AS IDENTITY, chat bigint NOT NULL, what text NOT NULL)"


@dataclass
class Gate:
    """Lets a test hold a handler, and know that it is held."""

    reached: asyncio.Event = field(default_factory=asyncio.Event)
    opened: asyncio.Event = field(default_factory=asyncio.Event)


async def do(unit: Unit, chat: int, what: str) -> None:
    await unit.session.execute(
        text("INSERT INTO deed (chat, what) VALUES (:chat, :what)"), {"chat": chat, "what": what}
    )


async def boom(message: Message, unit: Unit, state: FSMContext) -> None:
    await do(unit, message.chat.id, "boom")
    await state.set_state("exploded")
    raise RuntimeError("boom")


async def poor(message: Message, unit: Unit, state: FSMContext) -> None:
    await do(unit, message.chat.id, "poor")
    await state.update_data(poor=1)
    raise InsufficientFunds(account="wallet", asset="CNY", available=1, requested=2)


async def wait(message: Message, unit: Unit, gate: Gate) -> SendMessage:
    await do(unit, message.chat.id, "wait")
    gate.reached.set()
    await gate.opened.wait()
    return SendMessage(chat_id=message.chat.id, text="waited")


async def board(message: Message, anchored: Any) -> Anchored | EditMessageText:
    message_id = await anchored(message.chat.id, "board")
    if message_id is None:
        return Anchored(SendMessage(chat_id=message.chat.id, text="board"), "board")
    return EditMessageText(chat_id=message.chat.id, message_id=message_id, text="board, again")


async def either(message: Message) -> OrElse:
    chat = message.chat.id
    return OrElse(EditMessageText(chat_id=chat, message_id=1, text="edited"), SendMessage(chat_id=chat, text="sent"))


async def group_and_private(message: Message) -> list[Shown]:
    return [SendMessage(chat_id=message.chat.id, text="for all"), SendMessage(chat_id=42, text="privately")]


async def to_both(message: Message) -> list[Shown]:
    here, there = SendMessage(chat_id=42, text="first"), SendMessage(chat_id=43, text="elsewhere")
    return [here, SendMessage(chat_id=42, text="second"), there]


async def nonsense(message: Message, unit: Unit) -> str:
    await do(unit, message.chat.id, "nonsense")
    return "not a method"


async def name(message: Message, state: FSMContext) -> SendMessage:
    await state.set_state("naming")
    await state.update_data(asked="name", pin="246810")
    return SendMessage(chat_id=message.chat.id, text="your name?")


async def named(message: Message, state: FSMContext) -> SendMessage:
    asked = (await state.get_data())["asked"]
    await state.clear()
    return SendMessage(chat_id=message.chat.id, text=f"{asked}: {message.text}")


async def tapped(query: CallbackQuery, unit: Unit, gate: Gate) -> list[Any]:
    chat = query.from_user.id
    await do(unit, chat, f"tap {query.data}")
    if query.data == "wait":
        gate.reached.set()
        await gate.opened.wait()
    edit = EditMessageText(chat_id=chat, message_id=1, text=f"done {query.data}")
    note = AnswerCallbackQuery(callback_query_id=query.id, text="noted")
    return [edit] if query.data == "quiet" else [edit, note, note]


async def say(message: Message, unit: Unit, checks: dict[str, Any]) -> SendMessage:
    await do(unit, message.chat.id, message.text or "")
    return SendMessage(chat_id=message.chat.id, text=checks.get("answer") or f"did {message.text}")


def deeds_router() -> Router:
    """Handlers for messages whose text is the handler's name, for taps, and for everything else that is said."""
    router = Router()
    for handler in (boom, poor, wait, board, either, nonsense, name):
        router.message.register(handler, F.text == handler.__name__)
    router.message.register(group_and_private, F.text == "group and private")
    router.message.register(to_both, F.text == "to both")
    router.message.register(named, StateFilter("naming"))
    router.message.register(say)
    router.callback_query.register(tapped)
    return router


def a_dispatcher(gate: Gate) -> Dispatcher:
    dispatcher = Dispatcher(storage=PostgresStorage(), gate=gate)
    dispatcher.include_router(deeds_router())
    return dispatcher


def told(error: FinanceError, update: Update, _state: str | None) -> Sequence[Shown]:
    """What the person is told: the code and its figures, for the test to read."""
    event = update.message or update.callback_query
    assert event is not None
    assert event.from_user is not None
    return [SendMessage(chat_id=event.from_user.id, text=str(error))]


@dataclass
class Service:
    units: Units
    api: BotApi
    bot: Bot
    inbox: Inbox
    dispatch: Dispatch
    gate: Gate

    async def deeds(self, chat: int | None = None) -> list[str]:
        query = "SELECT what FROM deed WHERE CAST(:chat AS bigint) IS NULL OR chat = :chat ORDER BY id"
        return list(await self.column(query, chat=chat))

    async def column(self, query: str, **values: Any) -> Sequence[Any]:
        async with self.units.begin() as unit:
            return (await unit.session.execute(text(query), values)).scalars().all()


async def prepare_database(url: str) -> None:
    """Found the book and make the deeds' table, as the schema's owner."""
    engine = create_engine(url, role=None, pool_size=1)
    async with engine.begin() as connection:
        await found(connection, ZONE, OPEN_ON)
        await connection.execute(text(DEEDS))
    await engine.dispose()


@asynccontextmanager
async def a_service(
    url: str,
    api: BotApi,
    *,
    preparers: Sequence[Preparer] = (),
    ready: Ready = lambda _: None,
    workers: int = 4,
    start: bool = True,
) -> AsyncIterator[Service]:
    """The service on a prepared database, dispatching unless told otherwise; stopped at the end."""
    engine = create_engine(url)
    units, gate = Units(engine), Gate()
    async with a_bot(api.url) as bot:
        dispatch = Dispatch(units, bot, a_dispatcher(gate), CIPHER, preparers, told, ready=ready, workers=workers)
        if start:
            await dispatch.start()
        try:
            yield Service(units, api, bot, Inbox(units, CIPHER, BOT_ID), dispatch, gate)
        finally:
            gate.opened.set()
            await dispatch.stop()
            await engine.dispose()


async def serve(url: str, api_url: str, *, die_before: str | None = None) -> None:
    """Dispatch until cancelled: the body of a process of its own. Kills itself before a call of `die_before`."""
    engine = create_engine(url)
    async with a_bot(api_url) as bot:
        if die_before is not None:
            bot.session.middleware.register(_dying(die_before))
        await Dispatch(Units(engine), bot, a_dispatcher(Gate()), CIPHER, (), told, workers=4).run()


def _dying(method_name: str) -> Any:
    async def middleware(make_request: Any, bot: Bot, method: Any) -> Any:
        if method.__api_method__ == method_name:
            os.kill(os.getpid(), signal.SIGKILL)
        return await make_request(bot, method)

    return middleware


async def plain_connection(url: str) -> asyncpg.Connection:
    return await asyncpg.connect(url)
