"""Red packets where others see them: shown in a group or sent by inline mode, opened by a tap, checked in private."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final

from aiogram import BaseMiddleware, Router
from aiogram.enums import ParseMode
from aiogram.methods import AnswerCallbackQuery, AnswerInlineQuery
from aiogram.types import (
    CallbackQuery,
    ChosenInlineResult,
    InlineKeyboardMarkup,
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    Message,
    TelegramObject,
)

from finance_core.customers.queries import by_id, by_telegram_id
from finance_core.customers.service import display_name
from finance_core.friends import opening
from finance_core.friends import packets as core
from finance_core.friends.boards import PACKET, PacketBoard, offered_boards
from finance_core.friends.models import Audience, Packet
from finance_core.friends.rules.draws import checked_packet
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, NotAllowed
from finance_core.notices import boards
from handlers.chat.arguments import argument
from handlers.chat.faults import refusal
from handlers.chat.filters import InGroup, Means, Tap
from handlers.chat.methods import markup
from handlers.chat.misses import CountsMisses
from handlers.chat.plain import plain
from handlers.chat.questions import Slots
from handlers.chat.screens.base import Screen
from handlers.chat.screens.outgoing import keyboard_of
from handlers.chat.slot_values import count_slot, money_slot
from handlers.chat.talk import Talk
from handlers.friends.late import EndedPackets, message_tapped
from handlers.friends.link_names import MAKES_PACKET
from handlers.friends.screens import packets as screens
from handlers.groups.choosing import called, chosen_group, offered_groups
from handlers.groups.links import leads, link_with_words
from handlers.locales import Translator, language_of, translator

RESULTS: Final = 10
Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]

router = Router(name="packets_in_groups")
router.callback_query.middleware(CountsMisses())


@router.message(InGroup(), Means("packet"))
async def make_privately(message: Message, talk: Talk, slots: Slots) -> Screen:
    """Lead into private with what was said: a packet is paid for there. It is for the members here, until turned.

    Raises as `money_slot`, `count_slot` and `checked_packet`: what cannot be made is said at once.
    """
    amount, shares = money_slot(slots), count_slot(slots)
    if amount is not None and shares:
        checked_packet(amount, shares)
    here = {"place": str(talk.group.id)} if talk.group is not None and "people" not in slots else {}
    return screens.privately(talk.t, await link_with_words(talk, "packet", {**slots, **here}))


@router.callback_query(Tap("showpacket"))
async def which_group(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Offer the groups in which both the bot and the person are. Raises NotFound: `packet`, NotAllowed: `not_yours`."""
    packet = await core.find(talk.unit, argument(arguments))
    if packet.sender_id != talk.customer.id:
        raise NotAllowed(ErrorCode.NOT_YOURS)
    if packet.audience == Audience.PLACE:
        raise NotAllowed(ErrorCode.PACKET_OF_A_GROUP)
    return screens.which_group(talk.t, packet.token, await offered_groups(talk))


@router.callback_query(Tap("putpacket"))
async def put_packet(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> AnswerCallbackQuery:
    """Show one's packet in a group.

    Raises NotFound: `packet`, `group`; NotAllowed: `not_yours`, `packet_of_a_group`; Conflict: `packet_over`.
    """
    group = await chosen_group(talk, arguments)
    packet = await core.put_in(talk.unit, argument(arguments), talk.customer.id, group.id)
    await boards.show(talk.unit, PACKET, packet.id, chat_id=group.chat_id, language=group.language)
    return talk.toast(talk.t("friends.appears_in_group", group=called(talk, group)), alert=False)


@router.callback_query(InGroup(), Tap("openpacket"))
@router.callback_query(InGroup(), Tap("openhere"))
async def open_here(
    callback: CallbackQuery, talk: Talk, arguments: list[str], ended_packets: EndedPackets
) -> AnswerCallbackQuery:
    """Open a share where all see the packet; only who taps reads the answer.

    Who is new to Susu is led into private, where the share waits until they have joined. A refusal is told here, so
    that the message which was tapped is kept current all the same: it may be one that nobody knew of.
    """
    token, group_id = argument(arguments), talk.group.id if talk.group is not None else None
    try:
        async with talk.unit.session.begin_nested():
            claim = await opening.claim(talk.unit, token, talk.customer.id, place_id=group_id)
    except (Conflict, NotAllowed) as refused:
        packet = await core.find(talk.unit, token)
        await _is_shown_here(talk, packet.id, packet.sender_id)
        await ended_packets.note(talk.unit, packet, message_tapped(talk.inline_id, talk.tapped_in, talk.message_id))
        return talk.toast(refusal(talk.t, refused))
    await _is_shown_here(talk, claim.packet_id, claim.sender_id)
    if claim.is_held:
        return leads(talk, f"packet-{token}")
    sender = display_name(await by_id(talk.unit, claim.sender_id), talk.cipher)
    return talk.toast(screens.opened(talk.t, sender, claim.amount, is_held=False))


@router.callback_query(InGroup(), Tap("checkpacket"))
async def check_here(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> AnswerCallbackQuery:
    """Lead into private, where the draw is checked: it takes more room than the answer to a tap has."""
    packet = await core.find(talk.unit, argument(arguments))
    await _is_shown_here(talk, packet.id, packet.sender_id)
    return leads(talk, f"check-{packet.token}")


@router.inline_query()
async def offer_packets(query: InlineQuery, talk: Talk) -> AnswerInlineQuery:
    """Offer one's own packets that are paid for and open, to be sent to any chat. Nobody else is ever offered them."""
    mine = await offered_boards(talk.unit, talk.cipher, talk.customer, query.query.strip() or None, RESULTS)
    return AnswerInlineQuery(
        inline_query_id=query.id,
        results=[_result(talk.t, packet, board) for packet, board in mine],
        cache_time=0,
        is_personal=True,
        button=_makes_one(talk.t),
    )


class KnownHere(BaseMiddleware):
    """Answers who has never met Susu, and writes nothing down of them: each letter typed after the bot's name asks."""

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        user = data.get("event_from_user")
        if user is not None and await by_telegram_id(data["unit"], user.id) is not None:
            return await handler(event, data)
        if not isinstance(event, InlineQuery):
            return None
        t = translator(language_of(event.from_user.language_code).code)
        return AnswerInlineQuery(
            inline_query_id=event.id, results=[], cache_time=0, is_personal=True, button=_makes_one(t)
        )


@router.chosen_inline_result()
async def sent_somewhere(chosen: ChosenInlineResult, talk: Talk) -> None:
    """Keep a packet current where it was sent, if Telegram tells; else the first tap there does."""
    packet = await core.find(talk.unit, chosen.result_id)
    if chosen.inline_message_id is not None and packet.sender_id == talk.customer.id:
        await _adopt(talk, packet.id, packet.sender_id, chosen.inline_message_id)


def _makes_one(t: Translator) -> InlineQueryResultsButton:
    return InlineQueryResultsButton(text=str(t("friends.make_a_packet")), start_parameter=MAKES_PACKET)


async def _is_shown_here(talk: Talk, packet_id: int, sender_id: int) -> None:
    """Note which message shows a packet, as it was tapped there."""
    if talk.inline_id is not None:
        await _adopt(talk, packet_id, sender_id, talk.inline_id)
    elif talk.group is not None and talk.message_id is not None and talk.chat_id == talk.tapped_in:
        await boards.tapped(talk.unit, PACKET, packet_id, chat_id=talk.chat_id, message_id=talk.message_id)


async def _adopt(talk: Talk, packet_id: int, sender_id: int, inline_id: str) -> None:
    sender = await by_id(talk.unit, sender_id)
    await boards.adopt(talk.unit, PACKET, packet_id, inline_id=inline_id, language=sender.language)


def _result(t: Translator, packet: Packet, board: PacketBoard) -> InlineQueryResultArticle:
    screen = screens.board(t, board)
    keyboard = markup(keyboard_of(screen))
    total = core.total_of(packet)
    return InlineQueryResultArticle(
        id=packet.token,
        title=plain(t("friends.inline_title", amount=total, count=packet.shares)),
        description=plain(t("friends.inline_left", opened=packet.opened, shares=packet.shares)),
        input_message_content=InputTextMessageContent(message_text=screen.text, parse_mode=ParseMode.HTML),
        reply_markup=keyboard if isinstance(keyboard, InlineKeyboardMarkup) else None,
    )
