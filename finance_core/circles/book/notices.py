"""What people are told of a circle's rounds, and the statements that tell many of them at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from finance_core.kernel.money import Money
from finance_core.kernel.payloads import Payload
from finance_core.notices import Content, Sealed


@dataclass(frozen=True, slots=True, kw_only=True)
class OfCircle(Content):
    """Something about a circle: its id, what people call it by, its name."""

    circle: int
    code: str
    title: Sealed | str


@dataclass(frozen=True, slots=True, kw_only=True)
class CirclePaid(OfCircle):
    """To who has paid, or was debited: `sum` with its fines, `left` is still due today in this circle."""

    kind: ClassVar[str] = "receipt.circle_paid"
    sum: Money
    left: Money
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleReceived(OfCircle):
    """To who receives a pot: `sum` of it, `taken` of that for what they owed to the circle, `kept` as security;
    `missing` comes later, if it comes.
    """

    kind: ClassVar[str] = "receipt.circle_received"
    round: int
    sum: Money
    taken: Money
    kept: Money
    missing: Money
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleGivenBack(OfCircle):
    """To whom something comes back: a deposit, what was paid ahead, what a leaver had paid in, a part of the fines."""

    kind: ClassVar[str] = "receipt.circle_given_back"
    sum: Money
    what: str
    """`deposit`, `ahead`, `retention`, `refund` or `fines`."""
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleDebt(OfCircle):
    """Base of reminders: what is to be paid on a day, and whether it is debited by itself."""

    sum: Money
    due_on: date
    days: int
    """Until the due day; of what is late, since it."""
    automatic: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleDueSoon(CircleDebt):
    """A contribution falls due within two days."""

    kind: ClassVar[str] = "circle.due_soon"


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleDueToday(CircleDebt):
    """A contribution falls due today, where the period is under a week."""

    kind: ClassVar[str] = "circle.due_today"


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleLate(CircleDebt):
    """The grace is over: `fine` is what that costs; it is in the sum."""

    kind: ClassVar[str] = "circle.late"
    fine: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleNotice(CircleDebt):
    """The notice: who has not paid by the end of `until_on` stops being paid for, or owes all at once."""

    kind: ClassVar[str] = "circle.notice"
    until_on: date
    has_received: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleStopped(OfCircle):
    """To who has stopped: with what was received all of `sum` is due at once, else the place is closed."""

    kind: ClassVar[str] = "circle.stopped"
    has_received: bool
    sum: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleGuarantorAsked(OfCircle):
    """To who stands for a place: it has not paid, `sum` is asked for; nothing is debited."""

    kind: ClassVar[str] = "circle.guarantor_asked"
    name: Sealed | str
    sum: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleDrawn(OfCircle):
    """To who receives next, as a draw or a bid has decided it; `by_bid`: a bid alone, nothing was drawn."""

    kind: ClassVar[str] = "circle.drawn"
    round: int
    due_on: date
    sum: Money
    by_bid: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleEnded(OfCircle):
    """To each member: the circle has ended; what was paid in and came back in all."""

    kind: ClassVar[str] = "circle.ended"
    paid: Money
    received: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundPlace(Payload):
    """A place in a round that has ended. `paid`: None where it did not pay in it."""

    nr: int
    name: Sealed | str
    paid: bool | None
    has_received: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleRoundEnded(OfCircle):
    """To a circle's group: the pot of a round was paid to the place `receiver`; who had paid then."""

    kind: ClassVar[str] = "circle.round_ended"
    round: int
    rounds: int
    due_on: date
    pot: Money
    receiver: int
    people: tuple[RoundPlace, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleKeyFails(OfCircle):
    """To operators: a round's key is missing or does not fit, so there was no draw."""

    kind: ClassVar[str] = "operator.circle_key_fails"
    round: int


KINDS: Final[tuple[type[Content], ...]] = (
    CirclePaid,
    CircleReceived,
    CircleGivenBack,
    CircleDueSoon,
    CircleDueToday,
    CircleLate,
    CircleNotice,
    CircleStopped,
    CircleGuarantorAsked,
    CircleDrawn,
    CircleEnded,
    CircleRoundEnded,
    CircleKeyFails,
)
"""What is told here, each kind once."""


def money(amount: str) -> str:
    """Return SQL for money of a circle `c` as a notice carries it."""
    return f"jsonb_build_object('amount', CAST({amount} AS bigint), 'asset', c.asset)"


OF_CIRCLE: Final = """
    'circle', c.id, 'code', c.code, 'title', CASE WHEN c.title_sealed = '' THEN to_jsonb(CAST('' AS text))
        ELSE jsonb_build_object('sealed', translate(encode(c.title_sealed, 'base64'), E'\n', ''),
            'place', 'circles.title:' || c.token) END
"""
"""What each notice says of a circle `c`: pairs of `jsonb_build_object`. `sealing.title_associated_data` in SQL."""
