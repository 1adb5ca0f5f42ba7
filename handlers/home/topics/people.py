"""What goes to a person at once: what is said before the case's number and deadline, which are put beneath."""

from __future__ import annotations

from typing import Final

from finance_core.customers.service import phone_of
from handlers.chat.talk import Talk
from handlers.chat.topics import Answer, Asked, Topic


async def please(talk: Talk, asked: Asked) -> Answer:
    """A colleague it is: what is passed on."""
    return Answer(talk.t("home_topics.human"))


async def distress(talk: Talk, asked: Asked) -> Answer:
    """Somebody is not well: a person writes today, whom to call in danger, and no word of money."""
    number = talk.support.helpline(phone_of(talk.customer, talk.cipher))
    if number is None:
        return Answer(talk.t("home_topics.distress"))
    return Answer(talk.t("home_topics.distress_call", helpline=number))


async def complaint(talk: Talk, asked: Asked) -> Answer:
    """Sorry, in a sentence; it is written down."""
    return Answer(talk.t("home_topics.complaint"))


TOPICS: Final[tuple[Topic, ...]] = (
    Topic("human.please", please),
    Topic("human.distress", distress),
    Topic("complaint.make", complaint),
)
