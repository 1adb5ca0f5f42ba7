"""Bills in groups: put together by tapping in, asked for by the organiser, paid by each in private."""

from __future__ import annotations

from aiogram import Router
from aiogram.methods import AnswerCallbackQuery
from aiogram.types import CallbackQuery, Message

from finance_core.friends import bills, drafts, photos
from finance_core.friends.boards import BILL, DRAFT
from finance_core.friends.draft_shares import Sharer
from finance_core.friends.models import BillDraft
from finance_core.friends.packets import new_token
from finance_core.friends.rules.splits import Sharing
from finance_core.groups.models import GroupChat
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput, NotFound
from finance_core.kernel.money import Money
from finance_core.notices import boards
from handlers.chat.arguments import argument
from handlers.chat.filters import InGroup, Means, Tap
from handlers.chat.misses import CountsMisses
from handlers.chat.questions import Slots
from handlers.chat.screens.base import Screen
from handlers.chat.slot_values import money_slot
from handlers.chat.talk import Talk
from handlers.friends.bill_photos import PHOTO, with_photo
from handlers.friends.people import paid_at_the_shop, sharings
from handlers.friends.screens import bill_boards as screens
from handlers.groups.answering import answered_by
from handlers.groups.choosing import called, chosen_group
from handlers.groups.links import leads, link_with_words

_ANSWERED, _PLACE = "answered", "place"
"""Slots of what is kept until somebody has joined: whom the command answered, and in which group, by ids of ours."""

router = Router(name="bills_in_groups")
router.callback_query.middleware(CountsMisses())


@router.message(InGroup(), Means("split"))
async def begin(message: Message, talk: Talk, slots: Slots) -> Screen | None:
    """Put a bill together with who is named, or answered; others tap in. Its card comes by delivery.

    A photo that it is written under hangs on it. Who has not joined is led there first, and begins it with that.
    """
    if money_slot(slots) is None or talk.group is None:
        return screens.how(talk.t)
    answered = await answered_by(message, talk)
    meant = {**with_photo(message, slots), **({_ANSWERED: str(answered.id)} if answered is not None else {})}
    if not talk.customer.has_joined:
        said = {**meant, _PLACE: str(talk.group.id)}
        return screens.join_first(talk.t, await link_with_words(talk, "split", said))
    await _begin(talk, talk.group, meant)
    return None


async def begin_from_private(talk: Talk, slots: Slots) -> Screen:
    """Begin a bill that somebody wished to split in a group before they had joined; it appears there.

    Raises NotFound: `group`: not one of both any more; or as `drafts.begin`.
    """
    group = await chosen_group(talk, [slots[_PLACE]], place=0)
    await _begin(talk, group, slots)
    return screens.begun(talk.t, called(talk, group))


async def _begin(talk: Talk, group: GroupChat, slots: Slots) -> None:
    amount = money_slot(slots)
    assert amount is not None, "nothing is begun without a sum"
    people, token, photo = await _sharers(talk, slots, amount), new_token(), slots.get(PHOTO)
    draft = await drafts.begin(
        talk.unit, talk.cipher, talk.customer.id, amount, people, slots.get("note", ""), group.id, token
    )
    if photo:
        await photos.hang(talk.unit, talk.cipher, token, talk.customer.id, photo)
    await boards.show(talk.unit, DRAFT, draft.id, chat_id=group.chat_id, language=group.language)


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


async def _sharers(talk: Talk, slots: Slots, total: Money) -> list[Sharer]:
    """Return who is named or answered, with what was said of each. Who is unknown here may tap in.

    Raises NotFound: `payee_unknown`; InvalidInput: as `sharings`; `bill_difference`: who paid the shop bears no part.
    """
    said = await sharings(talk, slots, total.asset) if "people" in slots else {}
    if _ANSWERED in slots:
        said.setdefault(int(slots[_ANSWERED]), Sharing())
    paid = await paid_at_the_shop(talk, slots, total.asset)
    outside = sum(amount for person, amount in paid.items() if person not in {*said, talk.customer.id})
    if outside:
        raise InvalidInput(ErrorCode.BILL_DIFFERENCE, difference=Money(outside, total.asset), total=total)
    return [Sharer(person, sharing, paid.get(person, 0)) for person, sharing in said.items()]


async def _is_here(talk: Talk, draft: BillDraft) -> None:
    """Refuse a tap from elsewhere than where the draft is; note which message shows it. Raises NotFound: `bill`."""
    if talk.group is None or not await drafts.is_at(talk.unit, draft, talk.group):
        raise NotFound(ErrorCode.BILL)
    if talk.message_id is not None and talk.chat_id == talk.tapped_in:
        await boards.tapped(talk.unit, DRAFT, draft.id, chat_id=talk.chat_id, message_id=talk.message_id)
