"""Asking for one's own line of a loan that is taken together: its price, how it is paid, what is decided on it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core import intents
from finance_core.intents import Intent
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from finance_core.kernel.money import BASE_CURRENCY, Money
from finance_core.loans.origination import applications, group_lines, group_loans, quoting
from finance_core.loans.origination.decision import Outcome
from finance_core.loans.origination.group_models import GroupState
from finance_core.loans.origination.group_opening import GROUP
from finance_core.loans.origination.models import LoanApplication
from finance_core.loans.origination.quoting import Quote
from handlers.chat.actions import Action, shows
from handlers.chat.arguments import argument, count_in, id_in, id_of, minor_units
from handlers.chat.confirm import offered, propose
from handlers.chat.filters import Means, Tap
from handlers.chat.questions import Slots, ask
from handlers.chat.screens.base import Screen
from handlers.chat.slot_values import count_slot, money_slot
from handlers.chat.talk import Talk
from handlers.loans.first_application import next_question
from handlers.loans.group_card import USUAL
from handlers.loans.group_intents import AskForLine, LineIsAsked
from handlers.loans.screens import borrow as loan_screens
from handlers.loans.screens import group_asking as screens
from handlers.loans.screens.borrow import DEBITS
from handlers.locales import Html

router = Router(name="group_asking")


@router.callback_query(Tap("groupask"))
async def begin(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show what a line would be: `groupask:<group>:<minor units>:<instalments>`. Raises as `group_loans.would_be`."""
    amount = minor_units(argument(arguments, 1))
    if amount is None:
        raise NotFound(ErrorCode.GROUP_LOAN)
    group_id = id_in(arguments, ErrorCode.GROUP_LOAN)
    return await _line(talk, group_id, Money(amount, BASE_CURRENCY), count_in(arguments, 2) or None)


@router.callback_query(Tap("groupother"))
async def other(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask how much is wanted. Raises NotFound: `group_loan`."""
    group_id = id_in(arguments, ErrorCode.GROUP_LOAN)
    own = await group_lines.line_of(talk.unit, group_id, talk.customer.id)
    count = own.application.count if own.application is not None else own.group.count
    known = {USUAL: str(count)} if count is not None else {}
    await ask(talk.state, "group_line", "amount", {"group": str(group_id), **known})
    return screens.ask_sum(talk.t, await quoting.product_named(talk.unit, GROUP))


@router.message(Means("group_line"))
@router.callback_query(Means("group_line"))
async def sum_said(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Show the line for the sum that was said. Raises as `begin`."""
    group_id, amount = id_of(slots.get("group", ""), ErrorCode.GROUP_LOAN), money_slot(slots)
    if amount is None:
        return screens.ask_sum(talk.t, await quoting.product_named(talk.unit, GROUP))
    return await _line(talk, group_id, amount, count_slot(slots) or count_slot(slots, USUAL))


async def _line(talk: Talk, group_id: int, principal: Money, count: int | None) -> Screen:
    """Return the card of a line that would be lent or looked at; else why not, and what would change it."""
    quote, decided = await group_loans.would_be(talk.unit, group_id, talk.customer, principal, count)
    if decided.outcome is Outcome.DECLINED:
        return screens.not_lent(talk.t, group_id, decided, quote)
    params = AskForLine(
        group=group_id,
        sum=principal,
        count=quote.tenor.count,
        debit=DEBITS[0],
        all_in=quote.all_in_rate,
        on=talk.unit.open_on,
    )
    intent = await propose(talk, ASK, params)
    return _drawn(talk, quote, params, intent, is_referral=decided.outcome is Outcome.REFERRED)


def _drawn(talk: Talk, quote: Quote, params: AskForLine, intent: Intent, *, is_referral: bool) -> Screen:
    card = loan_screens.Card(
        quote=quote,
        debit=params.debit,
        part=loan_screens.PARTS[0],
        paid_out=quote.principal,
        refinances=False,
        is_referral=is_referral,
        needs_guarantors=False,
        token=intent.token,
        version=intent.version,
        lender=talk.institution,
    )
    return screens.line(talk.t, card, params)


@router.callback_query(Tap("groupdebit"))
async def turn_debit(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Turn over how due instalments of the line are paid; the card is drawn anew."""
    intent, params = await offered(talk, arguments, ASK)
    following = DEBITS[(DEBITS.index(params.debit) + 1) % len(DEBITS)]
    params = replace(params, debit=following)
    quote, decided = await group_loans.would_be(talk.unit, params.group, talk.customer, params.sum, params.count)
    await intents.replace(talk.unit, talk.cipher, intent, params)
    return _drawn(talk, quote, params, intent, is_referral=decided.outcome is Outcome.REFERRED)


@router.callback_query(Tap("groupperson"))
async def ask_a_person(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask for a line that the rules decline, for a person to look at: as `groupask`. Raises as `ask_a_person`."""
    amount = minor_units(argument(arguments, 1))
    if amount is None:
        raise NotFound(ErrorCode.GROUP_LOAN)
    group_id, principal = id_in(arguments, ErrorCode.GROUP_LOAN), Money(amount, BASE_CURRENCY)
    asked = await _asked(talk, group_id, principal, count_in(arguments, 2) or None, DEBITS[0])
    if asked.state == Outcome.DECLINED:
        asked = await applications.ask_a_person(talk.unit, asked.id, talk.customer.id)
    return screens.waits(talk.t, group_id)


# -- what Confirm does ------------------------------------------------------------------------------------------------


async def _before_asking(talk: Talk, params: AskForLine, intent: Intent) -> Screen | None:
    """Ask what a first contract needs, one question at a time; then the line is of today, at the price it says."""
    missing = await next_question(talk)
    if missing is None:
        return None if await _still_holds(talk, params) else await again(talk, params)
    if missing == "adult" and talk.customer.adult_denied_at is not None:
        return loan_screens.application_stopped(talk.t, is_adult=False)
    await ask(talk.state, "apply", missing, {"token": intent.token, "version": str(intent.version)})
    return loan_screens.application_question(talk.t, missing)


async def again(talk: Talk, params: AskForLine) -> Screen:
    """Return the card of a line as it is today."""
    return await _line(talk, params.group, params.sum, params.count)


async def _still_holds(talk: Talk, params: AskForLine) -> bool:
    quote, decided = await group_loans.would_be(talk.unit, params.group, talk.customer, params.sum, params.count)
    holds = quote.all_in_rate == params.all_in and params.on == talk.unit.open_on
    return holds and decided.outcome is not Outcome.DECLINED


async def _why_again(talk: Talk, before: AskForLine, now: AskForLine, intent: Intent) -> Html:
    if before.all_in == now.all_in:
        return talk.t("borrow.back_day")
    return talk.t("borrow.back_price", before=talk.t.percent(before.all_in), now=talk.t.percent(now.all_in))


async def _ask(talk: Talk, params: AskForLine, key: str) -> LineIsAsked:
    asked = await _asked(talk, params.group, params.sum, params.count, params.debit)
    seen = await group_lines.progress(talk.unit, params.group)
    own = await group_lines.line_of(talk.unit, params.group, talk.customer.id)
    decided = own.application or asked  # all lines together may have made another decision of it
    return LineIsAsked(
        state=decided.state,
        reasons=tuple(decided.reasons),
        application=decided.id,
        is_signed_now=seen.state is GroupState.SIGNING,
    )


async def _asked(talk: Talk, group_id: int, principal: Money, count: int | None, debit: str) -> LoanApplication:
    return await group_loans.ask(
        talk.unit,
        group_id,
        talk.customer.id,
        principal,
        count,
        automatic_debit=debit != "none",
        from_change_plus=debit == "both",
    )


ASK: Final = Action(
    "group_loan.ask",
    AskForLine,
    LineIsAsked,
    needs_pin=False,
    run=_ask,
    done=shows(screens.asked),
    before=_before_asking,
    why=_why_again,
)
ACTIONS: Final = (ASK,)
