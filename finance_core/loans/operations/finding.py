"""Finding a loan by what is on a receipt, and what waits for its borrower's answer."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text
from sqlmodel import select

from finance_core import ledger
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from finance_core.loans.operations.models import OfferState, RestructureOffer
from finance_core.storage.unit import Unit

_LOAN: Final = text("SELECT CAST(about ->> 'loan' AS bigint) FROM entry WHERE id = :entry")


async def loan_of_receipt(unit: Unit, reference: str) -> int:
    """Return the number of the loan that a receipt's reference is about, however it was typed.

    Raises:
        EntryNotFound: there is no such receipt. NotFound: `loan`: it is not about a loan.
    """
    entry_id = await ledger.entry_by_reference(unit, reference)
    loan_id = await unit.session.scalar(_LOAN, {"entry": entry_id})
    if loan_id is None:
        raise NotFound(ErrorCode.LOAN)
    return int(loan_id)


async def offer_for(unit: Unit, loan_id: int) -> RestructureOffer | None:
    """Return the new schedule that waits for the answer of a loan's borrower."""
    waits = select(RestructureOffer).where(
        RestructureOffer.loan_id == loan_id,
        RestructureOffer.state == OfferState.OPEN,
        RestructureOffer.expires_at > unit.now,
    )
    return await unit.session.scalar(waits)
