"""A loan on paper: its schedule and its repayment curve as pictures, its statement by pages, as CSV and as PDF."""

from __future__ import annotations

import asyncio

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core.customers.service import display_name
from finance_core.loans import queries
from finance_core.loans.book.statement import statement
from finance_core.loans.models import LoanState
from finance_core.reports.curves import repayment_curve
from handlers.chat.arguments import count_in
from handlers.chat.filters import MeansAbout, Tap
from handlers.chat.screens.base import File, Screen
from handlers.chat.talk import Talk
from handlers.documents.paper import printed
from handlers.loans.documents.contract import number
from handlers.loans.documents.loan_statement import statement_document
from handlers.loans.loans import mine
from handlers.loans.screens import loan_statements as screens
from handlers.loans.screens.loans import nothing_owed

router = Router(name="loan statements")


@router.callback_query(Tap("schedule"))
async def schedule(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show a loan's schedule as it stands: the first page with a picture."""
    view = await queries.view(talk.unit, await mine(talk, arguments))
    return screens.schedule(talk.t, view, count_in(arguments, 1))


@router.message(MeansAbout("statement", "loan"))
async def loan_statement(message: Message, talk: Talk) -> Screen:
    """Show the statement of the running loan, of the latest one when none runs."""
    loans = await queries.of_customer(talk.unit, talk.customer.id)
    running = [loan for loan in loans if loan.state == LoanState.ACTIVE]
    if not loans:
        return nothing_owed(talk.t)
    loan = (running or loans)[-1]
    return screens.statement(talk.t, loan, await statement(talk.unit, loan), 0)


@router.callback_query(Tap("account"))
async def account(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show one page of a loan's statement, newest lines first."""
    loan = await mine(talk, arguments)
    return screens.statement(talk.t, loan, await statement(talk.unit, loan), count_in(arguments, 1))


@router.callback_query(Tap("accountcsv"))
async def as_csv(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Send a loan's statement as a table."""
    loan = await mine(talk, arguments)
    table = screens.csv_table(talk.t, await statement(talk.unit, loan))
    return Screen(screens.title(talk.t, loan), document=File(f"{number(loan.id)}.csv", table.encode("utf-8-sig")))


@router.callback_query(Tap("accountpdf"))
async def as_pdf(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Send a loan's statement as a paper."""
    view = await queries.view(talk.unit, await mine(talk, arguments))
    lines = await statement(talk.unit, view.loan)
    name = display_name(talk.customer, talk.cipher)
    paper = statement_document(talk.t, view, lines, name, talk.unit.now, talk.unit.open_on)
    pdf = await asyncio.to_thread(printed, paper)
    return Screen(screens.title(talk.t, view.loan), document=File(f"{number(view.loan.id)}-statement.pdf", pdf))


@router.callback_query(Tap("curve"))
async def curve(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show how a person's own loan goes down, planned and paid."""
    loan = await mine(talk, arguments)
    return screens.curve(talk.t, loan, await repayment_curve(talk.unit, loan))
