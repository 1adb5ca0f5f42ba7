"""What the cards of money among friends offer, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from finance_core.friends.rules.draws import PacketKind
from finance_core.kernel.money import Money
from finance_core.kernel.payloads import InstantText, Payload


@dataclass(frozen=True, slots=True, kw_only=True)
class MakePacket(Payload):
    """Make a red packet, for anybody, for named customers (`people`) or for a group's members (`place`, our id)."""

    sum: Money
    shares: int
    kind: PacketKind
    people: tuple[int, ...]
    place: int | None = None
    words: str
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketIsMade(Payload):
    """It is paid for: the receipt's reference, what was promised of its draw, until when it can be opened.

    `link` is None where named people were told, and where it is in `group`, whose members it is for.
    """

    reference: str
    commitment: str
    ends_at: InstantText
    link: str | None
    group: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitBill(Payload):
    """Split a bill with others, by their ids; `own` and `parts` are what each bears.

    `weights` are the others' where it is divided by them (equally is 1 each), else empty: by sums. `paid` is who paid
    the shop how much, in minor units; empty: the organiser paid it all. `photo` is Telegram's id of its photo.
    """

    sum: Money
    people: tuple[int, ...]
    parts: tuple[int, ...]
    own: int
    weights: tuple[int, ...]
    paid: tuple[tuple[int, int], ...]
    title: str
    token: str
    photo: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BillIsSplit(Payload):
    """A bill is split: how many people were asked to pay; whoever paid the shop their whole share is not."""

    asked: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseBill(Payload):
    """Ask for nothing more of one's own bill."""

    sum: Money
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkOutside(Payload):
    """Take what is left of somebody's part of one's own bill as paid outside."""

    sum: Money
    name: str
    nr: int
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PayPart(Payload):
    """Pay of one's part of a bill: what is left of it, or less."""

    sum: Money
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartIsPaid(Payload):
    """It is paid: the receipt's reference, and the wallet's balance after it."""

    reference: str
    balance: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTab(Payload):
    """Keep a tab with others, by their ids."""

    title: str
    people: tuple[int, ...]
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfTab(Payload):
    """Settle or drop one's own tab; `sum` is what was paid on it when the card was shown."""

    sum: Money
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginCause(Payload):
    """Begin a collection; `goal` None: none. `all_or_nothing`: below the goal each gift goes back whole."""

    title: str
    last_on: date
    goal: Money | None
    all_or_nothing: bool
    shows_names: bool
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseIsBegun(Payload):
    """It has begun: the link that whoever wants to give opens."""

    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Give(Payload):
    """Give to a collection."""

    sum: Money
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GiftIsGiven(Payload):
    """It is given: the receipt's reference, and the wallet's balance after it."""

    reference: str
    balance: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOffCause(Payload):
    """Call one's own collection off: each gift goes back whole."""

    sum: Money
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ThankGivers(Payload):
    """Thank those who gave, in the organiser's own words."""

    thanks: str
    token: str
