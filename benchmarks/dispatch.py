"""How long dispatch itself takes: claiming a lane, and a whole turn of a handler that writes one row and replies.

`python -m benchmarks dispatch` starts a PostgreSQL of its own (fsync on) and dispatches to a router of one handler
with a Telegram that answers at once. Milliseconds.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import AsyncGenerator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from aiogram import Bot, Dispatcher
from aiogram.client.session.base import BaseSession
from aiogram.fsm.context import FSMContext
from aiogram.methods import GetMe, SendMessage, TelegramMethod
from aiogram.types import Message, Update, User

from bot.dispatch.conversation import PostgresStorage
from bot.dispatch.engine import Dispatch
from bot.dispatch.lanes import Lanes
from bot.intake.inbox import Inbox
from finance_core.kernel.errors import FinanceError
from finance_core.storage.cipher import Cipher
from finance_core.storage.engine import create_engine
from finance_core.storage.founding import found_today
from finance_core.storage.server import EmbeddedServer
from finance_core.storage.unit import Unit, Units
from migrations.upgrade import upgrade

PEOPLE: Final = 50
BOT_ID: Final = 1
CIPHER: Final = Cipher(["a secret of the benchmark"])


class Instantly(BaseSession):
    """A Telegram without a network: notes when each reply was asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.replied_at: dict[str, float] = {}
        self.all_replied = asyncio.Event()
        self.expected = 0

    async def make_request(self, bot: Bot, method: TelegramMethod[Any], timeout: int | None = None) -> Any:  # noqa: ARG002 - aiogram's signature
        if isinstance(method, GetMe):
            return User(id=BOT_ID, is_bot=True, first_name="Susu")
        assert isinstance(method, SendMessage)
        self.replied_at[method.text] = time.perf_counter()
        if len(self.replied_at) == self.expected:
            self.all_replied.set()
        return True

    async def close(self) -> None:
        """Nothing is open."""

    async def stream_content(self, *_arguments: Any, **_options: Any) -> AsyncGenerator[bytes, None]:
        """No file is ever asked for."""
        yield b""


async def remark(message: Message, unit: Unit, state: FSMContext) -> SendMessage:
    """Read and write the conversation, as most handlers do, and say the update's number."""
    await state.update_data(said=message.text, on=str(unit.open_on))
    return SendMessage(chat_id=message.chat.id, text=message.text or "")


def a_message(number: int) -> dict[str, Any]:
    """Return an update of one of PEOPLE, whose text is its number."""
    person = 1 + number % PEOPLE
    message = {
        "message_id": number,
        "date": int(datetime.now(UTC).timestamp()),
        "chat": {"id": person, "type": "private"},
        "from": {"id": person, "is_bot": False, "first_name": "P"},
        "text": str(number),
    }
    return {"update_id": number, "message": message}


def untold(error: FinanceError, _update: Update, _state: str | None) -> Sequence[SendMessage]:
    """No handler here fails."""
    raise error


async def claim_times(units: Units, inbox: Inbox) -> list[float]:
    """Claim and release a lane among PEOPLE waiting ones, 500 times."""
    await inbox.store(a_message(number) for number in range(PEOPLE))
    lanes, times = Lanes(units.bind, BOT_ID), []
    await lanes.open()
    for _ in range(500):
        began = time.perf_counter()
        claimed = await lanes.claim()
        times.append(time.perf_counter() - began)
        assert claimed is not None
        await lanes.release(claimed, [])
    await lanes.close()
    return times


async def turns(units: Units, inbox: Inbox, updates: int, pause_seconds: float) -> tuple[list[float], float]:
    """Return the seconds from storing each update to its reply, and from the first to the last reply."""
    session = Instantly()
    session.expected = updates
    dispatcher = Dispatcher(storage=PostgresStorage())
    dispatcher.message.register(remark)
    dispatch = Dispatch(units, Bot(f"{BOT_ID}:x", session=session), dispatcher, CIPHER, (), untold)
    await dispatch.start()
    stored_at = {}
    began = time.perf_counter()
    for number in range(1_000_000, 1_000_000 + updates):
        stored_at[str(number)] = time.perf_counter()
        await inbox.store([a_message(number)])
        await asyncio.sleep(pause_seconds)
    await session.all_replied.wait()
    took = time.perf_counter() - began
    await dispatch.stop()
    return [session.replied_at[text] - at for text, at in stored_at.items()], took


def figures(seconds: list[float]) -> dict[str, float]:
    """Return the median, the 95th and the 99th percentile in milliseconds."""
    cuts = statistics.quantiles(seconds, n=100)
    return {name: round(cuts[cut - 1] * 1000, 2) for name, cut in (("p50", 50), ("p95", 95), ("p99", 99))}


async def measure(url: str, updates: int) -> dict[str, Any]:
    """Return every figure, on a migrated database."""
    engine = create_engine(url, pool_size=12)
    await found_today(engine, "Asia/Shanghai")
    units = Units(engine)
    inbox = Inbox(units, CIPHER, BOT_ID, lane_limit=updates)
    result: dict[str, Any] = {"claim": figures(await claim_times(units, inbox))}
    async with units.begin() as unit:
        await (await unit.session.connection()).exec_driver_sql("DELETE FROM inbox")
    result["calm"] = figures((await turns(units, inbox, updates, pause_seconds=0.04))[0])
    async with units.begin() as unit:
        await (await unit.session.connection()).exec_driver_sql("DELETE FROM inbox")
    result["updates_per_second"] = round(updates / (await turns(units, inbox, updates, pause_seconds=0))[1])
    await engine.dispose()
    return result


def measured(updates: int) -> dict[str, Any]:
    """Return every figure, on a PostgreSQL of its own."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        with EmbeddedServer(Path(folder) / "postgres") as server:
            upgrade(server.url())
            return asyncio.run(measure(server.url(), updates))


def table(result: dict[str, Any]) -> str:
    """Return the figures for reading."""
    lines = [
        f"  {name:<20}" + "  ".join(f"{key} {value:7.2f} ms" for key, value in result[name].items())
        for name in ("claim", "calm")
    ]
    return "\n".join([*lines, f"  {'saturated':<20}{result['updates_per_second']} updates/s"])
