"""What operators are told of the queue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from finance_core.notices import Content, Sealed


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryWaits(Content):
    """To who may deal with it: something came into the queue."""

    kind: ClassVar[str] = "operator.entry_waits"
    entry: int
    what: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryGiven(Content):
    """To a colleague: an entry is theirs from now on; `source` and `number` name it (`proposal`, 5)."""

    kind: ClassVar[str] = "operator.entry_given"
    source: str
    number: int
    name: Sealed | str


@dataclass(frozen=True, slots=True, kw_only=True)
class StandsIn(Content):
    """To a colleague: they look after somebody's entries until then."""

    kind: ClassVar[str] = "operator.stands_in"
    name: Sealed | str
    until_on: date


KINDS: Final[tuple[type[Content], ...]] = (EntryWaits, EntryGiven, StandsIn)
"""What is told here, each kind once."""
