"""What people ask about the house itself, and about what is not done here."""

from __future__ import annotations

from typing import Final

from handlers.chat.screens.ways import act
from handlers.chat.talk import Talk
from handlers.chat.topics import Answer, Asked, Topic


async def _card(talk: Talk, asked: Asked) -> Answer:
    return Answer(talk.t("home_answers.card"), (act(talk.t, "balance"), act(talk.t, "send")))


async def _cash(talk: Talk, asked: Asked) -> Answer:
    return Answer(talk.t("home_answers.cash"), (act(talk.t, "withdraw"),))


async def _exchange(talk: Talk, asked: Asked) -> Answer:
    return Answer(talk.t("home_answers.exchange"), (act(talk.t, "balance"),))


async def _other(talk: Talk, asked: Asked) -> Answer:
    return Answer(talk.t("home_answers.other"), (act(talk.t, "help"),))


TOPICS: Final[tuple[Topic, ...]] = (
    Topic("not_ours.card", _card),
    Topic("not_ours.cash", _cash),
    Topic("not_ours.exchange", _exchange),
    Topic("not_ours.other", _other),
)
