"""What the institution and a borrower agree on afterwards: a new schedule for a loan, and paying one that is closed."""

from __future__ import annotations

from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict
from finance_core.kernel.money import Money
from finance_core.loans import queries
from finance_core.loans.models import Loan, LoanState
from finance_core.loans.operations import recovery, restructure
from handlers.chat.actions import Action, shows
from handlers.chat.arguments import id_in
from handlers.chat.confirm import offer, propose
from handlers.chat.filters import Means, Tap
from handlers.chat.questions import Slots, ask
from handlers.chat.screens.base import Screen
from handlers.chat.slot_values import money_slot
from handlers.chat.talk import Talk
from handlers.loans.intents import Agreed, AgreeToPlan, Recover, Recovered
from handlers.loans.screens import agreement as screens

router = Router(name="agreement")


# -- a new schedule ---------------------------------------------------------------------------------------------------


@router.callback_query(Tap("planoffer"))
async def plan_offered(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show what an offered schedule comes to today; agreeing to it takes the PIN."""
    number = id_in(arguments, ErrorCode.PLAN_OFFER)
    _, planned = await restructure.planned_today(talk.unit, number, talk.customer.id)
    intent = await propose(talk, AGREE, AgreeToPlan(offer=number, on=talk.unit.open_on))
    return screens.plan(talk.t, planned, number, intent.token, intent.version)


@router.callback_query(Tap("noplan"))
async def plan_declined(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Decline it: nothing changes."""
    await restructure.decline(talk.unit, id_in(arguments, ErrorCode.PLAN_OFFER), talk.customer.id)
    return screens.declined(talk.t)


async def _agree(talk: Talk, params: AgreeToPlan, key: str) -> Agreed:
    """Agree to what was shown: on another day its figures are others, and are to be looked at again."""
    if params.on != talk.unit.open_on:
        raise Conflict(ErrorCode.INTENT_EXPIRED)
    loan = await restructure.take(talk.unit, params.offer, talk.customer.id, key)
    return Agreed(loan=loan.id)


# -- a closed loan ----------------------------------------------------------------------------------------------------


async def closed_loans(talk: Talk) -> list[Screen]:
    """Return a card for each loan that is written off and still owed, with a button to pay on it."""
    owed = await recovery.written_off_of(talk.unit, talk.customer.id)
    return [screens.owed(talk.t, loan, amount) for loan, amount in owed]


@router.callback_query(Tap("closedloan"))
async def closed_loan(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask how much is paid on a loan that is written off."""
    return await _ask(talk, await _closed(talk, id_in(arguments, ErrorCode.LOAN)))


async def _ask(talk: Talk, loan: Loan) -> Screen:
    await ask(talk.state, "recover", "amount", {"loan": str(loan.id)})
    return screens.ask_sum(talk.t, loan, await recovery.still_owed(talk.unit, loan))


async def pay_closed(talk: Talk, slots: Slots) -> Screen | None:
    """Offer to pay what was said on a loan that is written off and still owed: the one that a button named, the oldest
    where none was named. None where there is none.
    """
    named = slots.get("loan")
    owed = await recovery.written_off_of(talk.unit, talk.customer.id)
    wanted = [(loan, left) for loan, left in owed if named in (None, str(loan.id))]
    if not wanted:
        return None
    loan, left = wanted[0]
    amount = left if "all" in slots else money_slot(slots)
    return await _ask(talk, loan) if amount is None else await _offer(talk, loan, min(amount, left))


@router.callback_query(Tap("closedall"))
async def all_of_it(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Offer to pay all that is owed."""
    loan = await _closed(talk, id_in(arguments, ErrorCode.LOAN))
    return await _offer(talk, loan, await recovery.still_owed(talk.unit, loan))


@router.message(Means("recover"))
@router.callback_query(Means("recover"))
async def sum_said(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Offer to pay the sum that was written, at most what is owed."""
    loan = await _closed(talk, id_in([slots["loan"]], ErrorCode.LOAN))
    owed = await recovery.still_owed(talk.unit, loan)
    return await _offer(talk, loan, min(money_slot(slots) or owed, owed))


async def _offer(talk: Talk, loan: Loan, amount: Money) -> Screen:
    return await offer(talk, RECOVER, Recover(loan=loan.id, sum=amount), screens.pay_card(talk.t, amount))


async def _recover(talk: Talk, params: Recover, key: str) -> Recovered:
    paid = await recovery.recover(talk.unit, params.loan, talk.customer.id, params.sum, key)
    return Recovered(sum=paid.amount, left=paid.left, reference=paid.reference)


async def _closed(talk: Talk, loan_id: int) -> Loan:
    loan = await queries.by_id(talk.unit, loan_id, talk.customer.id)
    if loan.state != LoanState.WRITTEN_OFF or not await recovery.still_owed(talk.unit, loan):
        raise Conflict(ErrorCode.NOTHING_TO_RECOVER)
    return loan


AGREE: Final = Action("loan.agree", AgreeToPlan, Agreed, needs_pin=True, run=_agree, done=shows(screens.agreed))
RECOVER: Final = Action("loan.recover", Recover, Recovered, needs_pin=False, run=_recover, done=shows(screens.paid))
ACTIONS: Final = (AGREE, RECOVER)
