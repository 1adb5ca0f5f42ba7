"""Questions about savings circles: how one works by its rules, and how one's own stand."""

from __future__ import annotations

from typing import Final

from finance_core.circles.queries import circles_of
from handlers.chat.screens.ways import ask
from handlers.chat.talk import Talk
from handlers.chat.topics import Answer, Asked, Topic
from handlers.circles.screens import mine
from handlers.circles.screens.ways import to_circles
from handlers.home.screens.menu import circle_ways

ASKED_OF_CIRCLES: Final = (
    "how", "is_it_safe", "my_turn", "what_i_pay", "draw_fair", "if_someone_stops", "leave", "bid_cost", "share_out",
)  # fmt: skip


_OWN: Final = ("circle.my_turn", "circle.what_i_pay")
"""What is answered with one's own circles, of who is in any."""


async def of_circles(talk: Talk, asked: Asked) -> Answer:
    """What the rules of circles say to a question; whose turn or contribution is asked for, of one's own circles."""
    t = talk.t
    own = await circles_of(talk.unit, talk.cipher, talk.customer.id) if talk.is_private else []
    if own and asked.topic in _OWN:
        return Answer(mine.circles(t, own, 0).text, (to_circles(t),))
    rule = t(f"home_topics.circle_{asked.topic.removeprefix('circle.')}")
    text = t("home_topics.circle_answer", rule=rule, ways=circle_ways(t).text)
    return Answer(text, (to_circles(t), ask(t, "collect.where_is_it")))


TOPICS: Final[tuple[Topic, ...]] = tuple(Topic(f"circle.{name}", of_circles) for name in ASKED_OF_CIRCLES)
