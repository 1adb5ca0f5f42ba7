"""Money on a loan that is written off: income, and so much less of the memo. The borrower's own act, so no approval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlmodel import col, select

from finance_core import ledger
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict
from finance_core.kernel.money import ASSETS, Money
from finance_core.ledger import Account, Entry
from finance_core.loans import queries
from finance_core.loans.book.funding import funding_of
from finance_core.loans.events import record
from finance_core.loans.models import Loan, LoanState
from finance_core.loans.operations import common
from finance_core.loans.operations.notices import RecoveryReceipt
from finance_core.notices import Urgency, enqueue
from finance_core.storage.unit import Unit

KIND: Final = "loan.recovery"


@dataclass(frozen=True, slots=True)
class Recovered:
    """What came in, and what is still owed."""

    amount: Money
    left: Money
    reference: str


async def still_owed(unit: Unit, loan: Loan) -> Money:
    """Return what is owed of a loan that is written off: the memo's balance (9010)."""
    return await ledger.balance(unit, Account("9010", loan.id, ASSETS[loan.asset]))


async def written_off_of(unit: Unit, customer_id: int) -> list[tuple[Loan, Money]]:
    """Return a person's loans that are written off and not recovered yet, each with what is owed, oldest first."""
    statement = select(Loan).where(Loan.customer_id == customer_id, Loan.state == LoanState.WRITTEN_OFF)
    loans = (await unit.session.scalars(statement.order_by(col(Loan.id)))).all()
    owed = [(loan, await still_owed(unit, loan)) for loan in loans]
    return [(loan, amount) for loan, amount in owed if amount]


async def recover(unit: Unit, loan_id: int, customer_id: int, amount: Money | None, key: str) -> Recovered:
    """Pay on a loan that is written off, from its borrower's wallet; only what is owed is taken. D 2010 C 4050 (of a
    circle's loan C 2033), and D 9019 C 9010.

    Args:
        amount: None pays all of it.

    Raises:
        NotFound: `loan`, for another's too. Conflict: `nothing_to_recover`. InsufficientFunds.
    """
    loan = await queries.by_id(unit, loan_id, customer_id)
    await queries.locked(unit, loan_id)
    owed = await still_owed(unit, loan)
    taken = owed if amount is None else min(amount, owed)
    if loan.state != LoanState.WRITTEN_OFF or taken.amount <= 0:
        raise Conflict(ErrorCode.NOTHING_TO_RECOVER)
    [posted] = await ledger.post(unit, _entry(loan, taken, key))
    left = owed - taken
    record(unit, loan, "recovered", {"amount": taken.amount, "left": left.amount, "reference": posted.reference})
    await _tell(unit, loan, RecoveryReceipt(sum=taken, left=left, reference=posted.reference))
    return Recovered(taken, left, posted.reference)


def _entry(loan: Loan, taken: Money, key: str) -> Entry:
    asset = taken.asset
    transfers = common.moves(
        asset,
        (ledger.customer_wallet(loan.customer_id, asset), funding_of(loan).recovered(), taken.amount),
        (Account("9019", asset=asset), Account("9010", loan.id, asset), taken.amount),
    )
    return Entry(KIND, key, transfers, common.about(loan))


async def _tell(unit: Unit, loan: Loan, receipt: RecoveryReceipt) -> None:
    await enqueue(
        unit,
        receipt,
        urgency=Urgency.RECEIPT,
        key=f"{receipt.kind}:{receipt.reference}",
        customer_id=loan.customer_id,
        about=f"loan:{loan.id}",
    )
