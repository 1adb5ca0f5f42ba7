"""What operators are told of the inbox."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from finance_core.notices import Content


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateDead(Content):
    """An update was given up; `reference` is what its person was told. The first of a day is told, not each."""

    kind: ClassVar[str] = "operator.update_dead"
    reference: str


KINDS: Final[tuple[type[Content], ...]] = (UpdateDead,)
"""What is told here, each kind once."""
