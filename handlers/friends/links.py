"""The links of money among friends: those that anybody may open, and those that lead out of a group."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from finance_core.customers.queries import by_id
from finance_core.customers.service import display_name
from finance_core.friends import drafts
from finance_core.friends.bills import left_of, payable
from finance_core.friends.causes import find as find_cause
from finance_core.friends.models import PacketState
from finance_core.friends.notifications import words_of
from finance_core.friends.opening import opened_by
from finance_core.friends.packets import find
from finance_core.friends.queries import published
from finance_core.friends.rules.draws import PacketKind, misfits
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from finance_core.kernel.money import BASE_CURRENCY, Money
from handlers.chat.arguments import argument, minor_units, whole_number
from handlers.chat.questions import ask
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.friends.cause_views import shown_cause
from handlers.friends.screens import bill_boards
from handlers.friends.screens import bills as bill_screens
from handlers.friends.screens import causes as cause_screens
from handlers.friends.screens import packets as screens
from handlers.groups.links import named_by

MAKES_PACKET: Final = "packet"
"""How the payload of a link begins that begins a packet; a sum in minor units and a count may follow."""
_MAKING_PARTS: Final = 2
PACKET: Final = "p-"
"""How a link's payload begins that opens a packet."""
MAKES_CAUSE: Final = "collect"
"""The payload of the link that begins a collection."""
CAUSE: Final = "c-"
"""How a link's payload begins that opens a collection."""


def packet_link(bot_username: str, token: str) -> str:
    """Return the link that anybody may open."""
    return f"https://t.me/{bot_username}?start={PACKET}{token}"


def cause_link(bot_username: str, token: str) -> str:
    """Return the link that anybody may open who wants to give."""
    return f"https://t.me/{bot_username}?start={CAUSE}{token}"


async def opened_packet(talk: Talk, token: str) -> Screen:
    """Return a packet as somebody sees it who may open it. Raises NotFound: `packet`."""
    packet = await find(talk.unit, token)
    sender = display_name(await by_id(talk.unit, packet.sender_id), talk.cipher)
    if packet.state != PacketState.OPEN:
        return screens.over(talk.t, sender, token)
    words = words_of(packet.words_sealed, talk.cipher, token, "words")
    return screens.waiting(talk.t, sender, words, token)


async def opened_cause(talk: Talk, token: str) -> Screen:
    """Return a collection as the person may see it. Raises NotFound: `cause`."""
    return await shown_cause(talk, await find_cause(talk.unit, token))


async def asked_for_cause(talk: Talk) -> Screen:
    """Begin a collection: ask what it is for."""
    await ask(talk.state, "collect", "title", {})
    return cause_screens.ask_title(talk.t)


async def _packet_from_group(talk: Talk, token: str) -> Screen:
    """Return what somebody has opened of a packet in a group; else the packet, which they may open here too."""
    packet = await find(talk.unit, token)
    own = await opened_by(talk.unit, packet, talk.customer.id)
    if own is None:
        return await opened_packet(talk, token)
    sender = display_name(await by_id(talk.unit, packet.sender_id), talk.cipher)
    return screens.opened(talk.t, sender, own.amount, is_held=own.is_held)


async def _part_of_bill(talk: Talk, token: str) -> Screen:
    """Return what somebody owes of a bill, to pay it or say no. Raises as `bills.payable`."""
    bill, part = await payable(talk.unit, token, talk.customer.id)
    payee = display_name(await by_id(talk.unit, part.payee_id), talk.cipher)
    title = words_of(bill.title_sealed, talk.cipher, token, "title")
    return bill_screens.part(talk.t, payee, left_of(bill, part), title, token)


async def _draft_of_bill(talk: Talk, token: str) -> Screen:
    """Let somebody into a bill once they have joined; before it, say what waits for them. Raises as `drafts.join`."""
    draft = await drafts.find(talk.unit, token)
    organiser = display_name(await by_id(talk.unit, draft.organiser_id), talk.cipher)
    if not talk.customer.has_joined:
        return bill_boards.waits(talk.t, organiser, drafts.total_of(draft))
    await drafts.join(talk.unit, token, talk.customer.id)
    return bill_boards.joined(talk.t, organiser, drafts.total_of(draft))


async def checked_packet(talk: Talk, token: str) -> Screen:
    """Return what a packet that is over was drawn from, and whether what was given fits. Raises as `published`."""
    found = await published(talk.unit, talk.cipher, token)
    given = [amount.amount for amount in found.given]
    wrong = misfits(PacketKind(found.kind), found.total, found.shares, found.seed, found.commitment, given)
    return screens.checked(talk.t, json.dumps(found.as_json()), fits=not wrong)


def making_payload(amount: Money | None, shares: int | None) -> str:
    """Return the payload of the link that begins a packet, with what was said of it in a group."""
    said = [MAKES_PACKET]
    if amount is not None:
        said += [str(amount.amount), *([str(shares)] if shares is not None else [])]
    return "-".join(said)


async def asked_for_packet(talk: Talk, payload: str) -> Screen:
    """Begin a packet: ask how much is in it, or show what was said of it in a group. Raises NotFound: `link`."""
    _, *said = payload.split("-")
    if not said:
        await ask(talk.state, "packet", "amount", {})
        return screens.ask_sum(talk.t)
    amount, shares = minor_units(said[0]), whole_number(argument(said, 1))
    if amount is None or len(said) > _MAKING_PARTS:
        raise NotFound(ErrorCode.LINK)
    return screens.begun_in_group(talk.t, Money(amount, BASE_CURRENCY), shares)


async def opened_from_group(talk: Talk, payload: str) -> Screen:
    """Return what a link opens that led somebody out of a group.

    Raises NotFound: `link_not_yours`, or as what it opens.
    """
    name, of = named_by(talk, payload)
    opens = _OPENS.get(name)
    if opens is None:
        raise NotFound(ErrorCode.LINK_NOT_YOURS)
    return await opens(talk, of)


_OPENS: Final[Mapping[str, Callable[[Talk, str], Awaitable[Screen]]]] = {
    "packet": _packet_from_group,
    "check": checked_packet,
    "bill": _part_of_bill,
    "draft": _draft_of_bill,
    "cause": opened_cause,
}
"""What a link may name, and what opens it."""
