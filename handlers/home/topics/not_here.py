"""What is not done here, or not yet: said plainly, with what comes nearest."""

from __future__ import annotations

from typing import Final

from handlers.chat.screens.ways import act, ask
from handlers.chat.talk import Talk
from handlers.chat.topics import Answer, Asked, Topic


async def pay_in_shops(talk: Talk, asked: Asked) -> Answer:
    """No payments in shops; whoever has a @username can be sent money."""
    return Answer(talk.t("home_topics.shops_pay"), (act(talk.t, "send"),))


async def collect(talk: Talk, asked: Asked) -> Answer:
    """No codes for a counter; a request collects from a person, a loan for traders is working capital."""
    return Answer(talk.t("home_topics.shops_collect"), (act(talk.t, "request"), ask(talk.t, "loan.what_is_it")))


async def card(talk: Talk, asked: Asked) -> Answer:
    """No cards, and another bank's is that bank's."""
    return Answer(talk.t("home_topics.card"), (act(talk.t, "balance"), act(talk.t, "send")))


async def cash(talk: Talk, asked: Asked) -> Answer:
    """No cash machines, cash or cheques."""
    return Answer(talk.t("home_topics.cash"), (act(talk.t, "withdraw"),))


async def exchange(talk: Talk, asked: Asked) -> Answer:
    """One currency."""
    return Answer(talk.t("home_topics.exchange"), (act(talk.t, "balance"),))


async def other(talk: Talk, asked: Asked) -> Answer:
    """Nothing else."""
    return Answer(talk.t("home_topics.other"), (act(talk.t, "help"),))


TOPICS: Final[tuple[Topic, ...]] = (
    Topic("shops.pay", pay_in_shops),
    Topic("shops.collect", collect),
    Topic("not_ours.card", card),
    Topic("not_ours.cash", cash),
    Topic("not_ours.exchange", exchange),
    Topic("not_ours.other", other),
)
