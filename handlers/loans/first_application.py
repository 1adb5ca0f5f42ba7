"""What a first application asks, one question at a time, and what is kept of the answers."""

from __future__ import annotations

from enum import Enum
from typing import Final

from finance_core.customers import consents
from finance_core.customers.consents import Topic, Wording
from finance_core.kernel.money import BASE_CURRENCY, Money
from handlers.chat.age import take_age
from handlers.chat.questions import Slots
from handlers.chat.slot_values import money_slot, yes_or_no
from handlers.chat.talk import Talk

QUESTIONS: Final = ("adult", "income", "other", "bureau")
"""What a first application asks, in order: 18 or over, income, other instalments, consent to the credit bureau."""

WORDING_VERSION: Final = "2026-12-01.2"
"""Of the question about the bureau: a new one whenever what it says changes."""


async def next_question(talk: Talk) -> str | None:
    """Return the first of the questions whose answer is not known yet."""
    known = {
        "adult": talk.customer.adult_confirmed_at,
        "income": talk.customer.monthly_income,
        "other": talk.customer.other_instalments,
        "bureau": await consents.given_since(talk.unit, talk.customer.id, Topic.BUREAU),
    }
    return next((question for question in QUESTIONS if known[question] is None), None)


class Answer(Enum):
    """What an answer comes to: it is kept, it rules a contract out, or it says neither and is asked for again."""

    KEPT = "kept"
    NO = "no"
    UNCLEAR = "unclear"


async def take_answer(talk: Talk, slots: Slots) -> Answer:
    """Keep one answer; a yes is wanted where a contract needs it."""
    unit, me = talk.unit, talk.customer.id
    if "income" in slots:
        talk.customer.monthly_income = _sum(slots, "income").amount
    elif "other" in slots:
        talk.customer.other_instalments = _sum(slots, "other").amount
    else:
        is_of_age = "adult" in slots
        agreed = await take_age(talk, slots["adult"]) if is_of_age else yes_or_no(slots.get("bureau", ""))
        if agreed is not True:
            return Answer.NO if agreed is False else Answer.UNCLEAR
        if not is_of_age:
            wording = Wording(str(talk.t("borrow.ask_bureau")), WORDING_VERSION, talk.t.language, "first loan")
            await consents.choose(unit, me, Topic.BUREAU, wording, given=True)
    await unit.session.flush()
    return Answer.KEPT


def _sum(slots: Slots, name: str) -> Money:
    return money_slot(slots, name) or Money.zero(BASE_CURRENCY)
