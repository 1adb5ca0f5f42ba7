"""Terms and prices, to read before one agrees and later: in the chat, and as a PDF."""

from __future__ import annotations

import asyncio
from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core.change_plus.product import fund_on_sale
from finance_core.deposits.product import deposit_on_sale
from finance_core.funds.product import funds_on_sale
from finance_core.loans.origination.quoting import products
from handlers.chat.arguments import argument
from handlers.chat.filters import Means, Tap
from handlers.chat.screens.base import File, Screen
from handlers.chat.talk import Talk
from handlers.documents.paper import Document, printed
from handlers.privacy.documents import prices, terms
from handlers.privacy.documents.prices import Sold
from handlers.privacy.screens import readings as screens

router = Router(name="readings")

TERMS: Final = "terms"


@router.message(Means("terms"))
@router.callback_query(Means("terms"))
async def read_terms(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """Show the terms."""
    talk.edits = False
    return screens.terms(talk.t, accepts=talk.customer.terms_accepted_at is None)


@router.message(Means("prices"))
@router.callback_query(Means("prices"))
async def read_prices(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """Show what everything costs, as the catalogue says today."""
    talk.edits = False
    sold = await _sold(talk)
    return screens.prices(talk.t, sold, accepts=talk.customer.terms_accepted_at is None)


@router.callback_query(Tap("reading"))
async def as_pdf(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Send the terms or the prices as a PDF."""
    which = argument(arguments)
    paper = await _paper(talk, which)
    pdf = await asyncio.to_thread(printed, paper)
    name = "susu-terms.pdf" if which == TERMS else "susu-prices.pdf"
    said = talk.t("privacy.terms_button" if which == TERMS else "privacy.prices_button")
    return Screen(said, document=File(name, pdf))


async def _paper(talk: Talk, which: str) -> Document:
    if which == TERMS:
        return terms.document(talk.t, talk.institution, talk.unit.now)
    return prices.document(talk.t, await _sold(talk), talk.institution, talk.unit.now)


async def _sold(talk: Talk) -> Sold:
    unit = talk.unit
    return Sold(
        on=unit.open_on,
        loans=tuple(await products(unit)),
        change_plus=await fund_on_sale(unit),
        deposit=await deposit_on_sale(unit),
        funds=tuple(await funds_on_sale(unit)),
    )
