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
    due: Money | None = None
    """What falls due soon, by `due_on`, and was left its money."""
    due_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortForDue(Content):
    """A plan ran, and what falls due by a day would be short of money: by how much."""

    kind: ClassVar[str] = "plan.short_for_due"
    plan: int
    sum: Money
    target: str
    due: Money
    due_on: date
    lacking: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached(Content):
    """A goal is reached; `goal` is its name."""

    kind: ClassVar[str] = "plan.reached"
    sum: Money
    goal: Sealed | str


KINDS: Final[tuple[type[Content], ...]] = (
    Missed,
    Reached,
    ShortForDue,
)
"""What is told here, each kind once."""
