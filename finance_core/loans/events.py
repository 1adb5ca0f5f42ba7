"""What happened to a loan, in order: the timeline that a person, an officer and a court may read."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, get_args

from sqlmodel import col, select

from finance_core.kernel.json import JsonObject
from finance_core.loans.models import Loan, LoanEvent
from finance_core.storage.unit import Unit

EventKind: TypeAlias = Literal[
    # the contract, and the money
    "signed",
    "disbursed",
    "drawn",
    "repaid",
    "debited",
    "debit_short",
    "settled",
    "given_back",
    "refinanced",
    "guarantor_paid",
    "line_expired",
    # the borrower's consent to be debited
    "debit_consent",
    "debit_consent_withdrawn",
    # how the book holds it
    "non_accrual",
    "accrual_again",
    # promises, and hardship
    "promised",
    "promise_kept",
    "promise_broken",
    "promise_withdrawn",
    "hardship",
    "hardship_closed",
    # what two operators did
    "restructure_offered",
    "restructure_declined",
    "restructured",
    "waived",
    "payment_reversed",
    "handed_over",
    "taken_back",
    "written_off",
    "recovered",
]
"""What is recorded of a loan; set-based SQL writes some of them."""

EVENT_KINDS: Final[tuple[EventKind, ...]] = get_args(EventKind)


def record(unit: Unit, loan: Loan, kind: EventKind, details: JsonObject) -> None:
    """Add what just happened, on the unit's business date."""
    unit.session.add(LoanEvent(loan_id=loan.id, kind=kind, on_date=unit.open_on, at=unit.now, details=dict(details)))


async def latest(unit: Unit, loan_id: int, *kinds: EventKind) -> LoanEvent | None:
    """Return the last thing of these kinds that happened to a loan."""
    statement = select(LoanEvent).where(LoanEvent.loan_id == loan_id, col(LoanEvent.kind).in_(kinds))
    return await unit.session.scalar(statement.order_by(col(LoanEvent.id).desc()).limit(1))
