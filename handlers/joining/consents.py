"""Consents in the chat: asked once at the end of joining, then given and taken back in the settings, one tap each."""

from __future__ import annotations

from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core.customers import consents
from finance_core.customers.consents import OFFERS, Topic, Wording
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from finance_core.lines import FACTS
from finance_core.loans import queries as loans
from finance_core.loans.models import LoanState
from finance_core.loans.origination import signing
from finance_core.offers import stopping
from handlers.chat.arguments import argument, count_in, id_in
from handlers.chat.filters import Means, Tap
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.joining.screens import consents as screens
from handlers.joining.screens.consents import Agreed

router = Router(name="consents")

WORDING_VERSION: Final = "2026-12-01.2"
"""Of the texts `consents.…`: a new one whenever what they say changes."""
ON: Final = "on"
_PLACES: Final = {"j": "joining", "w": "word"}
"""Where a tap says that it stood; without a word of it, in the settings."""


async def agreed(talk: Talk) -> Agreed:
    """Return what the person agrees to now."""
    lines = await consents.last_lines(talk.unit, talk.customer.id)
    given = {topic: line.at for (topic, about), line in lines.items() if line.given and not about}
    running = await loans.of_customer(talk.unit, talk.customer.id, LoanState.ACTIVE)
    return Agreed(given, tuple(running))


def wording_of(talk: Talk, topic: Topic, place: str) -> Wording:
    """Return the words that the person reads of a topic, as they are kept with what is tapped."""
    return Wording(str(talk.t(f"consents.{topic}")), WORDING_VERSION, talk.t.language, place)


@router.callback_query(Tap("consent"))
async def choose(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Give one consent or take it back: `consent:loans:on`. Raises NotFound: `consent`."""
    topic, given, place = _tapped(arguments)
    wording = wording_of(talk, topic, _PLACES.get(place, "settings"))
    await stopping.choose(talk.unit, talk.customer.id, topic, wording, given=given, facts=FACTS)
    if place == screens.REST:
        return screens.rest(talk.t, await agreed(talk))
    if place:
        return screens.asked(talk.t, await agreed(talk), place)
    return screens.standing(talk.t, await agreed(talk))


@router.callback_query(Tap("consents"))
async def all_at_once(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Answer the question at the end of joining with all, or with none: a no is kept as well."""
    given = argument(arguments) == ON
    for topic in OFFERS:
        wording = wording_of(talk, topic, "joining")
        await stopping.choose(talk.unit, talk.customer.id, topic, wording, given=given, facts=FACTS)
    return screens.answered(talk.t, await agreed(talk))


@router.message(Means("consents"))
@router.callback_query(Means("consents"))
async def show(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """Show each consent with its withdrawal."""
    return screens.standing(talk.t, await agreed(talk))


@router.callback_query(Tap("debitof"))
async def debit(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Give or take back the consent to debit one loan's instalments: `debitof:5:on`. Raises NotFound: `loan`."""
    loan_id, given = id_in(arguments, ErrorCode.LOAN), arguments[1:2] == [ON]
    wording = wording_of(talk, Topic.DEBIT, "settings")
    await signing.choose_automatic_debit(talk.unit, loan_id, talk.customer.id, wording, consent=given)
    now = await agreed(talk)
    return screens.debits(talk.t, now) if len(now.loans) > 1 else screens.rest(talk.t, now)


@router.callback_query(Tap("consentrest"))
async def show_rest(callback: CallbackQuery, talk: Talk) -> Screen:
    """Show the switches, the bureau's consent and the loans' debit."""
    return screens.rest(talk.t, await agreed(talk))


@router.callback_query(Tap("debits"))
async def show_debits(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show the automatic debit of each loan, from the given place on."""
    return screens.debits(talk.t, await agreed(talk), count_in(arguments))


def _tapped(arguments: list[str]) -> tuple[Topic, bool, str]:
    try:
        topic = Topic(argument(arguments))
    except ValueError:
        raise NotFound(ErrorCode.CONSENT) from None
    if topic is Topic.DEBIT:
        raise NotFound(ErrorCode.CONSENT)
    return topic, arguments[1:2] == [ON], "".join(arguments[2:3])
