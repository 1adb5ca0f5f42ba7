"""Somebody says that they are not well: a colleague is told at once, and what waits to be said about debts is not."""

from __future__ import annotations

from finance_core.cases import service as cases
from finance_core.cases.models import ServiceCase
from finance_core.loans import queries as loans
from finance_core.loans.models import LoanState
from finance_core.notices import cancel_all
from finance_core.notices.contact_rules import WhyNot
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit


async def hand_over(unit: Unit, cipher: Cipher, customer_id: int, question: cases.Question, *, key: str) -> ServiceCase:
    """Return the case; the reminders that wait are cancelled, and none comes for a week (`cases.rest`)."""
    case = await cases.hand_over(unit, cipher, customer_id, question, key=key)
    running = await loans.of_customer(unit, customer_id, LoanState.ACTIVE)
    await cancel_all(unit, abouts=[f"loan:{loan.id}" for loan in running], because=WhyNot.REST)
    return case
