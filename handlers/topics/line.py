"""Questions: what answers a topic is each line's own; how an answer is shown, judged and handed over is here."""

from __future__ import annotations

from typing import Final

from handlers.chat.line import ChatIntent, ChatLine

TOPICS: Final = ChatLine(
    name="topics",
    routers="handlers.topics.routers",
    intents=(
        ChatIntent("ask", tapped=True, look=True),
        ChatIntent("which_topic", look=True),
        ChatIntent("talk_to_person", tapped=True, look=True),
    ),
)
