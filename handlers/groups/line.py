"""Groups: in which language they are spoken to, and what is said there."""

from __future__ import annotations

from typing import Final

from finance_core.groups import notices
from finance_core.kernel.error_codes import ErrorCode
from handlers.chat.line import ChatLine, notices_of
from handlers.groups.screens import languages, said

GROUPS: Final = ChatLine(
    name="groups",
    routers="handlers.groups.routers",
    notices=notices_of(notices.KINDS, drawn={notices.Said: said.said}),
    group_taps=(languages.SPEAK,),
    admin_taps=(languages.SPEAK,),
    misses=(ErrorCode.LINK_NOT_YOURS,),
)
