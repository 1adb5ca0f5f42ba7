"""Questions: what answers a topic is each line's own; how an answer is shown, judged and handed over is here."""

from __future__ import annotations

from typing import Final

from finance_core.cases import notices
from handlers.chat.line import ChatIntent, ChatLine, Holds, notices_of
from handlers.topics.screens import handing_over

TOPICS: Final = ChatLine(
    name="topics",
    routers="handlers.topics.routers",
    intents=(
        ChatIntent("ask", tapped=True, look=True),
        ChatIntent("which_topic", look=True),
        ChatIntent("talk_to_person", tapped=True, look=True),
        ChatIntent("tell_person", tapped=True),
        ChatIntent("my_case", tapped=True, look=True),
        ChatIntent("reopen_case", tapped=True),
    ),
    answers={"case_about": Holds.OWN_WORDS},
    notices=notices_of(
        notices.KINDS,
        drawn={
            notices.CaseAnswered: handing_over.answered,
            notices.CaseAsked: handing_over.asked_back,
            notices.CaseTurned: handing_over.turned,
            notices.CaseWaits: handing_over.waits,
            notices.CaseDue: handing_over.due,
            notices.CaseAdded: handing_over.more_was_written,
            notices.OfCase: handing_over.of_case,
        },
    ),
)
