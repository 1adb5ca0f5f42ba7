"""What people are told of a circle that forms, of votes, swaps and what operators decide. Of rounds: `book.notices`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from finance_core.circles.book.notices import OfCircle
from finance_core.kernel.money import Money
from finance_core.kernel.payloads import InstantText
from finance_core.notices import Content, Sealed


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleJoinAsked(OfCircle):
    """To the chair: somebody wants to join; the chair says yes or no by the circle's token and their number."""

    kind: ClassVar[str] = "circle.join_asked"
    name: Sealed | str
    places: int
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleAnswered(OfCircle):
    """To who had asked, or waited: `joined` (a place is theirs), `approved` (it is once they confirm) or `refused`."""

    kind: ClassVar[str] = "circle.answered"
    answer: str
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleConfirm(OfCircle):
    """To each member: the circle is to start with fewer; confirm the new total with the PIN, or be out free."""

    kind: ClassVar[str] = "circle.confirm"
    places: int
    until: InstantText
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleOutFree(OfCircle):
    """To who is out before the start: `declined`, `unconfirmed` or `called_off`; a deposit has come back."""

    kind: ClassVar[str] = "circle.out_free"
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleOpenAgain(OfCircle):
    """To the chair: somebody did not confirm, so the circle is open again with `places` of its places held."""

    kind: ClassVar[str] = "circle.open_again"
    places: int
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleStarted(OfCircle):
    """To each member: the circle runs. `turns` are the rounds in which they receive, where they are known."""

    kind: ClassVar[str] = "circle.started"
    rounds: int
    first_on: date
    turns: tuple[int, ...]
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleOffice(OfCircle):
    """To who holds an office from now on: `chair`, `treasurer` or `secretary`."""

    kind: ClassVar[str] = "circle.office"
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleVote(OfCircle):
    """To who may vote, or act as an officer: what it is about stands behind the motion's token."""

    kind: ClassVar[str] = "circle.vote"
    motion: str
    """Its kind: `remove`, `chair` …"""
    ends_at: InstantText
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleVoteOver(OfCircle):
    """To who could vote: `passed`, `failed` or `lapsed`."""

    kind: ClassVar[str] = "circle.vote_over"
    motion: str
    result: str
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleSwapAsked(OfCircle):
    """To whose turn somebody would take: they would have `turn` and give up `your_turn`."""

    kind: ClassVar[str] = "circle.swap_asked"
    name: Sealed | str
    turn: int
    your_turn: int
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleSwapAnswered(OfCircle):
    """To who asked to swap: `done` (they have `turn` now), `refused` or `lapsed`."""

    kind: ClassVar[str] = "circle.swap_answered"
    answer: str
    turn: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CirclePlaceTaken(OfCircle):
    """To who gave a place away: somebody has taken it over and paid `sum`, what had been paid in."""

    kind: ClassVar[str] = "circle.place_taken"
    place: int
    sum: Money
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CirclePlaceYours(OfCircle):
    """To who has taken a place over, for `sum`."""

    kind: ClassVar[str] = "circle.place_yours"
    place: int
    sum: Money
    reference: str
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CirclePlaceClosed(OfCircle):
    """To whose place was closed, and why (`left`, `stopped`, `removed`, `gone`); `sum` comes back on `on`."""

    kind: ClassVar[str] = "circle.place_closed"
    place: int
    why: str
    sum: Money
    on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleSuspended(OfCircle):
    """To who is suspended by two officers: an operator decides by then."""

    kind: ClassVar[str] = "circle.suspended"
    until: InstantText


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleCaseDecided(OfCircle):
    """To both sides of a dispute or a suspension: what was decided, and why."""

    kind: ClassVar[str] = "circle.case_decided"
    case: str
    decision: str
    reason: Sealed | str


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleNewChain(OfCircle):
    """To each member: a key was missing or wrong, so there is a new chain; pick anew."""

    kind: ClassVar[str] = "circle.new_chain"
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleNudge(OfCircle):
    """To who has not paid what is due: the officers ask for it, once a day."""

    kind: ClassVar[str] = "circle.nudge"


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleStandFor(OfCircle):
    """To who is asked to stand for somebody's place, for at most `sum`."""

    kind: ClassVar[str] = "circle.stand_for"
    name: Sealed | str
    place: int
    sum: Money
    token: str


KINDS: Final[tuple[type[Content], ...]] = (
    CircleJoinAsked,
    CircleAnswered,
    CircleConfirm,
    CircleOutFree,
    CircleOpenAgain,
    CircleStarted,
    CircleOffice,
    CircleVote,
    CircleVoteOver,
    CircleSwapAsked,
    CircleSwapAnswered,
    CirclePlaceTaken,
    CirclePlaceYours,
    CirclePlaceClosed,
    CircleSuspended,
    CircleCaseDecided,
    CircleNewChain,
    CircleNudge,
    CircleStandFor,
)
"""What is told here, each kind once."""
