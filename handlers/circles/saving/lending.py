"""Asking the meeting for a loan: amount and months, the card with its price, signed with the PIN, then voted on.

It is signed when it is asked for, as a meeting is over by the evening: the schedule is the one that was shown, and the
money comes with the vote that decides, or never.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core import intents
from finance_core.circles.finding import by_code
from finance_core.circles.models import Circle
from finance_core.circles.rules.saving import LONGEST_LOAN, most_lent
from finance_core.customers.service import display_name
from finance_core.intents import Intent
from finance_core.journeys.saving_circles import lending
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, FinanceError, InvalidInput, RuleViolation
from finance_core.kernel.money import ASSETS, Money
from finance_core.loans.origination import circle_loans, signing
from finance_core.loans.origination.quoting import Quote
from handlers.chat.actions import Action, shows
from handlers.chat.confirm import offered, propose
from handlers.chat.filters import Means, Tap
from handlers.chat.misses import CountsMisses
from handlers.chat.questions import Slots, ask
from handlers.chat.screens.base import File, Screen
from handlers.chat.slot_values import count_slot, money_slot
from handlers.chat.talk import Talk
from handlers.circles.saving.giving import at_the_meeting
from handlers.circles.saving.meeting_intents import AskForLoan, IsAsked
from handlers.circles.saving.mine import of_saver
from handlers.circles.screens import saving_lending as screens
from handlers.documents.paper import printed
from handlers.loans.documents.contract import Names, draft

router = Router(name="saving_loans")
router.callback_query.middleware(CountsMisses())


@router.message(Means("circle_loan"))
@router.callback_query(Means("circle_loan"))
async def loan(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Ask how much and for how many months, then show what it would be. Raises as `lending.quote`."""
    circle, _ = await of_saver(talk, slots.get("code", ""))
    seen = await at_the_meeting(talk, circle)
    said = {name: slots[name] for name in ("code", "lent") if name in slots}
    amount = money_slot(slots, "lent", ASSETS[circle.asset])
    most = seen.money(most_lent(seen.mine.saver.paid))
    if amount is None:
        await ask(talk.state, "circle_loan", "lent", said)
        return screens.how_much(talk.t, min(most, seen.fund.cash), seen)
    if not amount:
        raise InvalidInput(ErrorCode.AMOUNT_NOT_POSITIVE)
    if amount > min(most, seen.fund.cash):
        raise _too_much(most, seen.fund.cash)
    months = count_slot(slots, "loan_months")
    if months is None:
        await ask(talk.state, "circle_loan", "loan_months", said)
        return screens.how_long(talk.t, circle.code, amount, range(1, LONGEST_LOAN + 1))
    params = AskForLoan(sum=amount, code=circle.code, months=months, debit=True, on=talk.unit.open_on)
    quote = await lending.quote(talk.unit, circle.id, talk.customer.id, amount, months)
    return await _drawn(talk, circle, quote, await propose(talk, LOAN, params), params)


def _too_much(most: Money, cash: Money) -> FinanceError:
    """Return the refusal that says what binds: what one has saved, or what lies in the fund."""
    if cash < most:
        return InvalidInput(ErrorCode.CIRCLE_FUND_HAS_LESS, most=cash)
    return RuleViolation(ErrorCode.CIRCLE_LOAN_SAVED, most=most)


async def _drawn(talk: Talk, circle: Circle, quote: Quote, intent: Intent, params: AskForLoan) -> Screen:
    seen = await at_the_meeting(talk, circle)
    cap = await circle_loans.rate_cap(talk.unit)
    card = screens.Card(quote=quote, seen=seen, cap=cap, debit=params.debit, token=intent.token, version=intent.version)
    return screens.card(talk.t, card)


async def _quote(talk: Talk, params: AskForLoan) -> tuple[Circle, Quote]:
    circle = await by_code(talk.unit, params.code)
    return circle, await lending.quote(talk.unit, circle.id, talk.customer.id, params.sum, params.months)


@router.callback_query(Tap("loandebit"))
async def turn_debit(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Turn the consent to be debited on due days over; the card is drawn anew and its old buttons end."""
    intent, params = await offered(talk, arguments, LOAN)
    params = replace(params, debit=not params.debit, on=talk.unit.open_on)
    circle, quote = await _quote(talk, params)
    await intents.replace(talk.unit, talk.cipher, intent, params)
    return await _drawn(talk, circle, quote, intent, params)


@router.callback_query(Tap("loandraft"))
async def read_first(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Send the contract to be read before it is signed."""
    _, params = await offered(talk, arguments, LOAN)
    circle, quote = await _quote(talk, params)
    agreed = await signing.drafted(
        talk.unit, talk.customer.id, quote, automatic_debit=params.debit, from_change_plus=False
    )
    names = Names(display_name(talk.customer, talk.cipher), talk.institution, {})
    paper = draft(talk.t, replace(agreed, circle=circle.id), talk.unit.zone, names)
    pdf = await asyncio.to_thread(printed, paper)
    return Screen(talk.t("contract.draft_here"), document=File("contract-not-signed.pdf", pdf))


async def _ask(talk: Talk, params: AskForLoan, key: str) -> IsAsked:
    """Ask the meeting. Raises Conflict: `intent_expired`: on another day its due days are others."""
    if params.on != talk.unit.open_on:
        raise Conflict(ErrorCode.INTENT_EXPIRED)
    circle = await by_code(talk.unit, params.code)
    asked = await lending.ask_for_loan(
        talk.unit, circle.id, talk.customer.id, params.sum, params.months, key, automatic_debit=params.debit
    )
    return IsAsked(request=asked.id)


LOAN: Final = Action("saving.ask_loan", AskForLoan, IsAsked, needs_pin=True, run=_ask, done=shows(screens.asked))
ACTIONS: Final = (LOAN,)
