"""Photos of bills in the private chat: hang one on a bill of one's own, look at one of a bill that one shares."""

from __future__ import annotations

from typing import Final

from aiogram import F, Router
from aiogram.methods import AnswerCallbackQuery, SendMessage, SendPhoto
from aiogram.types import CallbackQuery, Message

from finance_core.friends import bills as core
from finance_core.friends import photos
from finance_core.friends.queries import open_bills_of
from finance_core.kernel.money import ASSETS, Money
from handlers.chat.arguments import argument
from handlers.chat.filters import Asked, Means, Tap
from handlers.chat.meaning import UNREAD
from handlers.chat.misses import CountsMisses
from handlers.chat.questions import Question, Slots, ask, settle
from handlers.chat.replies import OrElse, Shown
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.friends.bill_photos import PHOTO, photo_of
from handlers.friends.bills import of_mine
from handlers.friends.screens import bill_photos as screens

_SENT: Final = "photo_sent"
"""Under which a conversation's data has the latest photo that came without words."""

router = Router(name="bill_photos")
router.callback_query.middleware(CountsMisses())


@router.callback_query(Tap("billphoto"))
async def look(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> list[Shown]:
    """Show the photo of a bill to who shares it. Raises as `photos.seen`."""
    token = argument(arguments)
    file_id = await photos.seen(talk.unit, talk.cipher, token, talk.customer.id)
    bill = await core.find(talk.unit, token)
    caption = talk.t("friends.photo_of_bill", amount=Money(bill.total, ASSETS[bill.asset]))
    sent = SendPhoto(chat_id=talk.chat_id, photo=file_id, caption=caption, parse_mode="HTML", protect_content=True)
    gone = SendMessage(chat_id=talk.chat_id, text=talk.t("friends.photo_gone"), parse_mode="HTML")
    return [OrElse(sent, gone), AnswerCallbackQuery(callback_query_id=talk.callback_id or "")]


@router.callback_query(Tap("addphoto"))
async def ask_photo(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask for the photo of a bill of one's own. Raises NotFound: `bill`, NotAllowed: `not_yours`."""
    return await _asked(talk, argument(arguments))


async def _asked(talk: Talk, token: str) -> Screen:
    bill = await of_mine(talk, token)
    await ask(talk.state, "bill_photo", PHOTO, {"token": bill.token})
    return screens.ask_photo(talk.t)


@router.message(F.photo, Asked(PHOTO))
async def take_photo(message: Message, talk: Talk, question: Question) -> Screen:
    """Hang the photo that was asked for on its bill. Raises as `ask_photo`."""
    await settle(talk.state)
    return await _hung(talk, question.slots.get("token", ""), photo_of(message))


@router.message(Means("bill_photo"))
async def ask_again(message: Message, talk: Talk, slots: Slots) -> Screen:
    """Words were written where a photo was asked for: ask for it again."""
    await ask(talk.state, "bill_photo", PHOTO, {"token": slots.get("token", "")})
    return screens.ask_photo(talk.t)


@router.message(F.photo, Means(UNREAD))
async def which_bill(message: Message, talk: Talk) -> Screen | None:
    """Ask of which open bill of the person's a photo is that came without words."""
    mine = await open_bills_of(talk.unit, talk.customer.id)
    await talk.state.update_data({_SENT: photo_of(message)})
    totals = [(Money(bill.total, ASSETS[bill.asset]), bill.token) for bill in mine]
    return screens.which_bill(talk.t, totals)


@router.callback_query(Tap("hangphoto"))
async def hang_sent(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Hang the photo that came without words on a bill of one's own. Raises as `ask_photo`."""
    sent = (await talk.state.get_data()).get(_SENT)
    if not sent:
        return await _asked(talk, argument(arguments))
    await talk.state.update_data({_SENT: None})
    return await _hung(talk, argument(arguments), sent)


async def _hung(talk: Talk, token: str, file_id: str) -> Screen:
    bill = await of_mine(talk, token)
    await photos.hang(talk.unit, talk.cipher, bill.token, talk.customer.id, file_id)
    return screens.hangs(talk.t, Money(bill.total, ASSETS[bill.asset]), bill.token)
