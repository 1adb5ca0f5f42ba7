"""Collections in groups: begun in private, shown where both are, given to in private."""

from __future__ import annotations

from aiogram import Router
from aiogram.methods import AnswerCallbackQuery
from aiogram.types import CallbackQuery, Message

from finance_core.friends import causes as core
from finance_core.friends.boards import CAUSE
from finance_core.notices import boards
from handlers.chat.arguments import argument
from handlers.chat.filters import InGroup, Means, Tap
from handlers.chat.misses import CountsMisses
from handlers.chat.questions import Slots
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.friends.causes import running
from handlers.friends.screens import causes as screens
from handlers.groups.choosing import called, chosen_group, offered_groups
from handlers.groups.links import leads, link_with_words

router = Router(name="causes_in_groups")
router.callback_query.middleware(CountsMisses())


@router.message(InGroup(), Means("collect"))
async def begin_privately(message: Message, talk: Talk, slots: Slots) -> Screen:
    """Lead into private with what was said: a collection is begun there, and then shown here."""
    return screens.privately(talk.t, await link_with_words(talk, "collect", slots))


@router.callback_query(Tap("showcause"))
async def which_group(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Offer the groups in which both the bot and the organiser are. Raises as `running`."""
    cause = await running(talk, argument(arguments))
    return screens.which_group(talk.t, cause.token, await offered_groups(talk))


@router.callback_query(Tap("putcause"))
async def put_cause(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> AnswerCallbackQuery:
    """Show one's collection in a group. Raises as `running`; NotFound: `group`."""
    group = await chosen_group(talk, arguments)
    cause = await running(talk, argument(arguments))
    await boards.show(talk.unit, CAUSE, cause.id, chat_id=group.chat_id, language=group.language)
    return talk.toast(talk.t("friends.appears_in_group", group=called(talk, group)), alert=False)


@router.callback_query(InGroup(), Tap("giveto"))
async def give_privately(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> AnswerCallbackQuery:
    """Lead into private, where who tapped sees the collection and gives. Raises NotFound: `cause`."""
    cause = await core.find(talk.unit, argument(arguments))
    if talk.group is not None and talk.message_id is not None and talk.chat_id == talk.tapped_in:
        await boards.tapped(talk.unit, CAUSE, cause.id, chat_id=talk.chat_id, message_id=talk.message_id)
    return leads(talk, f"cause-{cause.token}")
