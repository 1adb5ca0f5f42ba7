"""What people ask about Susu itself: what it is and does, people and trouble, what is not done here."""

from __future__ import annotations

from typing import Final

from handlers.chat.topics import Topic
from handlers.home.topics import about, circles, not_here, offers, people, trouble

TOPICS: Final[tuple[Topic, ...]] = (
    *about.TOPICS,
    *offers.TOPICS,
    *people.TOPICS,
    *trouble.TOPICS,
    *not_here.TOPICS,
    *circles.TOPICS,
)
