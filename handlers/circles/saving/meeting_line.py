"""What meetings of accumulating circles bring to the line: requests, votes, fines, grants, the share-out, minutes."""

from __future__ import annotations

from typing import Final

from finance_core.circles.saving import meeting_notices
from finance_core.kernel.error_codes import ErrorCode
from finance_core.notices import Content
from handlers.chat.line import ChatIntent, Draw, Holds
from handlers.circles.screens import saving_meeting_told

INTENTS: Final[tuple[ChatIntent, ...]] = (
    ChatIntent("circle_loan", tapped=True),
    ChatIntent("circle_grant", tapped=True),
)
ANSWERS: Final[dict[str, Holds]] = {
    "lent": Holds.SUM,
    "loan_months": Holds.COUNT,
    "granted": Holds.SUM,
    "grant_for": Holds.OWN_WORDS,
}
TAPS: Final[tuple[str, ...]] = (
    *("meeting", "imhere", "meetdesk", "closemeet", "askmoney", "minutes", "minutespdf"),
    *("meetvotes", "meetvote", "meetyes", "meetno", "meetback"),
    *("finewhom", "finewhy", "fineit", "finelist", "fineback", "shareout", "sharedrop", "saveagain"),
)
"""Buttons that name a circle by its code, or a request by its number."""
GROUP_TAPS: Final[tuple[str, ...]] = ()
MISSES: Final[tuple[ErrorCode, ...]] = (ErrorCode.CIRCLE_REQUEST,)
"""How a token of which there is nothing is refused."""
KINDS: Final[tuple[type[Content], ...]] = meeting_notices.KINDS
DRAWN: Final[dict[type[Content], Draw]] = saving_meeting_told.DRAWN
