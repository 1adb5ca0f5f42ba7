"""What people are told of journeys through several products."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from finance_core.kernel.money import Money
from finance_core.notices import Content


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept(Content):
    """The auto-sweep has put money into Change Plus. Written by SQL."""

    kind: ClassVar[str] = "receipt.change_plus_swept"
    sum: Money
    earns_on: date
    seen_on: date
    reference: str


KINDS: Final[tuple[type[Content], ...]] = (Swept,)
"""What is told here, each kind once."""
