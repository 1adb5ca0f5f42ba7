"""What members of an accumulating circle are told of its meetings, fines, votes and share-out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from finance_core.circles.book.notices import OfCircle
from finance_core.kernel.money import Money
from finance_core.notices import Content, Sealed


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleMeetingOpen(OfCircle):
    """To each member, at 09:00: meeting `nr` of `meetings` is open."""

    kind: ClassVar[str] = "circle.meeting_open"
    nr: int
    meetings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleMeetingOver(OfCircle):
    """To each member: a meeting is closed. `present` of `members` were there; `left` meetings are to come."""

    kind: ClassVar[str] = "circle.meeting_over"
    nr: int
    present: int
    members: int
    has_quorum: bool
    cash: Money
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleFined(OfCircle):
    """To who is fined by an officer: why (`FineWhy`), and how much."""

    kind: ClassVar[str] = "circle.fined"
    why: str
    sum: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleFineBack(OfCircle):
    """To who had been fined: an officer has taken it back."""

    kind: ClassVar[str] = "circle.fine_back"
    why: str
    sum: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleAsked(OfCircle):
    """To each other member: somebody asks the meeting for a `loan` or a `grant`, and they may vote."""

    kind: ClassVar[str] = "circle.asked"
    what: str
    name: Sealed | str
    sum: Money
    request: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleRequestOver(OfCircle):
    """To who asked, where nothing is paid: `failed`, or `void` with the `code` of what stood against it."""

    kind: ClassVar[str] = "circle.request_over"
    what: str
    sum: Money
    result: str
    code_of_why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleShareOutSeen(OfCircle):
    """To the other officers: one has looked at the share-out and said yes; it takes a second."""

    kind: ClassVar[str] = "circle.share_out_seen"
    cash: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleSetOff(OfCircle):
    """To who owes at the share-out: what their shares are worth, what is set off, what they still owe."""

    kind: ClassVar[str] = "circle.set_off"
    entitled: Money
    set_off: Money
    paid: Money
    still_owed: Money
    on: date


KINDS: Final[tuple[type[Content], ...]] = (
    CircleMeetingOpen,
    CircleMeetingOver,
    CircleFined,
    CircleFineBack,
    CircleAsked,
    CircleRequestOver,
    CircleShareOutSeen,
    CircleSetOff,
)
"""What is told here, each kind once."""
