"""Opening red packets: a share for each who comes first, held for who is new here until they have joined."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Final

from sqlalchemy import text
from sqlmodel import col, select

from finance_core import ledger
from finance_core.customers import service as customers
from finance_core.customers.freezing import is_frozen
from finance_core.friends import entries, notices
from finance_core.friends.boards import packet_changed
from finance_core.friends.models import Packet, PacketShare, PacketState, ShareState
from finance_core.friends.notifications import name_of, push_receipt, receipt, tell
from finance_core.friends.packets import total_of
from finance_core.friends.rules.draws import luckiest
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, NotAllowed, NotFound
from finance_core.kernel.money import ASSETS, Money
from finance_core.notices import sealed
from finance_core.storage.rows import Fetched
from finance_core.storage.unit import Unit

_LOOK: Final = text(
    f"""
    SELECT p.id, p.token, p.sender_id, p.asset, p.shares, p.audience, p.state, p.ends_at,
        s.outflow_locked_at IS NOT NULL OR {is_frozen("s.id")} AS is_locked, s.name_sealed AS sender_name,
        own.nr, own.amount, own.state AS share_state,
        p.audience <> 'named' OR EXISTS (
            SELECT FROM packet_person n WHERE n.packet_id = p.id AND n.customer_id = :me) AS is_meant,
        p.audience <> 'place' OR EXISTS (
            SELECT FROM packet_place h JOIN group_member m ON m.group_id = :place AND m.customer_id = :me AND m.is_in
            WHERE h.packet_id = p.id AND (h.place_id = :place OR EXISTS (
                SELECT FROM group_chat_joined j WHERE j.id = h.place_id AND j.group_id = :place))) AS is_member
    FROM packet p JOIN customer s ON s.id = p.sender_id
        LEFT JOIN packet_share own ON own.packet_id = p.id AND own.claimant_id = :me
    WHERE p.token = :token
    """  # noqa: S608 - made of columns of ours
)
# Whoever comes at the same moment takes the next share instead of waiting for this one.
_TAKE: Final = text(
    """
    UPDATE packet_share SET claimant_id = :me, claimed_at = CAST(:now AS timestamptz), state = CAST(:state AS varchar),
        settled_at = CASE WHEN CAST(:state AS varchar) = 'paid' THEN CAST(:now AS timestamptz) END
    WHERE packet_id = :packet AND nr = (
        SELECT nr FROM packet_share WHERE packet_id = :packet AND state = 'free'
        ORDER BY nr LIMIT 1 FOR UPDATE SKIP LOCKED)
    AND NOT EXISTS (SELECT FROM packet_share own WHERE own.packet_id = :packet AND own.claimant_id = :me)
    RETURNING nr, amount
    """
)
# One person's claims wait for each other.
_LOCK: Final = text("SELECT terms_accepted_at IS NULL AS is_new FROM customer WHERE id = :me FOR NO KEY UPDATE")
# The last thing of a claim but for its board: who comes next waits here until this one is written.
_COUNT: Final = text("UPDATE packet SET opened = opened + 1 WHERE id = :packet RETURNING opened = shares AS is_last")


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody got of a packet: the share's number from 1, and its money."""

    packet_id: int
    sender_id: int
    nr: int
    amount: Money
    is_held: bool
    """It waits until the person has joined; else it is in the wallet."""
    is_first: bool
    """Whether it was opened just now, and not before."""
    is_last: bool = False
    """Whether no share is left after it: the seed may be shown."""


async def claim(unit: Unit, token: str, claimant_id: int, *, place_id: int | None = None) -> Claim:
    """Open a share of a packet: the next one. Whoever has opened one gets the same answer again.

    Who has not accepted the terms yet is new here: the share is held until they have, or goes back with the packet.

    Args:
        place_id: the group in which it was opened, by an id of ours; None: none that we know.

    Raises:
        NotFound: `packet`. NotAllowed: `packet_not_for_you` (others are named), `packet_for_members` (it is for a
            group's members alone, and opened elsewhere, or by somebody who is not known to be in it).
        Conflict: `packet_empty` (nothing is left), `packet_over` (its day is over), `packet_locked` (its sender has
            locked the account, or it is frozen).
    """
    found = await _look(unit, token, claimant_id, place_id)
    asset = ASSETS[found.asset]
    if found.nr is not None:
        return _opened_before(found)
    _require_open(unit, found)
    is_held = await _is_new_here(unit, claimant_id)
    state = ShareState.HELD if is_held else ShareState.PAID
    values = {"packet": found.id, "me": claimant_id, "now": unit.now, "state": str(state)}
    share = (await unit.session.execute(_TAKE, values)).one_or_none()
    if share is None:
        return _opened_before(await _look(unit, token, claimant_id, place_id))
    amount = Money(share.amount, asset)
    if not is_held:
        await _pay(unit, found, claimant_id, share.nr, amount)
    is_last = bool((await unit.session.execute(_COUNT, {"packet": found.id})).scalar_one())
    is_settled = await _all_opened(unit, found.id) if is_last else False
    await packet_changed(unit, found.id, is_over=is_settled)
    return Claim(found.id, found.sender_id, share.nr, amount, is_held, is_first=True, is_last=is_last)


async def opened_by(unit: Unit, packet: Packet, customer_id: int) -> Claim | None:
    """Return what somebody has opened of a packet, None where that is nothing, or has gone back with it."""
    query = select(PacketShare).where(PacketShare.packet_id == packet.id, PacketShare.claimant_id == customer_id)
    share = await unit.session.scalar(query.execution_options(populate_existing=True))
    if share is None or share.state == ShareState.RETURNED:
        return None
    amount = Money(share.amount, ASSETS[packet.asset])
    return Claim(packet.id, packet.sender_id, share.nr, amount, is_held=share.state == ShareState.HELD, is_first=False)


async def pay_held(unit: Unit, claimant_id: int) -> list[Claim]:
    """Pay somebody who has joined what they opened before; with nothing held, nothing happens."""
    held = select(PacketShare).where(PacketShare.claimant_id == claimant_id, PacketShare.state == ShareState.HELD)
    ordered = held.order_by(col(PacketShare.packet_id)).with_for_update().execution_options(populate_existing=True)
    return [await _pay_held(unit, share) for share in list(await unit.session.scalars(ordered))]


async def settle(unit: Unit, packet: Packet, share: PacketShare) -> None:
    """Pay a held share, which is locked."""
    assert share.claimant_id is not None, "a held share has its claimant"
    share.state, share.settled_at = ShareState.PAID, unit.now
    amount = Money(share.amount, ASSETS[packet.asset])
    [posted] = await ledger.post(unit, entries.share_paid(share.claimant_id, packet.id, share.nr, amount))
    sender = await name_of(unit, packet.sender_id)
    await receipt(unit, share.claimant_id, amount, posted, partial(notices.ShareReceived, name=sender))


async def shares_of(unit: Unit, packet_id: int) -> list[PacketShare]:
    """Return a packet's shares in the order in which they are opened."""
    rows = select(PacketShare).where(PacketShare.packet_id == packet_id).order_by(col(PacketShare.nr))
    return list(await unit.session.scalars(rows.execution_options(populate_existing=True)))


async def _look(unit: Unit, token: str, claimant_id: int, place_id: int | None) -> Fetched:
    values = {"token": token, "me": claimant_id, "place": place_id}
    found = (await unit.session.execute(_LOOK, values)).one_or_none()
    if found is None:
        raise NotFound(ErrorCode.PACKET)
    return found


async def _is_new_here(unit: Unit, claimant_id: int) -> bool:
    """Say whether somebody has not accepted the terms yet; their row is locked. Raises NotFound: `customer`."""
    row = (await unit.session.execute(_LOCK, {"me": claimant_id})).one_or_none()
    if row is None:
        raise NotFound(ErrorCode.CUSTOMER)
    return bool(row.is_new)


def _opened_before(found: Fetched) -> Claim:
    """Return the share that somebody has of a packet already.

    Raises Conflict: `packet_empty`: they have none; `packet_over`: theirs was held, and went back with the packet.
    """
    if found.nr is None:
        raise Conflict(ErrorCode.PACKET_EMPTY)
    if found.share_state == ShareState.RETURNED:
        raise Conflict(ErrorCode.PACKET_OVER)
    is_held = found.share_state == ShareState.HELD
    amount = Money(found.amount, ASSETS[found.asset])
    return Claim(found.id, found.sender_id, found.nr, amount, is_held, is_first=False)


def _require_open(unit: Unit, found: Fetched) -> None:
    if not found.is_meant:
        raise NotAllowed(ErrorCode.PACKET_NOT_FOR_YOU)
    if not found.is_member:
        raise NotAllowed(ErrorCode.PACKET_FOR_MEMBERS)
    if found.state == PacketState.OPENED:
        raise Conflict(ErrorCode.PACKET_EMPTY)
    if found.state == PacketState.EXPIRED or unit.now >= found.ends_at:
        raise Conflict(ErrorCode.PACKET_OVER)
    if found.is_locked:
        raise Conflict(ErrorCode.PACKET_LOCKED)


async def _pay(unit: Unit, found: Fetched, claimant_id: int, nr: int, amount: Money) -> None:
    """Pay a share that was just taken, and push its receipt."""
    [posted] = await ledger.post(unit, entries.share_paid(claimant_id, found.id, nr, amount))
    told = notices.ShareReceived(
        sum=amount,
        balance=await ledger.balance(unit, ledger.customer_wallet(claimant_id, amount.asset)),
        reference=posted.reference,
        at=unit.now,
        name=sealed(found.sender_name, customers.name_associated_data(found.sender_id)),
    )
    await push_receipt(unit, claimant_id, told, posted, wakes=False)


async def _all_opened(unit: Unit, packet_id: int) -> bool:
    """Note that each share has somebody, and tell the sender who had the largest; say whether each is paid."""
    packet = await unit.session.get(Packet, packet_id, populate_existing=True)
    assert packet is not None
    shares = await shares_of(unit, packet_id)
    packet.state, packet.over_at = PacketState.OPENED, unit.now
    if all(share.state == ShareState.PAID for share in shares):
        packet.settled_at = unit.now
    best = shares[luckiest([share.amount for share in shares])]
    assert best.claimant_id is not None, "each share was opened by somebody"
    told = notices.PacketOpened(
        sum=total_of(packet),
        shares=packet.shares,
        name=await name_of(unit, best.claimant_id),
        luckiest=Money(best.amount, ASSETS[packet.asset]),
        token=packet.token,
    )
    await tell(unit, packet.sender_id, told, f"packet:{packet_id}")
    return packet.settled_at is not None


async def _pay_held(unit: Unit, share: PacketShare) -> Claim:
    packet = await unit.session.get(Packet, share.packet_id, populate_existing=True)
    assert packet is not None
    await settle(unit, packet, share)
    still_held = select(PacketShare.nr).where(
        PacketShare.packet_id == packet.id, col(PacketShare.state).in_((ShareState.HELD, ShareState.FREE))
    )
    if await unit.session.scalar(still_held.limit(1)) is None and packet.state != PacketState.OPEN:
        packet.settled_at = unit.now
    await packet_changed(unit, packet.id, is_over=packet.settled_at is not None)
    amount = Money(share.amount, ASSETS[packet.asset])
    return Claim(packet.id, packet.sender_id, share.nr, amount, is_held=False, is_first=False)
