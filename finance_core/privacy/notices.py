"""What people are told of their data and of the end of their account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from finance_core.notices import Content


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportReady(Content):
    """All that is held on the person, as a file: delivery makes it when it sends it. `number` is the export's."""

    kind: ClassVar[str] = "account.export"
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased(Content):
    """The last word: the account is closed, and what named its owner is gone."""

    kind: ClassVar[str] = "account.erased"
    on: date


KINDS: Final[tuple[type[Content], ...]] = (ExportReady, Erased)
"""What is told here, each kind once."""
