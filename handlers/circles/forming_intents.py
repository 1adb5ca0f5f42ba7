"""What the cards of circles that form offer, and what came of it: opening, joining, starting, going."""

from __future__ import annotations

from dataclasses import dataclass

from finance_core.circles.models import MemberState
from finance_core.kernel.money import Money
from finance_core.kernel.payloads import Payload


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCircle(Payload):
    """Open the circle that is being made: `token` is its own, `place` the group (our id) whose circle it is."""

    token: str
    place: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleIsOpen(Payload):
    """It is open: what it is called, by people and by its code, its invitation link and its group."""

    title: str
    code: str
    link: str
    group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinCircle(Payload):
    """Join a circle with so many places: what is paid in all, and all that the card says (`circles.requests`)."""

    token: str
    sum: Money
    places: int
    turns: tuple[int, ...]
    picks: tuple[str, ...]
    nickname: str
    nominee: str
    automatic_debit: bool
    retention: Money | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleIsJoined(Payload):
    """What came of it: places and turns, or the position on the waiting list; whether the circle runs now."""

    state: MemberState
    title: str
    code: str
    link: str
    places: tuple[int, ...]
    turns: tuple[int | None, ...]
    position: int | None
    started: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StartCircle(Payload):
    """Start a circle with those who are in: `places` of them, so the total is `sum` for one place."""

    token: str
    places: int
    sum: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmCircle(Payload):
    """Confirm the new total of a circle that starts with `places`: `sum` for the places that one holds."""

    token: str
    places: int
    sum: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class GoFromCircle(Payload):
    """Leave a circle before its start, free; or call it off, where it is one's own."""

    token: str
    calls_off: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleStands(Payload):
    """How a circle stands after it: its title and code, and whether it runs."""

    title: str
    code: str
    runs: bool
