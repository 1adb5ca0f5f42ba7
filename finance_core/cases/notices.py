"""What people are told of their cases, and operators of those that wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from finance_core.kernel.money import Money
from finance_core.notices import Content, Sealed


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseWaits(Content):
    """To operators: somebody asked for a person."""

    kind: ClassVar[str] = "operator.case_waits"
    case: int
    topic: str
    case_kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAnswered(Content):
    """To the person: what a colleague answers; `question` is what they had written, None where a button asked it."""

    kind: ClassVar[str] = "case.answered"
    case: int
    topic: str
    question: Sealed | str | None
    answer: Sealed | str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAsked(Content):
    """To the person: a colleague asks something about their case. What they write next goes to it."""

    kind: ClassVar[str] = "case.asked"
    case: int
    topic: str
    question: Sealed | str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTurned(Content):
    """To the person: their question is a complaint, or a dispute, from now on; the deadline is on their wall."""

    kind: ClassVar[str] = "case.turned"
    case: int
    topic: str
    case_kind: str
    due_on: date
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfCase(Content):
    """Something about a case, to who answers it: its number and topic."""

    case: int
    topic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAdded(OfCase):
    """The person wrote more; `is_answer`: it was asked for."""

    kind: ClassVar[str] = "operator.case_added"
    is_answer: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReopened(OfCase):
    """The person is not content with the answer."""

    kind: ClassVar[str] = "operator.case_reopened"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDue(OfCase):
    """Its deadline comes, or has passed."""

    kind: ClassVar[str] = "operator.case_due"
    case_kind: str
    due_on: date
    at: str
    """The time on the institution's wall, "10:00"."""
    is_overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePassedOn(OfCase):
    """A colleague gave it: it is the reader's from now on."""

    kind: ClassVar[str] = "operator.case_passed_on"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTakenOver(OfCase):
    """A colleague took it: it is the reader's no more."""

    kind: ClassVar[str] = "operator.case_taken_over"


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodwillPaid(Content):
    """To the person: something was paid for what went wrong."""

    kind: ClassVar[str] = "receipt.goodwill"
    case: int
    sum: Money
    reference: str


KINDS: Final[tuple[type[Content], ...]] = (
    CaseWaits,
    CaseAnswered,
    CaseAsked,
    CaseTurned,
    CaseAdded,
    CaseReopened,
    CaseDue,
    CasePassedOn,
    CaseTakenOver,
    GoodwillPaid,
)
"""What is told here, each kind once."""
