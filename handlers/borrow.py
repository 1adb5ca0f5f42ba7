"""Borrowing: the quote, the questions of a first application, the decision, signing."""

from __future__ import annotations

from enum import Enum
from typing import Any

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core import intents
from finance_core.customers import service as customers
from finance_core.intents import Intent
from finance_core.kernel.errors import Conflict, InvalidInput, NotFound
from finance_core.kernel.money import Money
from finance_core.loans import quoting, signing
from handlers.actions import Action, register
from handlers.confirm import offered, propose
from handlers.filters import Means, Tap
from handlers.questions import Slots, ask
from handlers.screens import borrow as screens
from handlers.screens.base import Screen
from handlers.screens.cards import confirm_buttons
from handlers.slots import ASSET, count_slot, money_param, money_slot, yes_or_no
from handlers.talk import Talk

router = Router(name="borrow")

QUESTIONS = ("adult", "income", "other", "bureau")
"""What a first application asks, in order: 18 or over, income, other instalments, consent to the credit bureau."""


@router.message(Means("borrow"))
@router.callback_query(Means("borrow"))
async def borrow(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Quote a loan and decide on it; the card ends in Confirm and Cancel, or says why not and what would change it."""
    return await _borrow(talk, slots)


async def _borrow(talk: Talk, slots: Slots) -> Screen:
    principal = money_slot(slots)
    if principal is None:
        await ask(talk.state, "borrow", "amount", slots)
        return screens.ask_principal(talk.t)
    if slots.get("unit", "month") != "month":
        raise InvalidInput("loan_monthly")
    quote = await quoting.quote(talk.unit, talk.customer, principal, count_slot(slots))
    decided = await quoting.decision(talk.unit, talk.customer, quote)
    if not decided.is_approved:
        return screens.declined(talk.t, decided, quote)
    debit = slots.get("debit")
    params = {
        "sum": quote.principal.as_json(),
        "count": quote.terms.count,
        "debit": debit if debit in screens.DEBITS else screens.DEBITS[0],
        "quoted_on": talk.unit.open_on.isoformat(),
    }
    intent = await propose(talk, "loan.sign", params)
    return _card(talk, quote, intent, with_counts="count" not in slots)


def _card(talk: Talk, quote: quoting.Quote, intent: Intent, *, with_counts: bool = False) -> Screen:
    debit = intent.params["debit"]
    consent = screens.debit_button(talk.t, debit, intent.token, intent.version)
    others = screens.other_counts(talk.t, quote) if with_counts else ()
    buttons = (*confirm_buttons(talk.t, intent.token, intent.version), (consent,), *others)
    return Screen(screens.quote_card(talk.t, quote, debit), buttons)


@router.callback_query(Tap("debit"))
async def turn_debit(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Turn the consent to automatic debit over, before signing; the card is drawn anew and its old buttons end."""
    intent = await offered(talk, arguments)
    place = screens.DEBITS.index(intent.params["debit"])
    turned = screens.DEBITS[(place + 1) % len(screens.DEBITS)]
    quoted_on = talk.unit.open_on.isoformat()
    await intents.replace(talk.unit, intent, {**intent.params, "debit": turned, "quoted_on": quoted_on})
    quote = await quoting.quote(talk.unit, talk.customer, money_param(intent.params), intent.params["count"])
    return _card(talk, quote, intent)


async def _before_signing(talk: Talk, intent: Intent) -> Screen | None:
    """Ask what a first contract needs, one question at a time; None when all is known and the quote is of today."""
    missing = _next_question(talk)
    if missing is None:
        return None if _is_of_today(talk, intent) else await _quote_again(talk, intent)
    await ask(talk.state, "apply", missing, {"token": intent.token, "version": str(intent.version)})
    return screens.application_question(talk.t, missing)


def _next_question(talk: Talk) -> str | None:
    known = {
        "adult": talk.customer.adult_confirmed_at,
        "income": talk.customer.monthly_income,
        "other": talk.customer.other_instalments,
        "bureau": talk.customer.bureau_consent_at,
    }
    return next((question for question in QUESTIONS if known[question] is None), None)


@router.message(Means("apply"))
@router.callback_query(Means("apply"))
async def answer(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Take one answer of a first application, then ask the next or come back to the card, decided anew."""
    if await _take_answer(talk, slots) is Answer.NO:
        return screens.application_stopped(talk.t)
    missing = _next_question(talk)
    if missing is not None:
        await ask(talk.state, "apply", missing, {name: slots[name] for name in ("token", "version")})
        return screens.application_question(talk.t, missing)
    return await _quote_again(talk, await _quoted(talk, slots))


async def _quote_again(talk: Talk, intent: Intent) -> Screen:
    params = intent.params
    principal = str(money_param(params).decimal)
    return await _borrow(talk, {"amount": principal, "count": str(params["count"]), "debit": params["debit"]})


def _is_of_today(talk: Talk, intent: Intent) -> bool:
    """Say whether what the card shows still holds: a new business date gives other due days and other interest."""
    return bool(intent.params["quoted_on"] == talk.unit.open_on.isoformat())


class Answer(Enum):
    """What an answer comes to: it is kept, it rules a contract out, or it says neither and is asked for again."""

    KEPT = "kept"
    NO = "no"
    UNCLEAR = "unclear"


async def _take_answer(talk: Talk, slots: Slots) -> Answer:
    unit, me = talk.unit, talk.customer.id
    if "income" in slots:
        talk.customer.monthly_income = _sum(slots, "income").amount
    elif "other" in slots:
        talk.customer.other_instalments = _sum(slots, "other").amount
    else:
        agreed = yes_or_no(slots.get("adult") or slots.get("bureau") or "")
        if agreed is not True:
            return Answer.NO if agreed is False else Answer.UNCLEAR
        await (customers.confirm_adult if "adult" in slots else customers.consent_to_bureau)(unit, me)
    await unit.session.flush()
    return Answer.KEPT


def _sum(slots: Slots, name: str) -> Money:
    return money_slot(slots, name) or Money.zero(ASSET)


async def _quoted(talk: Talk, slots: Slots) -> Intent:
    return await intents.find(talk.unit, slots["token"], int(slots["version"]), talk.customer.id)


async def _sign(talk: Talk, intent: Intent) -> dict[str, Any]:
    if not _is_of_today(talk, intent):
        raise Conflict("intent_expired")
    loan, reference = await signing.sign(
        talk.unit,
        talk.customer.id,
        money_param(intent.params),
        intent.params["count"],
        intent.key,
        automatic_debit=intent.params["debit"] != "none",
        from_change_plus=intent.params["debit"] == "both",
    )
    return {"loan": loan.id, "reference": reference}


@router.callback_query(Tap("planned"))
async def planned(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show the schedule of a loan that is only quoted: principal in minor units, and the count."""
    amount, count = (*arguments, "", "")[:2]
    if not (amount.isdecimal() and count.isdecimal()):
        raise NotFound("loan")
    quote = await quoting.quote(talk.unit, talk.customer, Money(int(amount[:15]), ASSET), int(count[:4]))
    return screens.planned_schedule(talk.t, quote)


register(Action("loan.sign", needs_pin=True, run=_sign, done=screens.signed, before=_before_signing))
