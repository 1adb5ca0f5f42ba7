"""What people are told of their cases, and operators of those that wait."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

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


KINDS: Final[tuple[type[Content], ...]] = (CaseWaits, CaseAnswered)
"""What is told here, each kind once."""
