"""Bills in groups: put together by tapping in, asked for by the organiser, paid by each in private."""

from __future__ import annotations

from typing import Final

from aiogram import Router
from aiogram.methods import AnswerCallbackQuery
from aiogram.types import CallbackQuery, Message

from finance_core.customers.models import Customer
from finance_core.customers.queries import by_telegram_id
from finance_core.friends import bills, drafts
from finance_core.friends.boards import BILL, DRAFT
from finance_core.friends.models import BillDraft
from finance_core.friends.packets import new_token
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from finance_core.notices import boards
from handlers.chat.arguments import argument
from handlers.chat.filters import InGroup, Means, Tap
from handlers.chat.questions import Slots
from handlers.chat.screens.base import Screen
from handlers.chat.slot_values import money_slot
from handlers.chat.talk import Talk
from handlers.friends.people import named
from handlers.friends.screens import bill_boards as screens
from handlers.groups.links import leads
from handlers.wallet.links import CountsMisses

_UNEVEN: Final = {"sums", "weights", "paid"}
"""What was said of who bears or has paid how much: a bill that is put together in a group is divided equally."""

router = Router(name="bills_in_groups")
router.callback_query.middleware(CountsMisses())


@router.message(InGroup(), Means("split"))
async def begin(message: Message, talk: Talk, slots: Slots) -> Screen | None:
    """Put a bill together with who is named, or answered; others tap in. Its card comes by delivery."""
    if not talk.customer.has_joined:
        return screens.join_first(talk.t, f"https://t.me/{talk.bot_username}?start")
    amount = money_slot(slots)
    if amount is None or talk.group is None:
        return screens.how(talk.t)
    if slots.keys() & _UNEVEN:
        return screens.uneven(talk.t, f"https://t.me/{talk.bot_username}?start")
    people = [person.id for person in (*await named(talk, slots), *await _answered(message, talk))]
    draft = await drafts.begin(
        talk.unit, talk.cipher, talk.customer.id, amount, people, slots.get("note", ""), talk.group.id, new_token()
    )
    await boards.show(talk.unit, DRAFT, draft.id, chat_id=talk.chat_id, language=talk.group.language)
    return None


@router.callback_query(InGroup(), Tap("joinbill"))
async def join(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> AnswerCallbackQuery:
    """Bear a part of the bill; who has not joined Susu is led there first. Raises as `drafts.join`."""
    if not talk.customer.has_joined:
        return leads(talk, f"draft-{argument(arguments)}")
    draft = await drafts.join(talk.unit, argument(arguments), talk.customer.id)
    await _is_here(talk, draft)
    return talk.toast(talk.t("friends.you_are_in"), alert=False)


@router.callback_query(InGroup(), Tap("leavebill"))
async def leave(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> AnswerCallbackQuery:
    """Bear no part of it. Raises as `drafts.leave`."""
    draft = await drafts.leave(talk.unit, argument(arguments), talk.customer.id)
    await _is_here(talk, draft)
    return talk.toast(talk.t("friends.you_are_out"), alert=False)


@router.callback_query(InGroup(), Tap("askbill"))
async def ask_for_it(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> AnswerCallbackQuery:
    """Ask each who is in for their part, in private; the organiser's own tap only. Raises as `drafts.ask`."""
    await drafts.ask(talk.unit, talk.cipher, argument(arguments), talk.customer.id)
    return talk.toast(talk.t("friends.each_was_asked"), alert=False)


@router.callback_query(InGroup(), Tap("dropbill"))
async def drop(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> AnswerCallbackQuery:
    """Give the draft up; the organiser's own tap only. Raises as `drafts.drop`."""
    await drafts.drop(talk.unit, argument(arguments), talk.customer.id)
    return talk.toast(talk.t("friends.dropped"), alert=False)


@router.callback_query(InGroup(), Tap("mypart"))
async def my_part(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> AnswerCallbackQuery:
    """Lead who owes a part to where they pay it or say no. Raises NotAllowed: `not_yours`, as `bills.payable`."""
    bill, _ = await bills.payable(talk.unit, argument(arguments), talk.customer.id)
    if talk.message_id is not None and talk.chat_id == talk.tapped_in:
        await boards.tapped(talk.unit, BILL, bill.id, chat_id=talk.chat_id, message_id=talk.message_id)
    return leads(talk, f"bill-{bill.token}")


async def _answered(message: Message, talk: Talk) -> list[Customer]:
    """Return whom the command answers, as they are meant too; who is unknown here may tap in."""
    said = message.reply_to_message
    if said is None or said.from_user is None or said.from_user.is_bot:
        return []
    person = await by_telegram_id(talk.unit, said.from_user.id)
    return [person] if person is not None else []


async def _is_here(talk: Talk, draft: BillDraft) -> None:
    """Refuse a tap from elsewhere than where the draft is; note which message shows it. Raises NotFound: `bill`."""
    if talk.group is None or talk.group.id != draft.place_id:
        raise NotFound(ErrorCode.BILL)
    if talk.message_id is not None and talk.chat_id == talk.tapped_in:
        await boards.tapped(talk.unit, DRAFT, draft.id, chat_id=talk.chat_id, message_id=talk.message_id)
