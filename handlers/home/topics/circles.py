"""Savings circles: how one works by its rules; of who is in one, how they stand in it."""

from __future__ import annotations

from typing import Final

from finance_core.circles.queries import circles_of
from handlers.chat.screens.ways import act, ask
from handlers.chat.talk import Talk
from handlers.chat.topics import Answer, Asked, Topic
from handlers.circles.screens.mine import circles
from handlers.home.screens.menu import circles_none

ASKED_OF_CIRCLES: Final = (
    "how", "is_it_safe", "my_turn", "what_i_pay", "draw_fair", "if_someone_stops", "leave", "bid_cost", "share_out",
)  # fmt: skip


_OF_ONES_OWN: Final = ("circle.my_turn", "circle.what_i_pay")


async def of_circles(talk: Talk, asked: Asked) -> Answer:
    """What the rules of circles say to a question; who is in one is told how they stand, where that is asked."""
    t = talk.t
    own = await circles_of(talk.unit, talk.cipher, talk.customer.id) if talk.is_private else []  # a group reads along
    if own and asked.topic in _OF_ONES_OWN:
        return Answer(circles(t, own, 0).text, (act(t, "circles", t("circle_opening.mine")),))
    rule = t(f"home_topics.circle_{asked.topic.removeprefix('circle.')}")
    if own:
        return Answer(rule, (act(t, "circles", t("circle_opening.mine")),))
    text = t("home_topics.circle_none", rule=rule, none=circles_none(t).text)
    return Answer(text, (act(t, "circle"), act(t, "invest"), ask(t, "plan.how")))


TOPICS: Final[tuple[Topic, ...]] = tuple(Topic(f"circle.{name}", of_circles) for name in ASKED_OF_CIRCLES)
