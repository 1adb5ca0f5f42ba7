"""Questions about savings circles: how one works by its rules, and how one's own stand."""

from __future__ import annotations

from typing import Final

from finance_core.circles.cards import MyCircle
from finance_core.circles.models import CircleState, MemberState
from finance_core.circles.queries import circles_of
from finance_core.circles.rules.settings import Kind
from handlers.chat.screens.cards import lines
from handlers.chat.screens.ways import ask
from handlers.chat.talk import Talk
from handlers.chat.topics import Answer, Asked, Topic
from handlers.circles.saving import mine_card
from handlers.circles.saving.mine import of_saver
from handlers.circles.screens import mine
from handlers.circles.screens.ways import to_circles
from handlers.home.screens.menu import circle_ways

ASKED_OF_CIRCLES: Final = (
    "how", "is_it_safe", "my_turn", "what_i_pay", "draw_fair", "if_someone_stops", "leave", "bid_cost", "share_out",
)  # fmt: skip


_OWN: Final = ("circle.my_turn", "circle.what_i_pay")
"""What is answered with one's own circles, of who is in any."""
_MOST_TOLD: Final = 2
"""Circles whose shares an answer tells: it has 600 characters."""


async def of_circles(talk: Talk, asked: Asked) -> Answer:
    """What the rules of circles say to a question; whose turn or contribution is asked for, of one's own circles."""
    t = talk.t
    own = await circles_of(talk.unit, talk.cipher, talk.customer.id) if talk.is_private else []
    if own and asked.topic in _OWN:
        return Answer(mine.circles(t, own, 0).text, (to_circles(t),))
    rule = t(f"home_topics.circle_{asked.topic.removeprefix('circle.')}")
    saved = [each.code for each in own if _saves(each)][:_MOST_TOLD] if asked.topic == "circle.share_out" else []
    if saved:
        told = [await mine_card.shares(talk, *await of_saver(talk, code)) for code in saved]
        return Answer(lines(rule, *[part for each in told for part in ("", each)]), (to_circles(t),))
    text = t("home_topics.circle_answer", rule=rule, ways=circle_ways(t).text)
    return Answer(text, (to_circles(t), ask(t, "collect.where_is_it")))


def _saves(circle: MyCircle) -> bool:
    return (circle.kind, circle.state, circle.member) == (Kind.ACCUMULATING, CircleState.RUNNING, MemberState.JOINED)


TOPICS: Final[tuple[Topic, ...]] = tuple(Topic(f"circle.{name}", of_circles) for name in ASKED_OF_CIRCLES)
