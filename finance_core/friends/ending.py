"""The end of a red packet's day: what nobody got goes back to its sender."""

from __future__ import annotations

from functools import partial

from sqlmodel import col, select

from finance_core import ledger
from finance_core.customers import service as customers
from finance_core.customers.queries import locked
from finance_core.friends import entries, notices
from finance_core.friends.boards import packet_changed
from finance_core.friends.models import Packet, PacketShare, PacketState, ShareState
from finance_core.friends.notifications import receipt
from finance_core.friends.opening import settle
from finance_core.kernel.money import ASSETS, Money
from finance_core.notices import Urgency
from finance_core.storage.unit import Unit


async def end(unit: Unit, packet_id: int) -> Packet | None:
    """End a packet whose day is over: held shares of who has joined are paid, the rest goes back to the sender whole.

    Returns None, and does nothing, where its day is not over or it has been ended.
    """
    unsettled = await _unsettled(unit, packet_id)
    statement = select(Packet).where(Packet.id == packet_id).with_for_update()
    packet = await unit.session.scalar(statement.execution_options(populate_existing=True))
    if packet is None or packet.settled_at is not None or unit.now < packet.ends_at:
        return None
    left = [share for share in unsettled if not await _paid_after_all(unit, packet, share)]
    for share in left:
        share.state, share.settled_at = ShareState.RETURNED, unit.now
    if packet.state == PacketState.OPEN:
        packet.over_at = unit.now
        packet.state = PacketState.EXPIRED if packet.opened < packet.shares else PacketState.OPENED
    packet.settled_at = unit.now
    await packet_changed(unit, packet.id, is_over=True)
    if left:
        await _return(unit, packet, [(share.nr, Money(share.amount, ASSETS[packet.asset])) for share in left])
    return packet


async def _unsettled(unit: Unit, packet_id: int) -> list[PacketShare]:
    """Return the shares that nobody has been paid, locked: who is opening one at this moment is waited for."""
    rows = select(PacketShare).where(PacketShare.packet_id == packet_id, col(PacketShare.settled_at).is_(None))
    ordered = rows.order_by(col(PacketShare.nr)).with_for_update()
    return list(await unit.session.scalars(ordered.execution_options(populate_existing=True)))


async def _paid_after_all(unit: Unit, packet: Packet, share: PacketShare) -> bool:
    """Pay a held share at the packet's end if its claimant has joined meanwhile; say whether that was so."""
    if share.claimant_id is None or (await locked(unit, share.claimant_id)).terms_accepted_at is None:
        return False
    await settle(unit, packet, share)
    return True


async def _return(unit: Unit, packet: Packet, shares: entries.Shares) -> None:
    [posted] = await ledger.post(unit, entries.packet_returned(packet.sender_id, packet.id, shares))
    left = Money(sum(amount.amount for _, amount in shares), ASSETS[packet.asset])
    await customers.return_outflow(unit, packet.sender_id, left, sent_in=packet.sent_in)
    returned = partial(notices.PacketReturned, opened=packet.opened, shares=packet.shares, token=packet.token)
    await receipt(unit, packet.sender_id, left, posted, returned, Urgency.SYSTEM)
