"""The chat page's sandbox: the demo's people, served on a port of its own, and the devices it is looked at with."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import TypeAlias

from aiogram import Bot

from bot.sandbox.app import create_sandbox_app
from bot.sandbox.people import ANA_ID, BO_ID, MEI_ID
from bot.sandbox.serving import served
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


def page_served() -> AbstractAsyncContextManager[str]:
    """Serve the sandbox with the demo's people while the block runs; gives its address."""
    return served(create_sandbox_app(Store(), token=TOKEN, bot_username=USERNAME, demo=True, limits=False))
