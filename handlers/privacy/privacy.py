"""What is held on a person, all of it as a file, and closing the account. In private only."""

from __future__ import annotations

from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core.kernel.payloads import Nothing
from finance_core.lines import DECLARED
from finance_core.privacy import closing, export
from finance_core.privacy.closing import MIND_CHANGED_WITHIN, Needed
from handlers.chat.actions import Action, shows
from handlers.chat.confirm import offer
from handlers.chat.filters import Means
from handlers.chat.questions import Slots
from handlers.chat.screens.base import Screen
from handlers.chat.screens.groups import private_only
from handlers.chat.talk import Talk
from handlers.privacy.intents import Asked, Closing
from handlers.privacy.screens import privacy as screens

router = Router(name="privacy")


@router.message(Means("privacy"))
@router.callback_query(Means("privacy"))
async def privacy(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """Say what is held, why and how long."""
    if not talk.is_private:
        return private_only(talk.t, talk.bot_username)
    asked = await closing.standing(talk.unit, talk.customer.id)
    return screens.privacy(talk.t, asked.due_on if asked is not None else None)


@router.message(Means("my_data"))
@router.callback_query(Means("my_data"))
async def my_data(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """Offer all that is held as a file; the PIN is asked after Confirm. In a group it is refused."""
    if not talk.is_private:
        return private_only(talk.t, talk.bot_username)
    talk.require_joined()
    return await offer(talk, EXPORT, Nothing(), screens.data_card(talk.t))


@router.message(Means("close_account"))
@router.callback_query(Means("close_account"))
async def close_account(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Offer to close the account, with what still needs it; the PIN is asked after Confirm."""
    if not talk.is_private:
        return private_only(talk.t, talk.bot_username)
    asked, needed = await closing.standing(talk.unit, talk.customer.id), await _needed(talk)
    if asked is not None:
        return screens.standing(talk.t, asked.due_on, needed)
    due_on = (talk.unit.now + MIND_CHANGED_WITHIN).astimezone(talk.unit.zone).date()
    text = screens.close_card(talk.t, needed, due_on)
    if talk.customer.has_joined:
        return await offer(talk, CLOSE, Nothing(), text)
    if slots.get("sure") != "yes":
        return screens.close_at_once(talk.t, text)
    # by this tap, and not by the day: who kept the account may close it again on the same one
    tap = event.id if isinstance(event, CallbackQuery) else event.message_id
    return screens.closing(talk.t, Nothing(), await _close(talk, Nothing(), f"closing:{talk.customer.id}:{tap}"))


@router.message(Means("keep_account"))
@router.callback_query(Means("keep_account"))
async def keep_account(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """Think better of it: no PIN, as nothing is lost by it."""
    if await closing.standing(talk.unit, talk.customer.id) is None:
        return screens.not_closing(talk.t)
    await closing.keep(talk.unit, talk.customer.id)
    return screens.kept(talk.t)


async def _needed(talk: Talk) -> list[Needed]:
    return (await closing.needed(talk.unit, DECLARED.needs, [talk.customer.id])).get(talk.customer.id, [])


async def _close(talk: Talk, params: Nothing, key: str) -> Closing:
    asked = await closing.ask(talk.unit, talk.customer.id, key)
    return Closing(due_on=asked.due_on, needed=[each.name for each in await _needed(talk)])


async def _export(talk: Talk, params: Nothing, key: str) -> Asked:
    asked = await export.ask(talk.unit, talk.customer.id, key)
    return Asked() if asked.key == key else Asked(at=asked.asked_at)


def _asked(talk: Talk, params: Nothing, result: Asked) -> Screen:
    return screens.data_asked(talk.t, result, talk.customer.zone)


EXPORT: Final = Action("privacy.export", Nothing, Asked, needs_pin=True, run=_export, done=_asked)
CLOSE: Final = Action("privacy.close", Nothing, Closing, needs_pin=True, run=_close, done=shows(screens.closing))
ACTIONS: Final = (EXPORT, CLOSE)
