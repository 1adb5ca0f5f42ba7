"""The loans that an officer looks after because they are long late, whether or not their borrowers said anything."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlmodel import col, select

from finance_core.customers.roles import Permission, require
from finance_core.loans.contact.models import CaseState, HardshipCase
from finance_core.loans.contact.rules import OFFICER_FROM_DAYS
from finance_core.loans.models import Loan, LoanState
from finance_core.loans.operations.models import LoanHandover
from finance_core.loans.parties import parties_to_loan
from finance_core.storage.unit import Unit


async def late_loans(unit: Unit, officer_id: int) -> Sequence[Loan]:
    """Return the loans that are late since so long that their borrowers were told of an officer, longest first.

    Without those with an open case of hardship, those that a collector has, those that the officer is a party to, and
    what circles lent: their members look after that.
    Raises NotAllowed: `no_permission`.
    """
    await require(unit, officer_id, Permission.HELP_IN_HARDSHIP)
    with_a_case = select(HardshipCase.loan_id).where(HardshipCase.state != CaseState.CLOSED)
    with_a_collector = select(LoanHandover.loan_id).where(col(LoanHandover.until_on).is_(None))
    long_ago = unit.open_on - timedelta(days=OFFICER_FROM_DAYS)
    found = select(Loan).where(
        Loan.state == LoanState.ACTIVE,
        col(Loan.funding_circle).is_(None),
        col(Loan.overdue_since) <= long_ago,
        col(Loan.id).not_in(with_a_case),
        col(Loan.id).not_in(with_a_collector),
    )
    loans = await unit.session.scalars(found.order_by(col(Loan.overdue_since), col(Loan.id)))
    return [loan for loan in loans.all() if officer_id not in await parties_to_loan(unit, loan.id)]
