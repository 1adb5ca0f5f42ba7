"""What the boards of money among friends show, read anew each time that delivery shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import and_
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from finance_core.customers.models import Customer
from finance_core.customers.queries import by_id
from finance_core.customers.service import display_name
from finance_core.friends.models import (
    Audience,
    Bill,
    BillDraft,
    BillDraftPerson,
    BillPart,
    BillState,
    Cause,
    CauseState,
    DraftState,
    Gift,
    Packet,
    PacketShare,
    PacketState,
    ShareState,
)
from finance_core.friends.notifications import words_of
from finance_core.friends.packets import seed_associated_data, total_of
from finance_core.friends.rules.draws import luckiest
from finance_core.friends.rules.splits import split
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from finance_core.kernel.money import ASSETS, Money
from finance_core.notices import boards
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit

PACKET: Final = "packet"
"""The kind of a board that shows a red packet, by its id."""
DRAFT: Final = "bill_draft"
BILL: Final = "bill"
CAUSE: Final = "cause"
LATEST_OFFERED: Final = 20
"""Of those who opened a share as many are read for what inline mode offers: it is asked for at each letter."""
NAME_CHARACTERS: Final = 32
"""Of a name as much is shown on a board: fifty of them, with their markup, stay well below a message's bound."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A share that somebody opened. A held one waits until they have joined; a returned one did so in vain."""

    name: str
    amount: Money
    state: ShareState


@dataclass(frozen=True, slots=True)
class PacketBoard:
    """A red packet as everybody sees it who may open it. Until it is over nothing tells what is left in it."""

    sender: str
    words: str
    token: str
    shares: int
    kind: str
    state: PacketState
    ends_at: datetime
    count: int
    """How many shares somebody has opened."""
    opened: tuple[Opened, ...]
    """Those in the order in which they were opened; of one that is open only the latest may be told."""
    commitment: str
    total: Money | None
    """None while it is open, and so is the seed."""
    seed: str | None
    luckiest: Opened | None
    """Who had the largest share first, once each was opened."""


async def packet_board(unit: Unit, cipher: Cipher, packet_id: int) -> PacketBoard:
    """Return what a packet's board shows now. Raises NotFound: `packet`."""
    packet = await unit.session.get(Packet, packet_id, populate_existing=True)
    if packet is None:
        raise NotFound(ErrorCode.PACKET)
    return _packet_board(packet, await by_id(unit, packet.sender_id), await _opened(unit, cipher, packet), cipher)


async def offered_boards(
    unit: Unit, cipher: Cipher, sender: Customer, token: str | None, most: int
) -> list[tuple[Packet, PacketBoard]]:
    """Return somebody's packets that anybody may still open, the newest first, and what shows each: one statement.

    Args:
        token: of the one that is wanted; None: all, `most` of them.
    """
    claimant = col(PacketShare.claimant_id) == Customer.id
    is_late = col(PacketShare.nr) > col(Packet.opened) - LATEST_OFFERED
    shares = and_(col(PacketShare.packet_id) == Packet.id, col(PacketShare.claimant_id).is_not(None), is_late)
    rows = (
        select(Packet, PacketShare, Customer)
        .outerjoin(PacketShare, shares)
        .outerjoin(Customer, claimant)
        .where(col(Packet.id).in_(_open_to_anybody(unit, sender.id, token).limit(most)))
        .order_by(col(Packet.id).desc(), col(PacketShare.nr))
        .execution_options(populate_existing=True)
    )
    found = (await unit.session.execute(rows)).all()
    opened: dict[int, tuple[Packet, list[Opened]]] = {}
    for packet, share, customer in found:
        latest = opened.setdefault(packet.id, (packet, []))[1]
        if share is not None:
            latest.append(_share(share, customer, cipher, packet.asset))
    return [(packet, _packet_board(packet, sender, tuple(latest), cipher)) for packet, latest in opened.values()]


def _open_to_anybody(unit: Unit, sender_id: int, token: str | None = None) -> SelectOfScalar[int]:
    """Return the select of the ids of somebody's packets that anybody may still open, the newest first."""
    ids = select(col(Packet.id)).where(
        Packet.sender_id == sender_id,
        Packet.state == PacketState.OPEN,
        Packet.audience == Audience.ANYBODY,
        col(Packet.ends_at) > unit.now,
    )
    return (ids if token is None else ids.where(Packet.token == token)).order_by(col(Packet.id).desc())


def _packet_board(packet: Packet, sender: Customer, opened: tuple[Opened, ...], cipher: Cipher) -> PacketBoard:
    is_over = packet.state != PacketState.OPEN
    is_all_opened = packet.state == PacketState.OPENED and bool(opened)
    return PacketBoard(
        sender=_name(sender, cipher),
        words=words_of(packet.words_sealed, cipher, packet.token, "words"),
        token=packet.token,
        shares=packet.shares,
        kind=packet.kind,
        state=PacketState(packet.state),
        ends_at=packet.ends_at,
        count=packet.opened,
        opened=opened,
        commitment=packet.commitment,
        total=total_of(packet) if is_over else None,
        seed=cipher.decrypt(packet.seed_sealed, seed_associated_data(packet.token)).decode() if is_over else None,
        luckiest=opened[luckiest([each.amount.amount for each in opened])] if is_all_opened else None,
    )


@dataclass(frozen=True, slots=True)
class DraftBoard:
    """A bill that is being put together: who is in, the organiser last where they bear a part; what each would pay."""

    organiser: str
    total: Money
    title: str
    people: tuple[str, ...]
    each: Money | None
    """None while nobody else is in."""
    token: str
    state: DraftState


@dataclass(frozen=True, slots=True)
class BillBoard:
    """A bill as a group sees it: who has paid and who is waited for, and never how much is left of whose part."""

    organiser: str
    total: Money
    title: str
    each: Money | None
    """What each was asked for, where that is the same for all."""
    parts: tuple[tuple[str, str], ...]
    """Names, and the states of their parts."""
    token: str
    state: BillState


async def draft_board(unit: Unit, cipher: Cipher, draft_id: int) -> DraftBoard:
    """Return what a draft's board shows now. Raises NotFound: `bill`."""
    draft = await unit.session.get(BillDraft, draft_id, populate_existing=True)
    if draft is None:
        raise NotFound(ErrorCode.BILL)
    joined = col(BillDraftPerson.customer_id) == Customer.id
    rows = select(Customer).join(BillDraftPerson, joined).where(BillDraftPerson.draft_id == draft.id)
    others = list(await unit.session.scalars(rows.order_by(col(BillDraftPerson.nr))))
    organiser = _name(await by_id(unit, draft.organiser_id), cipher)
    asset = ASSETS[draft.asset]
    each = split(draft.total, [1] * len(others), int(draft.shares_in)).others[-1] if others else None
    return DraftBoard(
        organiser=organiser,
        total=Money(draft.total, asset),
        title=words_of(draft.title_sealed, cipher, draft.token, "title"),
        people=(*(_name(each, cipher) for each in others), *((organiser,) if draft.shares_in else ())),
        each=Money(each, asset) if each is not None else None,
        token=draft.token,
        state=DraftState(draft.state),
    )


async def bill_board(unit: Unit, cipher: Cipher, bill_id: int) -> BillBoard:
    """Return what a bill's board shows now. Raises NotFound: `bill`."""
    bill = await unit.session.get(Bill, bill_id, populate_existing=True)
    if bill is None:
        raise NotFound(ErrorCode.BILL)
    payer = col(BillPart.payer_id) == Customer.id
    rows = select(BillPart, Customer).join(Customer, payer).where(BillPart.bill_id == bill.id)
    found = (await unit.session.execute(rows.order_by(col(BillPart.nr)))).all()
    amounts = {part.amount for part, _ in found}
    asset = ASSETS[bill.asset]
    return BillBoard(
        organiser=_name(await by_id(unit, bill.organiser_id), cipher),
        total=Money(bill.total, asset),
        title=words_of(bill.title_sealed, cipher, bill.token, "title"),
        each=Money(amounts.pop(), asset) if len(amounts) == 1 else None,
        parts=tuple((_name(customer, cipher), part.state) for part, customer in found),
        token=bill.token,
        state=BillState(bill.state),
    )


async def bill_changed(unit: Unit, bill: Bill) -> None:
    """Let the boards of a bill show what has become of it."""
    await unit.session.flush()
    await boards.changed(unit, BILL, bill.id, is_over=bill.ended_at is not None)


@dataclass(frozen=True, slots=True)
class CauseBoard:
    """A collection as a group sees it: the sum, the day, who gave (if shown), and never who gave how much."""

    organiser: str
    title: str
    goal: Money | None
    given: Money
    gifts: int
    last_on: date
    all_or_nothing: bool
    names: tuple[str, ...]
    """In the order of their first gifts; empty where the organiser keeps them back."""
    state: CauseState
    token: str


async def cause_board(unit: Unit, cipher: Cipher, cause_id: int) -> CauseBoard:
    """Return what a collection's board shows now. Raises NotFound: `cause`."""
    cause = await unit.session.get(Cause, cause_id, populate_existing=True)
    if cause is None:
        raise NotFound(ErrorCode.CAUSE)
    rows = select(Gift, Customer).join(Customer, col(Gift.giver_id) == Customer.id).where(Gift.cause_id == cause.id)
    found = (await unit.session.execute(rows.order_by(col(Gift.id)))).all()
    givers = {giver.id: giver for _, giver in found} if cause.shows_names else {}
    asset = ASSETS[cause.asset]
    return CauseBoard(
        organiser=_name(await by_id(unit, cause.organiser_id), cipher),
        title=words_of(cause.title_sealed, cipher, cause.token, "title"),
        goal=Money(cause.goal, asset) if cause.goal is not None else None,
        given=Money(sum(gift.amount for gift, _ in found), asset),
        gifts=len(found),
        last_on=cause.last_on,
        all_or_nothing=cause.all_or_nothing,
        names=tuple(_name(giver, cipher) for giver in givers.values()),
        state=CauseState(cause.state),
        token=cause.token,
    )


async def cause_changed(unit: Unit, cause_id: int, *, is_over: bool = False) -> None:
    """Say that what the boards of a collection show has changed; `is_over`: for the last time."""
    await boards.changed(unit, CAUSE, cause_id, is_over=is_over)


async def packet_changed(unit: Unit, packet_id: int, *, is_over: bool = False) -> None:
    """Let the boards of a packet show what has become of it; `is_over`: nothing more will."""
    await boards.changed(unit, PACKET, packet_id, is_over=is_over)


async def _opened(unit: Unit, cipher: Cipher, packet: Packet) -> tuple[Opened, ...]:
    claimant = col(PacketShare.claimant_id) == Customer.id
    rows = select(PacketShare, Customer).join(Customer, claimant).where(PacketShare.packet_id == packet.id)
    ordered = rows.order_by(col(PacketShare.nr)).execution_options(populate_existing=True)
    found = (await unit.session.execute(ordered)).all()
    return tuple(_share(share, customer, cipher, packet.asset) for share, customer in found)


def _share(share: PacketShare, customer: Customer, cipher: Cipher, asset: str) -> Opened:
    return Opened(_name(customer, cipher), Money(share.amount, ASSETS[asset]), ShareState(share.state))


def _name(customer: Customer, cipher: Cipher) -> str:
    """Return somebody's name, short enough that a board of many stays one message."""
    name = display_name(customer, cipher)
    return name if len(name) <= NAME_CHARACTERS else f"{name[: NAME_CHARACTERS - 1]}…"
