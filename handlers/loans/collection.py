"""When a loan cannot be paid as agreed: a day is promised, or hardship is told; and what has been said, in order."""

from __future__ import annotations

from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.money import BASE_CURRENCY, Money
from finance_core.kernel.payloads import Nothing
from finance_core.loans import queries
from finance_core.loans.contact import hardship as cases
from finance_core.loans.contact import promises
from finance_core.loans.contact.events import events_of
from finance_core.loans.contact.rules import HardshipReason
from finance_core.loans.models import Loan, LoanState
from handlers.chat.actions import Action, shows
from handlers.chat.arguments import count_in, id_in
from handlers.chat.confirm import offer
from handlers.chat.filters import Means, Tap
from handlers.chat.questions import Slots, ask
from handlers.chat.screens.base import Screen
from handlers.chat.slot_values import money_slot
from handlers.chat.talk import Talk
from handlers.loans.intents import PromiseSum
from handlers.loans.owing import without_a_running_loan
from handlers.loans.screens import collection as screens
from handlers.phrases.readers.days import day_of
from handlers.phrases.readers.reasons import reason_in

router = Router(name="collection")

# -- I'll pay on Friday -----------------------------------------------------------------------------------------------


@router.message(Means("promise"))
@router.callback_query(Means("promise"))
async def promise(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen | list[Screen]:
    """Offer to take a promise: what, by which day, what waiting costs; asks for the day when none was named."""
    loan = await _in_question(talk, slots)
    if loan is None:
        return await without_a_running_loan(talk)
    standing = await promises.running_of(talk.unit, loan.id)
    if standing is not None:
        return screens.promise_stands(talk.t, standing, Money(standing.amount, BASE_CURRENCY))
    due_on = day_of(slots["when"], _today(talk)) if "when" in slots else None
    if due_on is None:
        await ask(talk.state, "promise", "when", {**_without(slots, "when"), "loan": str(loan.id)})
        return screens.ask_day(talk.t, talk.unit.open_on, again="when" in slots)
    return await _offer_promise(talk, loan, due_on, money_slot(slots))


async def _offer_promise(talk: Talk, loan: Loan, due_on: date, amount: Money | None) -> Screen:
    if due_on <= talk.unit.open_on:
        return screens.pay_today(talk.t, loan)
    offered = await promises.offer(talk.unit, loan, due_on, amount)
    params = PromiseSum(loan=loan.id, sum=offered.amount, due_on=due_on)
    return await offer(talk, PROMISE, params, screens.promise_card(talk.t, offered))


async def _promise(talk: Talk, params: PromiseSum, key: str) -> Nothing:
    loan = await queries.by_id(talk.unit, params.loan, talk.customer.id)
    await promises.promise(talk.unit, loan.id, params.sum, params.due_on, key)
    return Nothing()


# -- I can't pay ------------------------------------------------------------------------------------------------------


@router.message(Means("hardship"))
@router.callback_query(Means("hardship"))
async def hardship(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen | list[Screen]:
    """Say what happens, ask what has changed and what could be paid a month, then give the case to an officer."""
    loan = await _in_question(talk, slots)
    if loan is None:
        return await without_a_running_loan(talk)
    if await cases.case_of(talk.unit, loan.id) is not None:
        return screens.hardship_stands(talk.t)
    known = {**_reason(event, slots), "loan": str(loan.id)}
    if "reason" not in known:
        await ask(talk.state, "hardship", "reason", known)
        return screens.ask_reason(talk.t)
    can_pay = money_slot(slots, "can_pay")
    if can_pay is None:
        await ask(talk.state, "hardship", "can_pay", known)
        return screens.ask_can_pay(talk.t, is_first="reason" not in slots)
    return await _open_case(talk, loan, known, can_pay)


async def _open_case(talk: Talk, loan: Loan, known: Slots, can_pay: Money) -> Screen:
    opened = await cases.open_case(
        talk.unit,
        talk.cipher,
        loan.id,
        reason=HardshipReason(known["reason"]),
        note=known.get("note", "")[: cases.LONGEST_NOTE],
        can_pay=can_pay,
        key=f"hardship:{loan.id}:{talk.unit.now.isoformat()}",
    )
    return screens.hardship_opened(talk.t, opened)


def _reason(event: Message | CallbackQuery, slots: Slots) -> dict[str, str]:
    """Return the reason, and in whose words: as it was tapped, as it was written, or as the first phrase had it."""
    said = slots.get("reason")
    if said in tuple(HardshipReason):
        return {"reason": said, **{name: slots[name] for name in ("note",) if name in slots}}
    if said is not None:
        return {"reason": (reason_in(said) or HardshipReason.OTHER).value, "note": said}
    opening = event.text if isinstance(event, Message) else None
    guessed = reason_in(opening or "")
    return {"reason": guessed.value, "note": opening or ""} if guessed is not None else {}


# -- the timeline -----------------------------------------------------------------------------------------------------


@router.callback_query(Tap("timeline"))
async def loan_events(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show what happened to one's own loan and what was said about it, newest first, by pages."""
    loan = await _mine(talk, arguments)
    happened = await events_of(talk.unit, loan.id)
    back = f"more:{loan.id}" if loan.state == LoanState.ACTIVE else f"pastloan:{loan.id}"
    return screens.events(talk.t, loan.id, happened, count_in(arguments, 1), talk.customer.zone, back=back)


async def _in_question(talk: Talk, slots: Slots) -> Loan | None:
    """Return the running loan that a button named, else the one that has waited longest for its money."""
    running = await queries.of_customer(talk.unit, talk.customer.id, LoanState.ACTIVE)
    named = next((loan for loan in running if str(loan.id) == slots.get("loan")), None)
    if named is not None or not running:
        return named
    views = [await queries.view(talk.unit, loan) for loan in running]
    return max(views, key=lambda view: view.days_past_due).loan


async def _mine(talk: Talk, arguments: list[str]) -> Loan:
    return await queries.by_id(talk.unit, id_in(arguments, ErrorCode.LOAN), talk.customer.id)


def _today(talk: Talk) -> date:
    """Return the day that the person lives in: their "tomorrow" is the day after it."""
    return talk.unit.now.astimezone(ZoneInfo(talk.customer.zone)).date()


def _without(slots: Slots, name: str) -> dict[str, str]:
    return {key: value for key, value in slots.items() if key != name}


PROMISE: Final = Action(
    "loan.promise", PromiseSum, Nothing, needs_pin=False, run=_promise, done=shows(screens.promised)
)
ACTIONS: Final = (PROMISE,)
