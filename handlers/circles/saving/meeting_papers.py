"""The contracts of loans that a meeting votes for: each is written in its borrower's language, whoever votes last."""

from __future__ import annotations

from finance_core.customers.queries import by_id
from finance_core.customers.service import display_name
from finance_core.journeys.saving_circles.lending import WriteFor
from finance_core.loans.origination.contract import Contract, Paper, Write
from handlers.chat.talk import Talk
from handlers.loans.documents.contract import Names, writer
from handlers.locales import translator


def write_for(talk: Talk) -> WriteFor:
    """Return what gives, for a borrower, what writes their contract."""

    def of(customer_id: int) -> Write:
        async def write(agreed: Contract) -> Paper:
            borrower = await by_id(talk.unit, customer_id)
            names = Names(display_name(borrower, talk.cipher), talk.institution, {})
            in_words = writer(translator(borrower.language), talk.cipher, talk.unit.zone, names)
            return await in_words(agreed)

        return write

    return of
