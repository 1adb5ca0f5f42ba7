"""The questionnaire that finds out which risk a person can bear: a question at a time, by buttons."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core.funds.product import NavFundTerms
from finance_core.funds.service import fitting
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotAllowed
from finance_core.suitability.queries import latest
from finance_core.suitability.rules import questionnaire
from finance_core.suitability.service import assess
from handlers.chat.age import take_age
from handlers.chat.filters import Means
from handlers.chat.questions import Slots, ask
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.funds.screens import suitability as screens

router = Router(name="suitability")

MISSING: Final = (ErrorCode.SUITABILITY_MISSING, ErrorCode.SUITABILITY_EXPIRED)
ANSWER: Final = "q_"
"""How the slot of an answer begins: `q_aim`."""


@router.message(Means("risk"))
@router.callback_query(Means("risk"))
async def standing(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """Show the person's class, or begin to ask."""
    held = await latest(talk.unit, talk.customer.id)
    if held is None or held.valid_until < talk.unit.open_on:
        return await _go_on(talk, {})
    return screens.standing(talk.t, held, await fitting(talk.unit, talk.customer.id))


@router.message(Means("suitability"))
@router.callback_query(Means("suitability"))
async def go_on(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Take an answer and ask the next question; after the last one say what they come to."""
    talk.require_joined()
    return await _go_on(talk, dict(slots))


async def _go_on(talk: Talk, slots: dict[str, str]) -> Screen:
    if talk.customer.adult_confirmed_at is None:
        agreed = await take_age(talk, slots.pop("adult", ""))
        if agreed is None:
            await ask(talk.state, "suitability", "adult", slots)
            return screens.ask_adult(talk.t)
        if not agreed:
            return screens.too_young(talk.t)
    asked = questionnaire().questions
    for number, question in enumerate(asked, 1):
        if slots.get(ANSWER + question.key) not in question.options:
            slots.pop(ANSWER + question.key, None)
            await ask(talk.state, "suitability", ANSWER + question.key, slots)
            return screens.question(talk.t, question, number, len(asked))
    return await _result(talk, slots)


async def _result(talk: Talk, slots: dict[str, str]) -> Screen:
    answers = {name.removeprefix(ANSWER): said for name, said in slots.items() if name.startswith(ANSWER)}
    made = await assess(talk.unit, talk.customer.id, answers)
    return screens.result(talk.t, made, await fitting(talk.unit, talk.customer.id), _way_back(slots))


def _way_back(slots: Slots) -> str | None:
    """Return what led here, a purchase or a plan that makes one, with all that was said of it."""
    if "fund" not in slots:
        return None
    begun = f"do:plan:target=f{slots['fund']}" if "every" in slots else f"do:fund_buy:fund={slots['fund']}"
    return begun + "".join(f":{name}={slots[name]}" for name in ("amount", "every", "day") if name in slots)


async def unless_unsuitable(
    talk: Talk, fund: NavFundTerms, card: Callable[[], Awaitable[Screen]], said: Mapping[str, str] | None = None
) -> Screen:
    """Show the card; or why this person may not buy the fund, with the way to the questions or to what would fit.

    Args:
        said: `amount` of the purchase, `every` and `day` if it is a plan's: the questions lead back to it.
    """
    try:
        return await card()
    except NotAllowed as refused:
        if refused.code in MISSING:
            return screens.needed(talk.t, refused, fund, said or {})
        if refused.code == ErrorCode.SUITABILITY_ABOVE:
            return screens.above(talk.t, refused, fund, await fitting(talk.unit, talk.customer.id))
        raise
