"""What people are told of their plans."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from finance_core.kernel.money import Money
from finance_core.notices import Content, Sealed


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed(Content):
    """A run did not take place: what was `missing`, and when it is tried again."""

    kind: ClassVar[str] = "plan.missed"
    plan: int
    sum: Money
    missing: str
    target: str
    again_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached(Content):
    """A goal is reached; `goal` is its name."""

    kind: ClassVar[str] = "plan.reached"
    sum: Money
    goal: Sealed | str


KINDS: Final[tuple[type[Content], ...]] = (
    Missed,
    Reached,
)
"""What is told here, each kind once."""
