"""Running loans: what is owed, repaying, the schedule, giving back."""

from __future__ import annotations

from typing import Any

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core.intents import Intent
from finance_core.kernel.errors import NotFound
from finance_core.kernel.money import Money
from finance_core.loans import queries, repayment, signing
from finance_core.loans.models import Loan, LoanState
from finance_core.loans.queries import LoanView
from handlers.actions import Action, register
from handlers.confirm import offer
from handlers.filters import Means, Tap
from handlers.questions import Slots, ask
from handlers.screens import loans as screens
from handlers.screens.base import Screen
from handlers.slots import ASSET, money_param, money_slot
from handlers.talk import Talk

router = Router(name="loans")

# -- repay --------------------------------------------------------------------------------------------------------


@router.message(Means("repay"))
@router.callback_query(Means("repay"))
async def repay(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Offer a repayment: of a sum, of what is due, or of everything."""
    running = await _running(talk)
    if not running:
        return screens.nothing_owed(talk.t)
    view = await queries.view(talk.unit, await _chosen(talk, slots, running))
    amount = money_slot(slots)
    if amount is not None:
        return await _offer_payment(talk, view, min(amount, view.settlement))
    await ask(talk.state, "repay", "amount", {"loan": str(view.loan.id)})
    return screens.repay_choices(talk.t, view)


async def _offer_payment(talk: Talk, view: LoanView, amount: Money) -> Screen:
    params = {"sum": amount.as_json(), "loan": view.loan.id, "all": amount == view.settlement}
    return await offer(talk, "loan.repay", params, screens.repay_card(talk.t, view, amount))


async def _do_repay(talk: Talk, intent: Intent) -> dict[str, Any]:
    loan = await queries.by_id(talk.unit, intent.params["loan"], talk.customer.id)
    amount = None if intent.params["all"] else money_param(intent.params)
    repaid = await repayment.repay(talk.unit, loan.id, amount, intent.key)
    return {"reference": repaid.reference, "settled": repaid.settled, "sum": repaid.amount.as_json()}


# -- my loans -----------------------------------------------------------------------------------------------------


@router.message(Means("loans", "owe"))
@router.callback_query(Means("loans", "owe"))
async def my_loans(event: Message | CallbackQuery, talk: Talk) -> list[Screen]:
    """Show each running loan on a card: owed today, next due, progress."""
    running = await _running(talk)
    if not running:
        return [screens.nothing_owed(talk.t)]
    return [await _loan_card(talk, loan) for loan in running]


@router.callback_query(Tap("schedule"))
async def schedule(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show the schedule of a running loan as it stands."""
    return screens.schedule(talk.t, await queries.view(talk.unit, await _mine(talk, arguments)))


@router.callback_query(Tap("autodebit"))
async def automatic_debit(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Give or withdraw the consent to be debited on due days."""
    loan = await _mine(talk, arguments)
    consent = not loan.automatic_debit
    await signing.choose_automatic_debit(talk.unit, loan.id, talk.customer.id, consent=consent)
    return await _loan_card(talk, loan)


@router.callback_query(Tap("giveback"))
async def give_back(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Offer to give a loan back within its cooling-off days, at no cost."""
    loan = await _mine(talk, arguments)
    params = {"loan": loan.id, "sum": Money(loan.principal, ASSET).as_json()}
    return await offer(talk, "loan.give_back", params, screens.give_back_card(talk.t, loan))


async def _do_give_back(talk: Talk, intent: Intent) -> dict[str, Any]:
    loan = await queries.by_id(talk.unit, intent.params["loan"], talk.customer.id)
    return {"reference": (await repayment.give_back(talk.unit, loan.id, intent.key)).reference}


async def _loan_card(talk: Talk, loan: Loan) -> Screen:
    return screens.loan_card(talk.t, await queries.view(talk.unit, loan))


async def _running(talk: Talk) -> list[Loan]:
    return await queries.of_customer(talk.unit, talk.customer.id, LoanState.ACTIVE)


async def _chosen(talk: Talk, slots: Slots, running: list[Loan]) -> Loan:
    """Return the loan that a button named, else the oldest."""
    return next((loan for loan in running if str(loan.id) == slots.get("loan")), running[0])


async def _mine(talk: Talk, arguments: list[str]) -> Loan:
    if not arguments or not arguments[0].isdecimal():
        raise NotFound("loan")
    return await queries.by_id(talk.unit, int(arguments[0][:18]), talk.customer.id)


register(Action("loan.repay", needs_pin=False, run=_do_repay, done=screens.repaid))
register(Action("loan.give_back", needs_pin=False, run=_do_give_back, done=screens.given_back))
