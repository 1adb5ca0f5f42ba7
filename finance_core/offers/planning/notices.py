"""What operators are told of broadcasts that did not begin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Final

from finance_core.notices import Content


@dataclass(frozen=True, slots=True, kw_only=True)
class BroadcastBack(Content):
    """To who proposed and who approved it: a broadcast was missed, or is a draft again. `why`: `late`, or a refusal."""

    kind: ClassVar[str] = "operator.broadcast_back"
    broadcast: int
    state: str
    why: str


KINDS: Final = (BroadcastBack,)
