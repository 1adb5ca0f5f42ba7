"""The contract of a loan before it is signed, to be read; and who is named on it, signed or not."""

from __future__ import annotations

import asyncio

from finance_core.customers import service as customers
from finance_core.customers.queries import by_id
from finance_core.loans.origination import guarantees, signing
from finance_core.loans.origination.quoting import Quote
from handlers.chat.screens.base import File, Screen
from handlers.chat.talk import Talk
from handlers.documents.paper import printed
from handlers.loans.documents.contract import Names, draft
from handlers.loans.loan_request import LoanRequest, paid_out
from handlers.loans.screens import borrow as screens
from handlers.loans.screens.borrow import PARTS


async def draft_of(talk: Talk, request: LoanRequest, quote: Quote, part: str) -> Screen:
    """Send what would be signed as a PDF that says that it is not: from the same drawing as the signed one."""
    contract = await signing.drafted(
        talk.unit,
        talk.customer.id,
        quote,
        automatic_debit=request.debit != "none",
        from_change_plus=request.debit == "both",
        application_id=request.application,
        refinances=request.refinances,
        pay_out=None if part == PARTS[0] else paid_out(quote, part),
    )
    paper = draft(talk.t, contract, talk.unit.zone, await named_on(talk, request))
    pdf = await asyncio.to_thread(printed, paper)
    return screens.draft(talk.t, File("contract-not-signed.pdf", pdf))


async def named_on(talk: Talk, request: LoanRequest) -> Names:
    """Return who is named on the contract of a request."""
    borrower = customers.display_name(talk.customer, talk.cipher)
    return Names(borrower, talk.institution, await _sureties(talk, request))


async def _sureties(talk: Talk, request: LoanRequest) -> dict[int, str]:
    """Return the names of who stands for it, for the contract."""
    standing = (
        await guarantees.of_application(talk.unit, request.application) if request.application is not None else []
    )
    people = [await by_id(talk.unit, each.customer_id) for each in standing]
    return {person.id: customers.display_name(person, talk.cipher) for person in people}
