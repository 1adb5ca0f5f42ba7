"""The chat page's sandbox: the demo's people, served on a port of its own, and the devices it is looked at with."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import TypeAlias

import uvicorn
from aiogram import Bot

from bot.sandbox.app import close_streams, create_sandbox_app
from bot.sandbox.people import ANA_ID, BO_ID, MEI_ID
from bot.sandbox.store import Store
from tests.conversations.browser import Look, Page
from tests.conversations.echo_bot import TOKEN, USERNAME

ANA = f"[data-person='{ANA_ID}']"
BO = f"[data-person='{BO_ID}']"
MEI = f"[data-person='{MEI_ID}']"
PHONE = Look(width=390, height=844)
OpenPage: TypeAlias = Callable[[Look], AbstractAsyncContextManager[Page]]


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A sandbox that is served, and a bot that is connected to it."""

    address: str
    bot: Bot


@contextlib.asynccontextmanager
async def served() -> AsyncIterator[str]:
    app = create_sandbox_app(Store(), token=TOKEN, bot_username=USERNAME, demo=True, limits=False)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="on"))
    with socket.create_server(("127.0.0.1", 0)) as door:
        serving = asyncio.create_task(server.serve([door]))
        try:
            yield f"http://127.0.0.1:{door.getsockname()[1]}"
        finally:
            close_streams(app)
            server.should_exit = True
            await serving
