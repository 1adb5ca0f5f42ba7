"""What the cards of a circle's members offer, and what came of it. A circle is named by its code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from finance_core.kernel.money import Money
from finance_core.kernel.payloads import Payload


@dataclass(frozen=True, slots=True, kw_only=True)
class PayCircle(Payload):
    """Pay into a circle. `place` None: for the own places."""

    sum: Money
    code: str
    place: int | None
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleIsPaid(Payload):
    """What the payment did: of it went to what was due, the rest is kept ahead; the wallet's balance after it."""

    reference: str
    due: Money
    ahead: Money
    balance: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class BidCircle(Payload):
    """Bid a discount for a round with one's own place."""

    sum: Money
    code: str
    place: int
    round: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BidIsMade(Payload):
    """The bid's seal, as everybody reads it, and its nonce, which the bidder alone has until the deadline."""

    seal: str
    nonce: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskToSwap(Payload):
    """Ask who holds another place to swap turns; the own turn, and the one that is wanted."""

    code: str
    place: int
    turn: int
    other: int
    other_turn: int
    name: str
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreeToSwap(Payload):
    """Swap turns with who has asked: one's own turn becomes `turn`."""

    token: str
    code: str
    turn: int
    your_turn: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveCircle(Payload):
    """Leave a circle that runs with one place: what comes back at once, and what in a later round."""

    code: str
    place: int
    at_once: Money
    later: Money
    on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOver(Payload):
    """Ask to take a place over: `sum` is paid to who has it, once they and two officers have agreed (`motion`)."""

    sum: Money
    token: str
    code: str
    place: int
    retention: Money | None
    automatic_debit: bool
    motion: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeRound(Payload):
    """Say what is wrong with a round: an operator decides, and its payout waits."""

    code: str
    round: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeIsOpen(Payload):
    """The dispute is open: by which day an operator decides, and whether the payout waits until then."""

    due: date
    holds: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StandForPlace(Payload):
    """Stand for a place in a circle, for at most a sum."""

    sum: Money
    code: str
    place: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PayForPlace(Payload):
    """Pay, as a guarantor, what a place has not paid."""

    sum: Money
    code: str
    place: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveInCircle(Payload):
    """Open a vote, or an act of two officers: what kind, about whom or which place and round.

    `name`: of whom it is about, or the circle's new one; `other`: who would be passed over.
    """

    code: str
    kind: str
    customer: int
    place: int
    round: int
    name: str
    other: str
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideCircleCase(Payload):
    """Decide a dispute or a suspension, with the reason that both sides are told."""

    case: int
    decision: str
    reason: str
    code: str
    nominee: int | None
