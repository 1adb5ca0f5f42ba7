"""Red packets in the private chat: make one with the PIN, open one by its link or that was made for the person."""

from __future__ import annotations

import json
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
from finance_core.friends.boards import PACKET
from finance_core.friends.models import Audience
from finance_core.friends.packets import NewPacket
from finance_core.friends.queries import published
from finance_core.friends.rules.draws import PacketKind, misfits, require_possible
from finance_core.groups.models import GroupChat
from finance_core.intents import Intent
from finance_core.notices import boards
from handlers.chat.actions import Action
from handlers.chat.arguments import argument
from handlers.chat.confirm import offered, propose
from handlers.chat.filters import Means, Tap
from handlers.chat.misses import CountsMisses
from handlers.chat.questions import Slots, ask
from handlers.chat.screens.base import Screen
from handlers.chat.slot_values import count_slot, money_slot
from handlers.chat.talk import Talk
from handlers.friends.intents import MakePacket, PacketIsMade
from handlers.friends.link_names import packet_link
from handlers.friends.money import left_after
from handlers.friends.people import named
from handlers.friends.screens import packets as screens
from handlers.groups.choosing import called, chosen_group, offered_groups
from handlers.wallet import payees

_CARD_PARTS: Final = 2
"""A button of a card carries its token and its version first."""

router = Router(name="packets")
router.callback_query.middleware(CountsMisses())


@router.message(Means("packet"))
@router.callback_query(Means("packet"))
async def packet(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Offer a packet: how much, in how many shares, for whom; what is missing is asked."""
    people = {"people": slots["packet_people"]} if "packet_people" in slots else {}
    return await begin_packet(talk, {**slots, **people})


async def ask_for_packet(talk: Talk, slots: Slots | None = None) -> Screen:
    """Begin a packet: ask how much is in it."""
    await ask(talk.state, "packet", "amount", slots or {})
    return screens.ask_sum(talk.t)


async def begin_packet(talk: Talk, slots: Slots) -> Screen:
    """Offer a packet with what was said of it, wherever that was.

    Raises NotAllowed: `join_first`; NotFound: `group`: the person is not in that one; or as `packets.make`.
    """
    talk.require_joined()
    amount = money_slot(slots)
    if amount is None:
        return await ask_for_packet(talk, slots)
    people = [person.id for person in await named(talk, slots)]
    place = (await chosen_group(talk, [slots["place"]], place=0)).id if "place" in slots and not people else None
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
        place=place,
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


@router.callback_query(Tap("packetwhom"))
async def ask_for_whom(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask who may open a packet that is not confirmed yet."""
    intent, params = await offered(talk, arguments, MAKE)
    return screens.choose_whom(talk.t, params, await offered_groups(talk), (intent.token, intent.version))


@router.callback_query(Tap("packetto"))
async def turn_to(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Let whoever has the link open a packet that is not confirmed yet, or a group's members: the third argument."""
    intent, params = await offered(talk, arguments, MAKE)
    group = await chosen_group(talk, arguments, place=2) if len(arguments) > _CARD_PARTS else None
    turned = replace(params, people=(), place=group.id if group is not None else None)
    await intents.replace(talk.unit, talk.cipher, intent, turned)
    return await _card(talk, intent, turned)


@router.callback_query(Tap("packetnames"))
async def ask_names(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask for whom a packet is; what else was said of it stays."""
    _, params = await offered(talk, arguments, MAKE)
    said = {"amount": f"{params.sum.decimal:f}", "kind": str(params.kind), "note": params.words}
    await ask(talk.state, "packet", "packet_people", {name: value for name, value in said.items() if value})
    return screens.ask_people(talk.t)


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


async def checked_packet(talk: Talk, token: str) -> Screen:
    """Return what a packet that is over was drawn from, and whether what was given fits. Raises as `published`."""
    found = await published(talk.unit, talk.cipher, token)
    given = [amount.amount for amount in found.given]
    wrong = misfits(PacketKind(found.kind), found.total, found.shares, found.seed, found.commitment, given)
    return screens.checked(talk.t, json.dumps(found.as_json()), fits=not wrong)


async def _card(talk: Talk, intent: Intent, params: MakePacket) -> Screen:
    names = [payees.name_of(talk, person) for person in await all_of(talk.unit, params.people)]
    left = await left_after(talk, params.sum)
    group = await _group_of(talk, params)
    title = called(talk, group) if group is not None else None
    return screens.card(talk.t, params, names, left, (intent.token, intent.version), title)


async def _group_of(talk: Talk, params: MakePacket) -> GroupChat | None:
    """Return the group whose members a packet is for. Raises NotFound: `group`: not one of both any more."""
    return await chosen_group(talk, [str(params.place)], place=0) if params.place is not None else None


def _new(params: MakePacket) -> NewPacket:
    audience = Audience.NAMED if params.people else Audience.ANYBODY if params.place is None else Audience.PLACE
    return NewPacket(params.sum, params.shares, params.kind, audience, params.people, params.place, params.words)


async def _make(talk: Talk, params: MakePacket, key: str) -> PacketIsMade:
    group = await _group_of(talk, params)
    made, receipt = await core.make(talk.unit, talk.cipher, talk.customer.id, _new(params), params.token)
    if group is not None:
        await boards.show(talk.unit, PACKET, made.id, chat_id=group.chat_id, language=group.language)
    is_for_anybody = not params.people and group is None
    return PacketIsMade(
        reference=receipt.reference,
        commitment=made.commitment,
        ends_at=made.ends_at,
        link=packet_link(talk.bot_username, made.token) if is_for_anybody else None,
        group=called(talk, group) if group is not None else None,
    )


def _made(talk: Talk, params: MakePacket, result: PacketIsMade) -> Screen:
    until = talk.t.instant(result.ends_at, talk.customer.zone)
    return screens.made(talk.t, params, until, result)


MAKE: Final = Action("friends.packet", MakePacket, PacketIsMade, needs_pin=True, run=_make, done=_made)
ACTIONS: Final = (MAKE,)
