"""A person's own papers, printed one at a time: contracts as they were signed, statements, certificates."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Final

import structlog
from sqlmodel import col, select

from finance_core.account.identity import picture_associated_data
from finance_core.account.models import IdentityPicture
from finance_core.customers.models import Customer
from finance_core.customers.service import display_name
from finance_core.deposits import queries as deposits
from finance_core.kernel.errors import NotFound
from finance_core.loans import queries as loans
from finance_core.loans.book.statement import statement
from finance_core.loans.origination import contract
from finance_core.privacy.export import Paper
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit
from handlers.documents.paper import printed
from handlers.loans.documents.contract import number, reprinted
from handlers.loans.documents.loan_statement import statement_document
from handlers.locales import Translator
from handlers.savings.documents.certificate import certificate
from handlers.savings.documents.certificate import number as deposit_number

_log: Final = structlog.get_logger(__name__)


async def own_papers(unit: Unit, cipher: Cipher, t: Translator, customer: Customer) -> AsyncIterator[Paper]:
    """Yield pictures of identity, papers of all loans and of deposits that run, each with its name in the file."""
    pictures = select(IdentityPicture).where(IdentityPicture.customer_id == customer.id)
    for picture in await unit.session.scalars(pictures.order_by(col(IdentityPicture.id))):
        content = cipher.opened(picture.sealed, picture_associated_data(picture.token))
        if content is not None:
            yield f"identity/{picture.purpose}-{picture.id}.jpg", content
    name = display_name(customer, cipher)
    for loan in await loans.of_customer(unit, customer.id):
        try:
            signed = await reprinted(await contract.paper_of(unit, loan), cipher)
        except NotFound:  # no secret opens its text any more: that it was signed, and its hash, stand in the tables
            _log.warning("contract_not_in_export", loan=loan.id)
        else:
            yield f"contracts/{number(loan.id)}.pdf", signed
        view = await loans.view(unit, loan)
        paper = statement_document(t, view, await statement(unit, loan), name, unit.now, unit.open_on)
        yield f"statements/{number(loan.id)}.pdf", await asyncio.to_thread(printed, paper)
    for rung in await deposits.ladder(unit, customer.id):
        document = certificate(t, rung, name, unit.now, unit.zone)
        yield f"contracts/{deposit_number(rung.deposit.id)}.pdf", await asyncio.to_thread(printed, document)
