"""Reads of money among friends: a packet that is over as anybody can check it, and what somebody sent and got."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from sqlalchemy import text
from sqlmodel import col, select

from finance_core.customers.models import Customer
from finance_core.friends.models import (
    Bill,
    BillPart,
    BillState,
    Cause,
    Packet,
    PacketShare,
    PacketState,
    PartState,
)
from finance_core.friends.opening import shares_of
from finance_core.friends.packets import find, seed_associated_data
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict
from finance_core.kernel.money import ASSETS, CNY, Asset, Money
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit

_YEAR: Final = text(
    """
    SELECT
        (SELECT coalesce(sum(s.amount), 0) FROM packet p JOIN packet_share s ON s.packet_id = p.id
         WHERE p.sender_id = :me AND p.asset = :asset AND s.state = 'paid'
            AND p.made_at >= :since AND p.made_at < :until) AS sent,
        (SELECT coalesce(sum(s.amount), 0) FROM packet_share s JOIN packet p ON p.id = s.packet_id
         WHERE s.claimant_id = :me AND p.asset = :asset AND s.state = 'paid'
            AND s.claimed_at >= :since AND s.claimed_at < :until) AS received
    """
)

_OUT: Final = text(
    """
    SELECT
        coalesce((SELECT sum(s.amount) FROM packet p JOIN packet_share s ON s.packet_id = p.id
            WHERE p.sender_id = :person AND s.state <> 'returned'
            AND CAST(p.made_at AT TIME ZONE :zone AS date) BETWEEN :first AND :last), 0)
        + coalesce((SELECT sum(t.amount) FROM account a JOIN transfer t ON t.debit_id = a.id
            JOIN entry e ON e.id = t.entry_id
            WHERE a.code = '2010' AND a.owner = :person AND e.kind IN ('friends.part', 'friends.gift')
            AND CAST(e.posted_at AT TIME ZONE :zone AS date) BETWEEN :first AND :last), 0)
    """
)

_IN_POTS: Final = text(
    """
    SELECT coalesce((SELECT sum(s.amount) FROM packet p JOIN packet_share s ON s.packet_id = p.id
            WHERE p.sender_id = :me AND p.asset = :asset AND p.settled_at IS NULL AND s.state IN ('free', 'held')), 0)
        + coalesce((SELECT sum(g.amount) FROM gift g JOIN cause c ON c.id = g.cause_id
            WHERE g.giver_id = :me AND c.asset = :asset AND c.state = 'open'), 0)
    """
)

BILLS_LISTED: Final = 5
"""How many bills or collections a list shows; the newest come first."""


@dataclass(frozen=True, slots=True)
class Published:
    """A packet that is over: what its shares can be computed from again, and what was given."""

    total: Money
    shares: int
    kind: str
    seed: str
    commitment: str
    given: tuple[Money, ...]
    """The shares that were opened, in their order."""

    def as_json(self) -> dict[str, object]:
        """Return what `susu verify packet` reads: amounts are decimals as text."""
        return {
            "total": f"{self.total.decimal:f}",
            "asset": self.total.asset.code,
            "shares": self.shares,
            "kind": self.kind,
            "seed": self.seed,
            "commitment": self.commitment,
            "given": [f"{amount.decimal:f}" for amount in self.given],
        }


async def published(unit: Unit, cipher: Cipher, token: str) -> Published:
    """Return a packet with its seed, once it is over. Raises NotFound: `packet`, Conflict: `packet_open`."""
    packet = await find(unit, token)
    if packet.state == PacketState.OPEN:
        raise Conflict(ErrorCode.PACKET_OPEN)
    total = Money(packet.total, ASSETS[packet.asset])
    opened = [share for share in await shares_of(unit, packet.id) if share.claimant_id is not None]
    return Published(
        total=total,
        shares=packet.shares,
        kind=packet.kind,
        seed=cipher.decrypt(packet.seed_sealed, seed_associated_data(token)).decode(),
        commitment=packet.commitment,
        given=tuple(Money(share.amount, total.asset) for share in opened),
    )


@dataclass(frozen=True, slots=True)
class Year:
    """What somebody's red packets came to in a calendar year: what others got of theirs, and what they got."""

    sent: Money
    received: Money


async def year_of(unit: Unit, customer_id: int, year: int, asset: Asset = CNY) -> Year:
    """Return what a person sent and received by red packets in a year of the institution's calendar."""
    since, until = (datetime(each, 1, 1, tzinfo=unit.zone).astimezone(UTC) for each in (year, year + 1))
    values = {"me": customer_id, "asset": asset.code, "since": since, "until": until}
    row = (await unit.session.execute(_YEAR, values)).one()
    return Year(Money(int(row.sent), asset), Money(int(row.received), asset))


async def in_pots(unit: Unit, customer_id: int, asset: Asset = CNY) -> Money:
    """Return what somebody has put into packets and collections that are not over: nobody has got it yet."""
    return Money(int(await unit.session.scalar(_IN_POTS, {"me": customer_id, "asset": asset.code}) or 0), asset)


async def parts_to_pay(unit: Unit, customer_id: int) -> list[tuple[Bill, BillPart]]:
    """Return the parts of bills that somebody still owes, newest first; those that they refused are left out."""
    rows = (
        select(Bill, BillPart)
        .join(BillPart, col(BillPart.bill_id) == col(Bill.id))
        .where(BillPart.payer_id == customer_id, BillPart.state == PartState.OPEN, Bill.state == BillState.OPEN)
        .order_by(col(Bill.id).desc(), col(BillPart.nr))
        .limit(BILLS_LISTED)
    )
    return [(bill, part) for bill, part in (await unit.session.execute(rows)).all()]


async def open_bills_of(unit: Unit, organiser_id: int) -> list[Bill]:
    """Return somebody's own bills of which something is still open, newest first."""
    rows = select(Bill).where(Bill.organiser_id == organiser_id, Bill.state == BillState.OPEN)
    return list(await unit.session.scalars(rows.order_by(col(Bill.made_at).desc()).limit(BILLS_LISTED)))


async def causes_of(unit: Unit, organiser_id: int) -> list[Cause]:
    """Return somebody's own collections, newest first: those that run, and the latest that have ended."""
    rows = select(Cause).where(Cause.organiser_id == organiser_id)
    return list(await unit.session.scalars(rows.order_by(col(Cause.id).desc()).limit(BILLS_LISTED)))


async def went_out(unit: Unit, customer_id: int, first: date, last: date) -> int:
    """Return what left a wallet among friends on these days of the institution, in minor units.

    Packets without what came back of them, parts of bills, gifts: beside `wallet.went_out`, as the tier's limit counts.
    """
    days = {"person": customer_id, "zone": unit.zone.key, "first": first, "last": last}
    return int(await unit.session.scalar(_OUT, days) or 0)


async def packets_of(unit: Unit, customer_id: int, most: int) -> list[Packet]:
    """Return somebody's latest packets, the newest first, whatever became of them."""
    query = select(Packet).where(Packet.sender_id == customer_id).order_by(col(Packet.id).desc()).limit(most)
    return list(await unit.session.scalars(query))


async def holders_of(unit: Unit, packet_id: int) -> list[int]:
    """Return who has opened a share of a packet, by their Telegram ids."""
    claimant = col(PacketShare.claimant_id) == Customer.id
    rows = select(Customer.telegram_id).join(PacketShare, claimant).where(PacketShare.packet_id == packet_id)
    return list(await unit.session.scalars(rows))
