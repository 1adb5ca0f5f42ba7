"""The conversation put together: aiogram's bot, and its dispatcher with the lines' routers in their order."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import Final

import structlog
from aiogram import Bot, Dispatcher, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import AiogramError
from aiogram.methods import (
    AnswerCallbackQuery,
    DeleteMessage,
    EditMessageText,
    Response,
    SendDocument,
    SendMessage,
    SendPhoto,
    SetWebhook,
)

from bot.dispatch.conversation import PostgresStorage
from bot.dispatch.engine import LANES_LIMIT
from bot.intake.envelope import ADMITTED
from bot.intake.poll import RawUpdates
from finance_core.storage.cipher import Cipher
from finance_core.wallet.rails import Rail
from handlers import lines
from handlers.chat.actions import Actions, by_name
from handlers.chat.commands import command_menus
from handlers.chat.faults import Languages
from handlers.chat.middleware import AnsweredQuestion, EditedCards, Shows, WhatIsMeant
from handlers.chat.support import Support
from handlers.chat.topics import Topics, answered_by
from handlers.chat.who_talks import WhoTalks
from handlers.friends.late import EndedPackets
from handlers.friends.packets_in_groups import KnownHere
from handlers.groups.members import GroupNews
from handlers.offers.taps import TappedOffers

CONNECTIONS: Final = 2 * LANES_LIMIT + 20
"""To Telegram at once: a lane answers a tap while it edits a message, and no chat that hangs keeps the poll waiting."""
FIRST_PAUSE_SECONDS: Final = 1.0
LONGEST_PAUSE_SECONDS: Final = 30.0
_CALLS: Final = (AnswerCallbackQuery, DeleteMessage, EditMessageText, RawUpdates, SendDocument, SendMessage, SendPhoto)
ANSWERS_KEPT: Final = tuple(Response[call.__returning__] for call in _CALLS)  # type: ignore[name-defined]
"""pydantic forgets a generic type that nobody holds, and aiogram would make those of its answers anew at each call."""

_log = structlog.get_logger(__name__)


def conversation_bot(token: str, api_url: str) -> Bot:
    """Return aiogram's bot on the Bot API server at `api_url`."""
    return Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(api_url), limit=CONNECTIONS))


async def take_webhook(bot: Bot, url: str, secret: str) -> None:
    """Ask Telegram to push updates to `url`; tried again, more and more slowly, while Telegram is away."""
    pause = FIRST_PAUSE_SECONDS
    while True:
        try:
            await bot(SetWebhook(url=url, secret_token=secret, allowed_updates=list(ADMITTED)))
        except AiogramError as error:
            _log.warning("webhook_not_taken", why=type(error).__name__)
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
        else:
            return


async def set_commands(bot: Bot) -> None:
    """Tell Telegram the commands, by scope and language. A server that refuses keeps its old ones: it is logged."""
    for menu_of_scope in command_menus():
        try:
            await bot(menu_of_scope)
        except AiogramError as error:
            _log.warning("commands_not_set", why=type(error).__name__)


def conversation_dispatcher(
    cipher: Cipher,
    languages: Languages,
    institution: str = "",
    rail: Rail | None = None,
    support: Support | None = None,
) -> Dispatcher:
    """Return the dispatcher. A process makes one: routers have one parent in a lifetime.

    Args:
        institution: its name, as papers say it.
        rail: how money comes in and goes out; None: not at all.
        support: when people answer, and whom one may call who is not well.
    """
    dispatcher = Dispatcher(
        storage=PostgresStorage(),
        actions=confirmed_actions(),
        topics=answered_topics(),
        cipher=cipher,
        ended_packets=EndedPackets(),
    )
    dispatcher.update.outer_middleware(EditedCards())
    support = support or Support()
    for observer in (dispatcher.message, dispatcher.channel_post):
        observer.outer_middleware(GroupNews(cipher))
    for observer in (dispatcher.inline_query, dispatcher.chosen_inline_result):
        observer.outer_middleware(KnownHere())
        observer.outer_middleware(WhoTalks(cipher, languages, institution, rail, support))
    for observer in (dispatcher.message, dispatcher.callback_query):
        observer.outer_middleware(WhoTalks(cipher, languages, institution, rail, support))
        observer.outer_middleware(WhatIsMeant())
        observer.outer_middleware(TappedOffers())
        observer.middleware(AnsweredQuestion())
        observer.middleware(Shows())
    edited = dispatcher.edited_message  # it changes no open card
    edited.outer_middleware(WhoTalks(cipher, languages, institution, rail, support))
    edited.middleware(Shows())
    dispatcher.include_routers(*_routers())
    return dispatcher


def _routers() -> tuple[Router, ...]:
    """Return the routers of all lines in their order. What a line imports for them needs aiogram."""
    return tuple(router for module in _modules() for router in module.ROUTERS)


def confirmed_actions() -> Actions:
    """Return what the confirmed cards of all lines do, by name. Raises ValueError: two have one name."""
    return by_name(action for module in _modules() for action in module.ACTIONS)


def answered_topics() -> Topics:
    """Return what answers each topic that people ask about. Raises ValueError: two answer one, or a name is unknown."""
    return answered_by(topic for module in _modules() for topic in getattr(module, "TOPICS", ()))


def _modules() -> Iterator[ModuleType]:
    return (import_module(line.routers) for line in lines.LINES)
