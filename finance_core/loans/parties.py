"""The parties to a loan: who owes it, and who stands for it. None of them deals with it as an operator."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text
from sqlmodel import col, select

from finance_core.approvals.parties import Parties
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from finance_core.kernel.json import JsonObject
from finance_core.loans.models import Loan, LoanState
from finance_core.loans.origination.models import Guarantee, GuaranteeState, LoanApplication
from finance_core.storage.unit import Unit

_BORROWING_TOGETHER: Final = text(
    """
    SELECT other.customer_id FROM group_loan_line line
        JOIN group_loan_line other ON other.group_loan_id = line.group_loan_id
    WHERE line.application_id = :application
    """
)
_STANDING: Final = (GuaranteeState.ASKED, GuaranteeState.ACCEPTED, GuaranteeState.BOUND)


async def parties_to_loan(unit: Unit, loan_id: int) -> Parties:
    """Return a loan's borrower and its guarantors, whatever has become of it. Raises NotFound: `loan`."""
    borrower_id = await unit.session.scalar(select(Loan.customer_id).where(Loan.id == loan_id))
    if borrower_id is None:
        raise NotFound(ErrorCode.LOAN)
    bound = select(Guarantee.customer_id).where(Guarantee.loan_id == loan_id)
    return Parties(borrower_id, frozenset(await unit.session.scalars(bound)))


async def parties_to_subject(unit: Unit, subject: str, _params: JsonObject) -> Parties:
    """Return the parties to the loan that a proposal is about, `loan:5`. Raises NotFound: `loan`."""
    return await parties_to_loan(unit, int(subject.rpartition(":")[2]))


async def parties_to_application(unit: Unit, application: LoanApplication) -> Parties:
    """Return who applies, and who was asked to stand for it, borrows together with them, or stands for a running loan
    that it would pay off.
    """
    guarantees = select(Guarantee.customer_id)
    asked = guarantees.where(Guarantee.application_id == application.id, col(Guarantee.state).in_(_STANDING))
    others = set(await unit.session.scalars(asked))
    others |= set(await unit.session.scalars(_BORROWING_TOGETHER, {"application": application.id}))
    others.discard(application.customer_id)
    if application.refinances:
        paid_off = guarantees.join(Loan, col(Loan.id) == Guarantee.loan_id).where(
            Loan.customer_id == application.customer_id,
            Loan.product == application.product,
            Loan.state == LoanState.ACTIVE,
        )
        others |= set(await unit.session.scalars(paid_off))
    return Parties(application.customer_id, frozenset(others))
