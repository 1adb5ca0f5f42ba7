"""A board that changes five times a second for a minute, and another beside it: how many calls that is, and when the
last state of both is shown.

`python -m benchmarks boards` starts a PostgreSQL and a sandbox of its own, whose copy of Telegram's limits is on: in a
group edits and messages count together, 20 in any 60 seconds. One delivery worker, with the real client, keeps the
board current. The calls are read from the sandbox's log, so they are counted where they arrive.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import text

from benchmarks.figures import Json
from bot.delivery.loop import Delivery
from bot.delivery.push import delivery_bot
from bot.sandbox.app import create_sandbox_app
from bot.sandbox.groups import found_group
from bot.sandbox.moving_in import move_in
from bot.sandbox.serving import served
from bot.sandbox.store import Store
from bot.sandbox.telegram_state import TelegramState
from finance_core.groups import service as groups
from finance_core.kernel.json import JsonObject
from finance_core.notices import boards
from finance_core.storage.cipher import Cipher
from finance_core.storage.engine import create_engine
from finance_core.storage.founding import found
from finance_core.storage.server import EmbeddedServer
from finance_core.storage.unit import Unit, Units
from handlers.chat.screens.base import Screen
from migrations.upgrade import upgrade

OPEN_ON: Final = date.today()  # noqa: DTZ011 - the book's day follows PostgreSQL's clock
TOKEN: Final = "4242:benchmark"  # noqa: S105 - the sandbox's
CHANGES: Final = 300
BESIDE: Final = 30
"""Changes of a second board in the same group: with it the group's limit binds, not only the time between edits."""
SECONDS: Final = 60.0
WINDOW_SECONDS: Final = 60.0
LIMIT: Final = 20
PATIENCE_SECONDS: Final = 120.0
"""For the last state to be shown; the limit alone may take one of them."""
KIND: Final = "counted"
_COUNT: Final = text("SELECT wanted FROM board WHERE kind = :kind AND subject = :subject")
_COUNTED: Final = ("sendMessage", "editMessageText")
"""What Telegram counts of the calls that a board takes: a pin is none of them."""


def measured() -> Json:
    """Return how many calls the changes took, the most in any minute, and how late the last state was shown."""
    folder = tempfile.TemporaryDirectory(prefix="susu-boards-")
    Path(folder.name).chmod(0o755)
    with folder, EmbeddedServer(Path(folder.name) / "postgres") as server:
        upgrade(server.url())
        return asyncio.run(_minute(server.url()))


async def _minute(url: str) -> Json:
    engine = create_engine(url)
    async with engine.begin() as connection:
        await found(connection, "Asia/Shanghai", OPEN_ON)
    units = Units(engine)
    app = create_sandbox_app(Store(), token=TOKEN, limits=True)
    telegram: TelegramState = app.state.telegram
    async with served(app) as address, _delivering(units, address):
        group = found_group(telegram, "Lunch", [move_in(telegram, "Ana").id], [])
        await _shown(units, group.id)
        changed_at = await _change(units)
        shown_at = await _until_shown(telegram, group.id)
    await engine.dispose()
    return _told(telegram, changed_at, shown_at)


@asynccontextmanager
async def _delivering(units: Units, address: str) -> AsyncIterator[None]:
    worker = Delivery(units, delivery_bot(TOKEN, address), _no_notice, read_board=_read)
    running = asyncio.create_task(worker.run())
    try:
        yield
    finally:
        await worker.stop()
        await running


def _no_notice(kind: str, params: JsonObject, language: str, *, discreet: bool) -> Screen:
    raise AssertionError(f"nobody is told anything here: {kind}, {params}, {language}, {discreet}")


async def _read(unit: Unit, kind: str, subject: int, language: str, /) -> Screen:  # noqa: ARG001 - as delivery asks
    return Screen(f"{subject}: {await unit.session.scalar(_COUNT, {'kind': kind, 'subject': subject})}")


async def _shown(units: Units, chat_id: int) -> None:
    async with units.begin() as unit:
        await groups.met(unit, Cipher(["of a benchmark"]), chat_id, title="Lunch", language="en")
        for subject in (1, 2):
            await boards.show(unit, KIND, subject, chat_id=chat_id, language="en")


async def _change(units: Units) -> float:
    """Change the boards evenly over the minute; return when the last change was committed."""
    began = time.time()
    for number in range(1, CHANGES + 1):
        await asyncio.sleep(max(0.0, began + number * SECONDS / CHANGES - time.time()))
        async with units.begin() as unit:
            await boards.changed(unit, KIND, 1)
            if number % (CHANGES // BESIDE) == 0:
                await boards.changed(unit, KIND, 2)
    return time.time()


async def _until_shown(telegram: TelegramState, chat_id: int) -> float:
    """Return when the group saw the last state of both."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not {f"1: {CHANGES + 1}", f"2: {BESIDE + 1}"} <= _texts(telegram, chat_id):  # noqa: ASYNC110 - what is watched is the chat itself
            await asyncio.sleep(0.01)
    return time.time()


def _texts(telegram: TelegramState, chat_id: int) -> set[str]:
    return {str(message.content.get("text")) for message in telegram.messages[chat_id].values()}


def _told(telegram: TelegramState, changed_at: float, shown_at: float) -> Json:
    calls = [call for call in telegram.calls if call["method"] in _COUNTED]
    done = [datetime.fromisoformat(call["instant"]).timestamp() for call in calls if call["answer"]["ok"]]
    allowed_at = max(changed_at, done[-1 - LIMIT] + WINDOW_SECONDS if len(done) > LIMIT else changed_at)
    return {
        "changes": [CHANGES, BESIDE],
        "calls": dict(Counter(call["method"] for call in calls)),
        "most in 60 s": most_within(done, WINDOW_SECONDS),
        "refused": sum(not call["answer"]["ok"] for call in calls),
        "last state after the last change, s": round(shown_at - changed_at, 1),
        "of that the limit, s": round(allowed_at - changed_at, 1),
    }


def most_within(instants: Sequence[float], seconds: float) -> int:
    """Return how many of the ordered `instants` lie at most in any window of so many `seconds`."""
    return max((sum(begin <= one < begin + seconds for one in instants) for begin in instants), default=0)


def table(result: Json) -> str:
    """Return the figures as text."""
    lines = [f"  {name:<40}{figure}" for name, figure in result.items()]
    return "\n".join([*lines, f"  wanted: at most {LIMIT} calls in any 60 s, none refused"])
