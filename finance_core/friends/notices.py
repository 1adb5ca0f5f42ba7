"""What people are told of money among friends: receipts, what waits for them, what came of what they made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from finance_core.kernel.money import Money
from finance_core.kernel.payloads import InstantText
from finance_core.notices import Content, Sealed


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement(Content):
    """A receipt: what moved, the wallet's balance after it, and when."""

    sum: Money
    balance: Money
    reference: str
    at: InstantText


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketMade(Movement):
    """To its sender: the packet is paid for."""

    kind: ClassVar[str] = "receipt.packet"
    shares: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareReceived(Movement):
    """To who opened a packet: the share is in the wallet. `name` is the sender's."""

    kind: ClassVar[str] = "receipt.packet_share"
    name: Sealed | str


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketReturned(Movement):
    """To the sender: what nobody got is back. `opened` of `shares` were opened; the token checks the draw."""

    kind: ClassVar[str] = "receipt.packet_returned"
    opened: int
    shares: int
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketWaiting(Content):
    """To somebody for whom a packet was made: open it by its token."""

    kind: ClassVar[str] = "packet.waiting"
    name: Sealed | str
    words: Sealed | str
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketOpened(Content):
    """To the sender: each share was opened; `name` is who had the largest, `luckiest`."""

    kind: ClassVar[str] = "packet.opened"
    sum: Money
    shares: int
    name: Sealed | str
    luckiest: Money
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfBill(Content):
    """Something about a part of a bill: its sum, the other's name, what the bill is for ("" where nothing was said)."""

    sum: Money
    name: Sealed | str
    title: Sealed | str


@dataclass(frozen=True, slots=True, kw_only=True)
class BillAsked(OfBill):
    """To who bears a part: pay it or say no, by the bill's token; look at its photo, if one hangs on it."""

    kind: ClassVar[str] = "bill.asked"
    token: str
    has_photo: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BillAgain(Content):
    """To who split a bill and wished to do it again: the day has come; a button splits the same once more."""

    kind: ClassVar[str] = "bill.again"
    sum: Money
    title: Sealed | str
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TabOpened(Content):
    """To who is in a tab: who keeps it, what it is for, its token."""

    kind: ClassVar[str] = "tab.opened"
    name: Sealed | str
    title: Sealed | str
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BillNudge(Content):
    """To who still owes parts of bills: how many, and what they come to."""

    kind: ClassVar[str] = "bill.nudge"
    sum: Money
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PartPaid(Movement):
    """To who has paid of a part; `left` is still to pay."""

    kind: ClassVar[str] = "receipt.part_paid"
    name: Sealed | str
    note: Sealed | str
    left: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class PartReceived(Movement):
    """To who was paid."""

    kind: ClassVar[str] = "receipt.part_received"
    name: Sealed | str
    note: Sealed | str
    left: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class PartRefused(OfBill):
    """To the organiser, and to who would have been paid: somebody says no, and why."""

    kind: ClassVar[str] = "bill.refused"
    reason: Sealed | str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartOutside(OfBill):
    """To who bears a part: it counts as paid outside."""

    kind: ClassVar[str] = "bill.outside"


@dataclass(frozen=True, slots=True, kw_only=True)
class BillClosed(OfBill):
    """To who had been asked: nothing is to be paid any more."""

    kind: ClassVar[str] = "bill.closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftGiven(Movement):
    """To who gave to a collection."""

    kind: ClassVar[str] = "receipt.gift"
    title: Sealed | str


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftReturned(Movement):
    """To who gave: the collection fell short of its goal, or was called off."""

    kind: ClassVar[str] = "receipt.gift_returned"
    title: Sealed | str
    called_off: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CausePaid(Movement):
    """To the organiser: what was given is in the wallet."""

    kind: ClassVar[str] = "receipt.cause_paid"
    title: Sealed | str
    count: int
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseEnded(Content):
    """To the organiser of a collection that ended with nothing to pay out: `sum` went back to who gave it."""

    kind: ClassVar[str] = "cause.ended"
    title: Sealed | str
    sum: Money
    called_off: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseThanks(Content):
    """To who gave: the organiser's thanks, and what it was spent on."""

    kind: ClassVar[str] = "cause.thanks"
    name: Sealed | str
    title: Sealed | str
    thanks: Sealed | str


KINDS: Final[tuple[type[Content], ...]] = (
    PacketMade,
    ShareReceived,
    PacketReturned,
    PacketWaiting,
    PacketOpened,
    BillAsked,
    BillNudge,
    BillAgain,
    TabOpened,
    PartPaid,
    PartReceived,
    PartRefused,
    PartOutside,
    BillClosed,
    GiftGiven,
    GiftReturned,
    CausePaid,
    CauseEnded,
    CauseThanks,
)
"""What is told here, each kind once."""
