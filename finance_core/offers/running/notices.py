"""What operators are told about running broadcasts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from finance_core.notices.content import Content


@dataclass(frozen=True, slots=True, kw_only=True)
class BroadcastPaused(Content):
    """To maker and checker: a broadcast has paused by itself. `why` is of `Paused`."""

    kind: ClassVar[str] = "operator.broadcast_paused"
    broadcast: int
    why: str


KINDS: Final[tuple[type[Content], ...]] = (BroadcastPaused,)
"""What is told here, each kind once."""
