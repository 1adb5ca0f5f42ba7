"""Papers on request: a loan's contract as it was signed, the letter that says that it is settled."""

from __future__ import annotations

import asyncio

import structlog
from aiogram import Router
from aiogram.types import CallbackQuery

from finance_core.customers.service import display_name
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import RuleViolation
from finance_core.loans import queries
from finance_core.loans.models import Loan, LoanState
from finance_core.loans.origination import contract
from finance_core.loans.origination.models import LoanContract
from handlers.chat.arguments import id_in
from handlers.chat.filters import Tap
from handlers.chat.screens.base import File, Screen
from handlers.chat.talk import Talk
from handlers.documents.paper import printed
from handlers.loans.documents.contract import Names, contract_document, number, reprinted, settlement_letter

router = Router(name="papers")

_log = structlog.get_logger(__name__)


@router.callback_query(Tap("contract"))
async def contract_of_loan(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Send a contract as it was signed; it is printed again and held against the hash in the book."""
    loan = await _mine(talk, arguments)
    paper = await contract.paper_of(talk.unit, loan)
    pdf = await reprinted(paper, talk.cipher) if paper.language else await _of_facts(talk, paper)
    is_as_signed = await contract.is_as_signed(talk.unit, loan, pdf if paper.language else paper.sealed)
    if not is_as_signed:
        _log.error("contract_not_as_signed", loan=loan.id)
    said = talk.t("contract.here" if is_as_signed else "contract.not_as_signed")
    return Screen(said, document=File(f"{number(loan.id)}.pdf", pdf))


async def _of_facts(talk: Talk, paper: LoanContract) -> bytes:
    """Print a contract whose facts alone were kept, as no conversation paid it out: their hash stands in the book."""
    agreed = contract.Contract.of_canonical(paper.sealed)
    names = Names(display_name(talk.customer, talk.cipher), talk.institution, {})
    return await asyncio.to_thread(printed, contract_document(talk.t, agreed, talk.unit.zone, names))


@router.callback_query(Tap("letter"))
async def letter_of_loan(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Send the letter that says that a loan is settled. Raises RuleViolation: `loan_not_settled`."""
    loan = await _mine(talk, arguments)
    if loan.state != LoanState.SETTLED:
        raise RuleViolation(ErrorCode.LOAN_NOT_SETTLED)
    name = display_name(talk.customer, talk.cipher)
    paid = await contract.paid_in_all(talk.unit, loan)
    letter = settlement_letter(talk.t.language, loan, name, talk.institution, paid)
    pdf = await asyncio.to_thread(printed, letter)
    return Screen(talk.t("contract.letter_here"), document=File(f"{number(loan.id)}-settled.pdf", pdf))


async def _mine(talk: Talk, arguments: list[str]) -> Loan:
    return await queries.by_id(talk.unit, id_in(arguments, ErrorCode.LOAN), talk.customer.id)
