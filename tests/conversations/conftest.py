"""The sandbox with the two real Telegram libraries; a Chromium, and the chat page in it."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator

import pytest
from aiogram import Bot

from tests.conversations.browser import Look, Page, find_chromium, open_page, running_chromium
from tests.conversations.chat_page import OpenPage, Sandbox, page_served
from tests.conversations.echo_bot import connected_bot, listening
from tests.conversations.harness import RunningSandbox, running_sandbox
from tests.conversations.sandbox_clients import PtbBot, aiogram_bot, check_all_answers, ptb_bot


@pytest.fixture
async def sandbox() -> AsyncIterator[RunningSandbox]:
    """A sandbox of the test's own, with nobody in it."""
    async with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
async def bot(sandbox: RunningSandbox) -> AsyncIterator[Bot]:
    """aiogram's bot in it."""
    async with aiogram_bot(sandbox) as bot:
        yield bot


@pytest.fixture
async def ptb(sandbox: RunningSandbox) -> AsyncIterator[PtbBot]:
    """python-telegram-bot's."""
    async with ptb_bot(sandbox) as ptb:
        yield ptb


@pytest.fixture
async def every_answer_parses_in_both(sandbox: RunningSandbox) -> AsyncIterator[None]:
    """After the test: all that the sandbox has answered is known to aiogram in full, and parses in PTB."""
    yield
    await check_all_answers(sandbox)


@pytest.fixture(scope="session")
def devtools() -> Iterator[str]:
    """A Chromium for the whole run."""
    path = find_chromium()
    if path is None:
        pytest.skip("the chat page was NOT walked: no Chromium on this machine (Debian: apt install chromium)")
    with running_chromium(path) as address:
        yield address


@pytest.fixture
async def demo_sandbox() -> AsyncIterator[Sandbox]:
    """The real sandbox with the demo's people, on a port of its own, and a bot that does not listen yet."""
    async with page_served() as address, connected_bot(address) as bot:
        yield Sandbox(address, bot)


@pytest.fixture
async def echoing(demo_sandbox: Sandbox) -> AsyncIterator[Sandbox]:
    """The same, and the bot answers."""
    async with listening(demo_sandbox.bot):
        yield demo_sandbox


@pytest.fixture
def look_at(devtools: str, demo_sandbox: Sandbox) -> OpenPage:
    """Open the chat page on a device; what the page threw or was refused fails the test at its end."""

    @contextlib.asynccontextmanager
    async def look_at(look: Look) -> AsyncIterator[Page]:
        async with open_page(devtools, look) as page:
            await page.open(demo_sandbox.address)
            yield page
            assert page.faults == []

    return look_at


@pytest.fixture
async def page(look_at: OpenPage, echoing: Sandbox) -> AsyncIterator[Page]:
    """The page on a desktop in English, the bot awake, Ana's chat open."""
    async with look_at(Look()) as page:
        await page.until("document.querySelector('.start')")
        yield page
