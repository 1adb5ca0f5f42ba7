"""The language of a group: an admin chooses it, as it changes what all read."""

from __future__ import annotations

from aiogram import Router
from aiogram.methods import AnswerCallbackQuery
from aiogram.types import CallbackQuery, Message

from finance_core.groups import service as groups
from handlers.chat.arguments import argument
from handlers.chat.filters import InGroup, Means, Tap
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.groups.admins import require_admin
from handlers.groups.screens import languages as screens
from handlers.locales import codes, translator

router = Router(name="group_languages")


@router.message(InGroup(), Means("language"))
async def which_language(message: Message, talk: Talk) -> Screen:
    """Ask which language the group is spoken to in. Raises NotAllowed: `admins_only`."""
    require_admin(talk)
    return screens.asked(talk.t)


@router.callback_query(InGroup(), Tap(screens.SPEAK))
async def speak(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> AnswerCallbackQuery:
    """Speak to the group in the chosen language from now on. Raises NotAllowed: `admins_only`."""
    require_admin(talk)
    language = argument(arguments)
    if talk.group is None or language not in codes():
        return talk.toast(talk.t("groups.not_here"))
    await groups.speak(talk.unit, talk.group, language)
    return talk.toast(translator(language)("groups.speaks"))
