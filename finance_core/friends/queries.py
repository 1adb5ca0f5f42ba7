"""Reads of money among friends: a packet that is over as anybody can check it, and what somebody sent and got."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import text

from finance_core.friends.models import PacketState
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
