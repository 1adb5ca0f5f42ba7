"""What members of an accumulating circle are told: it begins, a meeting comes, what was paid in, what fell short."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from finance_core.circles.book.notices import OfCircle
from finance_core.kernel.money import Money
from finance_core.notices import Content


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleSaved(OfCircle):
    """To who has paid in at a meeting, or was debited: `sum` in all, so many shares and what else is in it."""

    kind: ClassVar[str] = "receipt.circle_saved"
    sum: Money
    shares: int
    social: Money
    fines: Money
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleCycleBegins(OfCircle):
    """To each member: the cycle begins. `standing` shares of theirs are debited at each meeting, `sum` in all."""

    kind: ClassVar[str] = "circle.cycle_begins"
    meetings: int
    first_on: date
    last_on: date
    standing: int
    sum: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleFirstMeeting(OfCircle):
    """To each member but the chair, who has moved the first meeting to another day before the cycle begins."""

    kind: ClassVar[str] = "circle.first_meeting"
    first_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleMeetingSoon(OfCircle):
    """To each member, the morning before a meeting (`days` 1), or of it where they come daily (0).

    `sum`: what their `standing` shares and the social fund take at 09:00; nothing where they have none.
    """

    kind: ClassVar[str] = "circle.meeting_soon"
    nr: int
    on: date
    days: int
    standing: int
    sum: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class CircleShort(OfCircle):
    """To whose wallet did not reach for the standing number of shares: `bought` of `standing` were."""

    kind: ClassVar[str] = "circle.short"
    standing: int
    bought: int


KINDS: Final[tuple[type[Content], ...]] = (
    CircleSaved,
    CircleCycleBegins,
    CircleFirstMeeting,
    CircleMeetingSoon,
    CircleShort,
)
