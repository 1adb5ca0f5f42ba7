"""What accumulating circles bring to the line of circles; what meetings bring of it stands in `meeting_line`."""

from __future__ import annotations

from typing import Final

from finance_core.circles.saving import notices
from finance_core.kernel.error_codes import ErrorCode
from finance_core.notices import Content
from handlers.chat.line import ChatIntent, Draw, Holds
from handlers.circles.saving import meeting_line
from handlers.circles.screens import saving_told

INTENTS: Final[tuple[ChatIntent, ...]] = (ChatIntent("join_saving"), *meeting_line.INTENTS)
"""What is asked on the way in."""
ANSWERS: Final[dict[str, Holds]] = {"saving_nickname": Holds.OWN_WORDS, **meeting_line.ANSWERS}
TAPS: Final[tuple[str, ...]] = (
    *("savestand", "savebegin", "savego", "buyshares", "buynumber", "leavesaving"),
    *meeting_line.TAPS,
)
"""Buttons that name a circle by its code or its token."""
GROUP_TAPS: Final[tuple[str, ...]] = (*meeting_line.GROUP_TAPS,)
MISSES: Final[tuple[ErrorCode, ...]] = (*meeting_line.MISSES,)
KINDS: Final[tuple[type[Content], ...]] = (*notices.KINDS, *meeting_line.KINDS)
"""What is pushed."""
DRAWN: Final[dict[type[Content], Draw]] = {**saving_told.DRAWN, **meeting_line.DRAWN}
"""What draws each kind; others are their text and the way to the circle."""
