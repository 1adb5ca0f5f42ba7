"""What links of money among friends open, and those of circles: for anybody, or leading one person out of a group."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from finance_core.customers.queries import by_id
from finance_core.customers.service import display_name
from finance_core.friends import drafts, photos
from finance_core.friends.bills import left_of, payable
from finance_core.friends.causes import find as find_cause
from finance_core.friends.draft_shares import total_of
from finance_core.friends.models import Audience, PacketState
from finance_core.friends.notifications import words_of
from finance_core.friends.opening import opened_by
from finance_core.friends.packets import find
from finance_core.groups import words
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotAllowed, NotFound
from handlers.chat.questions import Slots
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.circles import in_groups as circles
from handlers.circles.links import DRAW, JOIN, PICTURE
from handlers.circles.opening import begin_circle
from handlers.friends.bills_in_groups import begin_from_private
from handlers.friends.cause_views import shown_cause
from handlers.friends.causes import begin_cause
from handlers.friends.packets import begin_packet, checked_packet
from handlers.friends.screens import bill_boards
from handlers.friends.screens import bills as bill_screens
from handlers.friends.screens import packets as screens
from handlers.groups.links import SAID, named_by
from handlers.groups.screens.privately import waits_for_joining
from handlers.wallet.requests_in_groups import ask_from_private


async def opened_packet(talk: Talk, token: str) -> Screen:
    """Return a packet as somebody sees it who may open it.

    Raises NotFound: `packet`; NotAllowed: `packet_for_members`: it is opened in its group alone.
    """
    packet = await find(talk.unit, token)
    sender = display_name(await by_id(talk.unit, packet.sender_id), talk.cipher)
    if packet.state != PacketState.OPEN:
        return screens.over(talk.t, sender, token)
    if packet.audience == Audience.PLACE:
        raise NotAllowed(ErrorCode.PACKET_FOR_MEMBERS)
    return screens.waiting(talk.t, sender, words_of(packet.words_sealed, talk.cipher, token, "words"), token)


async def opened_cause(talk: Talk, token: str) -> Screen:
    """Return a collection as the person may see it. Raises NotFound: `cause`."""
    return await shown_cause(talk, await find_cause(talk.unit, token))


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
    has_photo = await photos.hangs(talk.unit, token)
    return bill_screens.part(talk.t, payee, left_of(bill, part), title, token, has_photo=has_photo)


async def _draft_of_bill(talk: Talk, token: str) -> Screen:
    """Let somebody into a bill once they have joined; before it, say what waits for them. Raises as `drafts.join`."""
    draft = await drafts.find(talk.unit, token)
    organiser = display_name(await by_id(talk.unit, draft.organiser_id), talk.cipher)
    if not talk.customer.has_joined:
        return bill_boards.waits(talk.t, organiser, total_of(draft))
    await drafts.join(talk.unit, token, talk.customer.id)
    return bill_boards.joined(talk.t, organiser, total_of(draft))


async def _said_in_a_group(talk: Talk, token: str) -> Screen:
    """Go on with what somebody said in a group; who has not joined yet is told that it waits.

    What is begun at once is begun once; a card that only offers it may be opened again.

    Raises NotFound: `link`: that was too long ago; or as what goes on.
    """
    intent, slots = await words.kept(talk.unit, talk.cipher, talk.customer.id, token)
    if not talk.customer.has_joined:
        return waits_for_joining(talk.t)
    if intent in _AT_ONCE:
        await words.drop(talk.unit, token)
    return await _BEGINS[intent](talk, slots)


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
    JOIN: circles.opened,
    DRAW: circles.checked_draw_of,
    PICTURE: circles.pictured,
    SAID: _said_in_a_group,
}
"""What a link may name, and what opens it."""
_BEGINS: Final[Mapping[str, Callable[[Talk, Slots], Awaitable[Screen]]]] = {
    "packet": begin_packet,
    "collect": begin_cause,
    "circle_open": begin_circle,
    "split": begin_from_private,
    "request": ask_from_private,
}
"""What may be said in a group and goes on in private."""
_AT_ONCE: Final = ("split", "request")
"""What was said of them before joining is done once the person has joined."""
