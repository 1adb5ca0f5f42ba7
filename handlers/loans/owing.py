"""What somebody owes who has no running loan: loans that were written off, and what others have paid for theirs."""

from __future__ import annotations

from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.loans.agreement import closed_loans
from handlers.loans.guarantors import claim_screens
from handlers.loans.screens.loans import no_running_loan, nothing_owed


async def without_a_running_loan(talk: Talk, *, has_past: bool = False) -> list[Screen]:
    """Return a card for each thing that is owed all the same; only who owes nothing at all is told so."""
    closed, claims = await closed_loans(talk), await claim_screens(talk)
    if closed:
        return [*closed, *claims]
    if claims:
        return [no_running_loan(talk.t, has_past=has_past), *claims]
    return [nothing_owed(talk.t, has_past=has_past)]
