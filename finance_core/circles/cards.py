"""What a circle's cards hold, by who looks. Read by `queries`, `officer_cards`, `desk` and `draw_files`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from finance_core.circles.book.models import RoundState
from finance_core.circles.decision_models import CircleCase
from finance_core.circles.models import Circle, CircleMember, CirclePlace, CircleState, MemberState, Role
from finance_core.circles.rules.draws import Purpose
from finance_core.circles.rules.reliability import Reliability
from finance_core.circles.rules.settings import Kind, Order, Settings
from finance_core.kernel.money import Money


@dataclass(frozen=True, slots=True)
class StrangerCard:
    """What anybody reads who has the link: what the circle is, and the way in.

    Attributes:
        settings: All that it is set to.
        free: Places that nobody has; `free_turns` where members pick theirs.
        first_on, last_on: The first due day that is paid here, and the last one.
        chair: Its name, as the person is called.
        key_zero: Published before anybody picks; None where nothing is drawn.
        voided: How many chains of keys were voided.
    """

    token: str
    code: str
    state: CircleState
    settings: Settings
    chair: str
    free: int
    free_turns: tuple[int, ...]
    first_on: date
    last_on: date
    key_zero: str | None
    voided: int


@dataclass(frozen=True, slots=True)
class PlaceCard:
    """One place of a member: when it receives (None: not known yet), or when it did."""

    nr: int
    turn: int | None
    receives_on: date | None
    received_on: date | None
    is_closed: bool
    refunded_on: date | None


@dataclass(frozen=True, slots=True)
class MemberCard:
    """What a member reads of themselves.

    Attributes:
        state: `joined`, or how they stand on the way in; `position` on the waiting list, from 1.
        due: What is to be paid now, with fines.
        next_on, next_due: The next due day, and what is due on it; None where nothing is to come.
        paid, received: In all.
        kept: Deposit, what was paid ahead or kept back.
        has_to_confirm: Whether the new total waits for their PIN.
        roles: The offices that they hold.
    """

    card: StrangerCard
    state: MemberState
    position: int | None
    places: tuple[PlaceCard, ...]
    due: Money
    next_on: date | None
    next_due: Money
    paid: Money
    received: Money
    kept: Money
    is_late: bool
    is_suspended: bool
    has_to_confirm: bool
    automatic_debit: bool
    roles: tuple[Role, ...]
    nickname: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who has not paid a round that is due: since when, and never how much."""

    customer_id: int
    name: str
    round: int
    since: date
    is_late: bool


@dataclass(frozen=True, slots=True)
class Asking:
    """Somebody who has asked to join, or waits for a place; their reliability where they show it."""

    customer_id: int
    name: str
    places: int
    state: MemberState
    asked_at: datetime
    reliability: Reliability | None


@dataclass(frozen=True, slots=True)
class OfficerCard:
    """What an officer reads besides: who is waiting, who asks to join, what is being voted on."""

    card: MemberCard | StrangerCard
    waiting: tuple[Waiting, ...]
    asking: tuple[Asking, ...]
    motions: tuple[str, ...]
    """Tokens."""
    officers: dict[Role, str]


@dataclass(frozen=True, slots=True)
class RoundCard:
    """A round: who receives, what it comes to and what has come in."""

    nr: int
    due_on: date
    state: RoundState
    receiver_place: int | None
    refunds_place: int | None
    is_history: bool
    due: Money
    paid: Money
    held_by: int | None


@dataclass(frozen=True, slots=True)
class OperatorCard:
    """What an operator reads: everything but picks, keys and sealed bids. Each look is recorded by who shows it."""

    circle: Circle
    settings: Settings
    officers: dict[Role, int]
    members: tuple[CircleMember, ...]
    places: tuple[CirclePlace, ...]
    rounds: tuple[RoundCard, ...]
    shortfalls: tuple[RoundCard, ...]
    cases: tuple[CircleCase, ...]


@dataclass(frozen=True, slots=True)
class MyCircle:
    """A line of `/circles`: the circle, how one stands in it, the next due day and what is due on it.

    Of an accumulating circle, the next meeting, or the one that is open; nothing is due at it.
    """

    token: str
    code: str
    title: str
    kind: Kind
    order: Order
    state: CircleState
    member: MemberState
    next_on: date | None
    next_due: Money
    due: Money


@dataclass(frozen=True, slots=True)
class DrawFile:
    """A file as *Check the draw* gives it and `susu verify draw` reads it; a whole order is round 0 with key 1."""

    code: str
    round: int
    purpose: Purpose
    previous_key: str
    key: str
    picks: dict[int, str]
    eligible: tuple[int, ...]
