"""A loan on the operators' desk: found, looked at, and what two people may do to it, each act as a proposal.

Every look is on record. What a button carries is a number or a word of ours; the core checks all of it anew.
"""

from __future__ import annotations

from typing import Any

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from finance_core.approvals import audit
from finance_core.customers.roles import Permission, permissions_of, roles_of
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from finance_core.kernel.money import ASSETS, Money
from finance_core.loans import queries
from finance_core.loans.contact.events import events_of
from finance_core.loans.models import Loan, LoanState
from finance_core.loans.operations import handover, recovery, restructure, reversal, waive, write_off
from finance_core.loans.operations.finding import loan_of_receipt
from finance_core.loans.parties import parties_to_loan
from handlers.chat.arguments import ID_DIGITS, argument, id_in, whole_number
from handlers.chat.filters import Tap
from handlers.chat.permissions import needs, operators_only
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.desk.approvals import ask_reason, name_of, person_called, taken_draft
from handlers.desk.screens import loan_desk as screens
from handlers.phrases.readers.amounts import parse_amount

router = operators_only(Router(name="loan desk"))


class LoanDesk(StatesGroup):
    """What an operator is asked to write about loans."""

    which = State()
    collector = State()
    waiver = State()


# -- finding one ------------------------------------------------------------------------------------------------------


@router.callback_query(Tap("findloan"), flags=needs(Permission.SEE_LOANS))
async def find_loan(callback: CallbackQuery, talk: Talk) -> Screen:
    """Ask which loan: by a reference on a receipt, by its number, or by its borrower's @username."""
    await talk.state.set_state(LoanDesk.which)
    return screens.ask_which(talk.t)


@router.message(StateFilter(LoanDesk.which), flags=needs(Permission.SEE_LOANS))
async def which_written(message: Message, talk: Talk) -> Screen:
    """Show the loan that was named, or the loans of the person who was."""
    await taken_draft(talk)
    said = (message.text or "").strip()
    if said.startswith("@"):
        person = await person_called(talk, said)
        return screens.loans_of(talk.t, await name_of(talk, person.id), await queries.of_customer(talk.unit, person.id))
    return await _card(talk, await _named(talk, said))


async def _named(talk: Talk, said: str) -> int:
    number = whole_number(said, ID_DIGITS)
    return number if number is not None else await loan_of_receipt(talk.unit, said)


@router.callback_query(Tap("deskloan"), flags=needs(Permission.SEE_LOANS))
async def loan_card(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show a loan's facts, with a button for each act that the operator's roles grant."""
    return await _card(talk, id_in(arguments, ErrorCode.LOAN))


@router.callback_query(Tap("deskloanmore"), flags=needs(Permission.SEE_LOANS))
async def more_of_loan(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show where a loan leads to besides what may be proposed about it."""
    loan = await _looked_at(talk, id_in(arguments, ErrorCode.LOAN))
    return screens.more_of(talk.t, loan, permissions_of(await roles_of(talk.unit, talk.customer.id)))


@router.callback_query(Tap("deskline"), flags=needs(Permission.SEE_LOANS))
async def loan_events(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show a loan's timeline, officers' lines included, newest first."""
    loan = await _looked_at(talk, id_in(arguments, ErrorCode.LOAN))
    return screens.events(talk.t, loan.id, await events_of(talk.unit, loan.id), talk.unit.zone.key)


async def _card(talk: Talk, loan_id: int) -> Screen:
    loan = await _looked_at(talk, loan_id)
    is_party = talk.customer.id in await parties_to_loan(talk.unit, loan.id)
    granted = frozenset() if is_party else permissions_of(await roles_of(talk.unit, talk.customer.id))
    view = await queries.view(talk.unit, loan)
    memo = await recovery.still_owed(talk.unit, loan)
    collector = await handover.running_handover(talk.unit, loan.id)
    name = await name_of(talk, loan.customer_id)
    facts = screens.Facts(view, name, memo, collector.collector if collector else None)
    return screens.loan(talk.t, facts, granted)


async def _looked_at(talk: Talk, loan_id: int) -> Loan:
    """Return a loan, and put the look at it and at its borrower on record. Raises NotFound: `loan`."""
    loan = await talk.unit.session.get(Loan, loan_id)
    if loan is None:
        raise NotFound(ErrorCode.LOAN)
    audit.record(talk.unit, talk.customer.id, "look", f"loan:{loan.id}", {"customer": loan.customer_id})
    return loan


async def _running(talk: Talk, arguments: list[str]) -> Loan:
    loan = await _looked_at(talk, id_in(arguments, ErrorCode.LOAN))
    if loan.state != LoanState.ACTIVE:
        raise NotFound(ErrorCode.LOAN)
    return loan


# -- waive ------------------------------------------------------------------------------------------------------------


@router.callback_query(Tap("waiver"), flags=needs(Permission.PROPOSE_LOAN_CHANGE))
async def waiver(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask what is to be waived: the penalty, the fees or the interest that is due."""
    loan = await _running(talk, arguments)
    return screens.choose_waiver(talk.t, loan, await _waivable(talk, loan))


@router.callback_query(Tap("waiverof"), flags=needs(Permission.PROPOSE_LOAN_CHANGE))
async def waiver_of(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask how much of it: all by a button, or a sum that is written."""
    loan = await _running(talk, arguments)
    what = _word(arguments, waive.WAIVABLE)
    most = (await _waivable(talk, loan))[what]
    await talk.state.set_state(LoanDesk.waiver)
    await talk.state.update_data(draft={"loan": loan.id, "what": what})
    return screens.ask_waiver(talk.t, loan, what, most)


@router.callback_query(Tap("waiverall"), flags=needs(Permission.PROPOSE_LOAN_CHANGE))
async def waiver_of_all(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Go on with all of it."""
    loan = await _running(talk, arguments)
    what = _word(arguments, waive.WAIVABLE)
    return await _ask_waiver_reason(talk, loan, what, (await _waivable(talk, loan))[what])


@router.message(StateFilter(LoanDesk.waiver), flags=needs(Permission.PROPOSE_LOAN_CHANGE))
async def waiver_sum_written(message: Message, talk: Talk) -> Screen:
    """Go on with the sum that was written. Raises InvalidInput for what is no sum."""
    draft = await taken_draft(talk)
    loan = await _running(talk, [str(draft["loan"])])
    amount = Money.of(parse_amount(message.text or ""), ASSETS[loan.asset])
    return await _ask_waiver_reason(talk, loan, draft["what"], amount)


async def _ask_waiver_reason(talk: Talk, loan: Loan, what: str, amount: Money) -> Screen:
    return await ask_reason(talk, waive.ACTION, f"loan:{loan.id}", {"what": what, "sum": amount.as_json()})


async def _waivable(talk: Talk, loan: Loan) -> dict[str, Money]:
    asset, today = ASSETS[loan.asset], talk.unit.open_on
    due = [each for each in await queries.owed(talk.unit, [loan.id], today) if each.due_on <= today]
    return {name: Money(sum(getattr(each, name) for each in due), asset) for name in waive.WAIVABLE}


# -- a new schedule ---------------------------------------------------------------------------------------------------


@router.callback_query(Tap("newplan"), flags=needs(Permission.PROPOSE_LOAN_CHANGE))
async def new_plan(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show what a new schedule would come to; buttons make it longer, begin it later, lower its rate."""
    loan = await _running(talk, arguments)
    rows = await queries.instalments(talk.unit, loan.id)
    wanted = await _wanted_terms(loan, arguments, left=sum(row.settled_on is None for row in rows))
    planned = await restructure.plan(talk.unit, loan, rows, wanted)
    return screens.new_plan(talk.t, loan, planned)


@router.callback_query(Tap("planok"), flags=needs(Permission.PROPOSE_LOAN_CHANGE))
async def plan_chosen(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Go on with the schedule as it is shown."""
    loan = await _running(talk, arguments)
    wanted = await _wanted_terms(loan, arguments, left=0)
    return await ask_reason(talk, restructure.ACTION, f"loan:{loan.id}", wanted.as_params())


async def _wanted_terms(loan: Loan, arguments: list[str], *, left: int) -> restructure.RestructureTerms:
    """Return what a button carries, `loan:count:holiday:rate` with the rate as text; at first the loan as it is."""
    if len(arguments) == 1:
        return restructure.terms_of(loan, {"count": left})
    count, holiday = whole_number(argument(arguments, 1)), whole_number(argument(arguments, 2))
    if count is None or holiday is None:
        raise NotFound(ErrorCode.LOAN)
    rate = arguments[3] if len(arguments) > 3 else None  # noqa: PLR2004 - the fourth
    return restructure.terms_of(loan, {"count": count, "holiday": holiday, "rate": rate})


# -- the others -------------------------------------------------------------------------------------------------------


@router.callback_query(Tap("writeoff"), flags=needs(Permission.PROPOSE_WRITE_OFF))
async def write_loan_off(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Begin the proposal to write a loan off."""
    loan = await _running(talk, arguments)
    return await ask_reason(talk, write_off.ACTION, f"loan:{loan.id}", {})


@router.callback_query(Tap("handover"), flags=needs(Permission.PROPOSE_LOAN_CHANGE))
async def hand_over(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask to whom a loan is handed over."""
    loan = await _running(talk, arguments)
    await talk.state.set_state(LoanDesk.collector)
    await talk.state.update_data(draft={"loan": loan.id})
    return screens.ask_collector(talk.t, loan)


@router.message(StateFilter(LoanDesk.collector), flags=needs(Permission.PROPOSE_LOAN_CHANGE))
async def collector_written(message: Message, talk: Talk) -> Screen:
    """Go on with the collector who was named."""
    draft: dict[str, Any] = await taken_draft(talk)
    params = {"collector": (message.text or "").strip()}
    return await ask_reason(talk, handover.HAND_OVER, f"loan:{draft['loan']}", params)


@router.callback_query(Tap("recall"), flags=needs(Permission.PROPOSE_LOAN_CHANGE))
async def take_back(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Begin the proposal to take a loan back from its collector."""
    loan = await _running(talk, arguments)
    return await ask_reason(talk, handover.TAKE_BACK, f"loan:{loan.id}", {})


@router.callback_query(Tap("undopay"), flags=needs(Permission.PROPOSE_REVERSAL))
async def choose_payment(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """List a loan's payments, newest first: which one never came?"""
    loan = await _looked_at(talk, id_in(arguments, ErrorCode.LOAN))
    return screens.choose_payment(talk.t, loan, await reversal.reversible(talk.unit, loan.id))


@router.callback_query(Tap("undopayment"), flags=needs(Permission.PROPOSE_REVERSAL))
async def payment_chosen(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Begin the proposal to take a payment back."""
    loan = await _looked_at(talk, id_in(arguments, ErrorCode.LOAN))
    return await ask_reason(talk, reversal.ACTION, f"loan:{loan.id}", {"payment": id_in(arguments, ErrorCode.LOAN, 1)})


def _word(arguments: list[str], known: tuple[str, ...]) -> str:
    """Return the word that a button carries after a loan's number. Raises NotFound: `loan`, for one that none has."""
    if len(arguments) < 2 or arguments[1] not in known:  # noqa: PLR2004 - the second
        raise NotFound(ErrorCode.LOAN)
    return arguments[1]
