"""Savings circles, which are not open yet: how one works by its rules, and that nobody can be in one here.

The line of circles answers these once it is there: then this module goes.
"""

from __future__ import annotations

from typing import Final

from handlers.chat.screens.ways import act, ask
from handlers.chat.talk import Talk
from handlers.chat.topics import Answer, Asked, Topic
from handlers.home.screens.menu import circles_later

ASKED_OF_CIRCLES: Final = (
    "how", "is_it_safe", "my_turn", "what_i_pay", "draw_fair", "if_someone_stops", "leave", "bid_cost", "share_out",
)  # fmt: skip


async def of_circles(talk: Talk, asked: Asked) -> Answer:
    """What the rules of circles say to a question, and that there are none here yet; what comes nearest beneath."""
    t = talk.t
    rule = t(f"home_topics.circle_{asked.topic.removeprefix('circle.')}")
    text = t("home_topics.circle_later", rule=rule, later=circles_later(t).text)
    return Answer(text, (act(t, "invest"), ask(t, "plan.how"), ask(t, "collect.where_is_it")))


TOPICS: Final[tuple[Topic, ...]] = tuple(Topic(f"circle.{name}", of_circles) for name in ASKED_OF_CIRCLES)
