"""What meetings of accumulating circles bring to the line: requests, votes, fines, grants, the share-out, minutes."""

from __future__ import annotations

from typing import Final

from finance_core.kernel.error_codes import ErrorCode
from finance_core.notices import Content
from handlers.chat.line import ChatIntent, Draw, Holds

INTENTS: Final[tuple[ChatIntent, ...]] = ()
ANSWERS: Final[dict[str, Holds]] = {}
TAPS: Final[tuple[str, ...]] = ()
"""Buttons that name a circle by its code."""
GROUP_TAPS: Final[tuple[str, ...]] = ()
MISSES: Final[tuple[ErrorCode, ...]] = ()
"""How a token of which there is nothing is refused."""
KINDS: Final[tuple[type[Content], ...]] = ()
DRAWN: Final[dict[type[Content], Draw]] = {}
