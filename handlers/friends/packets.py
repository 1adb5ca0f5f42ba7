"""Red packets in the private chat: make one with the PIN, open one by its link or that was made for the person."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core import intents
from finance_core.customers.blocking import require_reaches
from finance_core.customers.queries import all_of, by_id
from finance_core.customers.service import display_name, require_may_send_out
from finance_core.friends import opening
from finance_core.friends import packets as core
from finance_core.friends.models import Audience
from finance_core.friends.packets import NewPacket
from finance_core.friends.rules.draws import PacketKind, require_possible
from finance_core.intents import Intent
from handlers.chat.actions import Action
from handlers.chat.arguments import argument
from handlers.chat.confirm import offered, propose
from handlers.chat.filters import Means, Tap
from handlers.chat.questions import Slots, ask
from handlers.chat.screens.base import Screen
from handlers.chat.slot_values import count_slot, money_slot
from handlers.chat.talk import Talk
from handlers.friends.intents import MakePacket, PacketIsMade
from handlers.friends.links import checked_packet, packet_link
from handlers.friends.money import left_after
from handlers.friends.people import named
from handlers.friends.screens import packets as screens
from handlers.wallet import payees
from handlers.wallet.links import CountsMisses

router = Router(name="packets")
router.callback_query.middleware(CountsMisses())


@router.message(Means("packet"))
@router.callback_query(Means("packet"))
async def packet(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Offer a packet: how much, in how many shares, for whom; what is missing is asked."""
    talk.require_joined()
    amount = money_slot(slots)
    if amount is None:
        await ask(talk.state, "packet", "amount", slots)
        return screens.ask_sum(talk.t)
    people = [person.id for person in await named(talk, slots)]
    shares = count_slot(slots) or len(people)
    if not shares:
        require_possible(amount)
        await ask(talk.state, "packet", "count", slots)
        return screens.ask_shares(talk.t)
    params = MakePacket(
        sum=amount,
        shares=shares,
        kind=PacketKind.EQUAL if slots.get("kind") == PacketKind.EQUAL else PacketKind.LUCKY,
        people=tuple(people),
        words=slots.get("note", ""),
        token=core.new_token(),
    )
    _new(params).checked()
    for person in people:
        await require_reaches(talk.unit, talk.customer.id, person)
    await require_may_send_out(talk.unit, talk.customer.id, amount)
    await left_after(talk, amount)
    return await _card(talk, await propose(talk, MAKE, params), params)


@router.callback_query(Tap("packetkind"))
async def turn_kind(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Turn a packet that is not confirmed yet into an equal or a lucky one; the card is drawn anew."""
    intent, params = await offered(talk, arguments, MAKE)
    kind = PacketKind.EQUAL if params.kind is PacketKind.LUCKY else PacketKind.LUCKY
    turned = replace(params, kind=kind)
    await intents.replace(talk.unit, talk.cipher, intent, turned)
    return await _card(talk, intent, turned)


@router.callback_query(Tap("openpacket"))
async def open_packet(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Open a share: the first tap gets it, each later one the same answer."""
    found = await core.find(talk.unit, argument(arguments))
    claim = await opening.claim(talk.unit, found.token, talk.customer.id)
    sender = display_name(await by_id(talk.unit, found.sender_id), talk.cipher)
    return screens.opened(talk.t, sender, claim.amount, is_held=claim.is_held)


@router.callback_query(Tap("checkpacket"))
async def check_packet(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show what a packet that is over was drawn from, and whether what was given fits."""
    return await checked_packet(talk, argument(arguments))


async def _card(talk: Talk, intent: Intent, params: MakePacket) -> Screen:
    names = [payees.name_of(talk, person) for person in await all_of(talk.unit, params.people)]
    left = await left_after(talk, params.sum)
    return screens.card(talk.t, params, names, left, (intent.token, intent.version))


def _new(params: MakePacket) -> NewPacket:
    audience = Audience.NAMED if params.people else Audience.ANYBODY
    return NewPacket(params.sum, params.shares, params.kind, audience, params.people, params.words)


async def _make(talk: Talk, params: MakePacket, key: str) -> PacketIsMade:
    made, receipt = await core.make(talk.unit, talk.cipher, talk.customer.id, _new(params), params.token)
    link = None if params.people else packet_link(talk.bot_username, made.token)
    return PacketIsMade(reference=receipt.reference, commitment=made.commitment, ends_at=made.ends_at, link=link)


def _made(talk: Talk, params: MakePacket, result: PacketIsMade) -> Screen:
    until = talk.t.instant(result.ends_at, talk.customer.zone)
    return screens.made(talk.t, params, until, result.commitment, result.reference, result.link)


MAKE: Final = Action("friends.packet", MakePacket, PacketIsMade, needs_pin=True, run=_make, done=_made)
ACTIONS: Final = (MAKE,)
