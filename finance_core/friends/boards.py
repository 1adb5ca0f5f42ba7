"""What the boards of money among friends show, read anew each time that delivery shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import col, select

from finance_core.customers.models import Customer
from finance_core.customers.queries import by_id
from finance_core.customers.service import display_name
from finance_core.friends.models import Packet, PacketShare, PacketState, ShareState
from finance_core.friends.notifications import words_of
from finance_core.friends.packets import seed_associated_data, total_of
from finance_core.friends.rules.draws import luckiest
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from finance_core.kernel.money import ASSETS, Money
from finance_core.notices import boards
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit

PACKET: Final = "packet"
"""The kind of a board that shows a red packet, by its id."""


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
    opened: tuple[Opened, ...]
    """In the order in which they were opened."""
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
    opened = await _opened(unit, cipher, packet)
    is_over = packet.state != PacketState.OPEN
    is_all_opened = packet.state == PacketState.OPENED and bool(opened)
    return PacketBoard(
        sender=display_name(await by_id(unit, packet.sender_id), cipher),
        words=words_of(packet.words_sealed, cipher, packet.token, "words"),
        token=packet.token,
        shares=packet.shares,
        kind=packet.kind,
        state=PacketState(packet.state),
        ends_at=packet.ends_at,
        opened=opened,
        commitment=packet.commitment,
        total=total_of(packet) if is_over else None,
        seed=cipher.decrypt(packet.seed_sealed, seed_associated_data(packet.token)).decode() if is_over else None,
        luckiest=opened[luckiest([each.amount.amount for each in opened])] if is_all_opened else None,
    )


async def packet_changed(unit: Unit, packet_id: int, *, is_over: bool = False) -> None:
    """Let the boards of a packet show what has become of it; `is_over`: nothing more will."""
    await boards.changed(unit, PACKET, packet_id, is_over=is_over)


async def _opened(unit: Unit, cipher: Cipher, packet: Packet) -> tuple[Opened, ...]:
    claimant = col(PacketShare.claimant_id) == Customer.id
    rows = select(PacketShare, Customer).join(Customer, claimant).where(PacketShare.packet_id == packet.id)
    ordered = rows.order_by(col(PacketShare.nr)).execution_options(populate_existing=True)
    asset = ASSETS[packet.asset]
    return tuple(
        Opened(display_name(customer, cipher), Money(share.amount, asset), ShareState(share.state))
        for share, customer in (await unit.session.execute(ordered)).all()
    )
