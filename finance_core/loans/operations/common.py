"""What the operations share: the loan behind a subject, what it owes as the ledger has it, telling its borrower."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, cast

from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput, RuleViolation
from finance_core.kernel.json import JsonObject
from finance_core.kernel.money import ASSETS, Asset, Money
from finance_core.ledger import Account, Transfer
from finance_core.loans import queries
from finance_core.loans.book import payments
from finance_core.loans.models import InstalmentRow, Loan, LoanState
from finance_core.loans.operations.notices import OfLoan
from finance_core.loans.repayment.repayment import end, locked_active
from finance_core.notices import Urgency, enqueue
from finance_core.storage.unit import Unit

MOST_TEXT: Final = 100
"""Characters of a short text that an operator gives."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a loan owes as is posted to the ledger, in minor units: the balances of 1100, 1110, 1120 and 1130."""

    principal: int
    interest: int
    fee: int
    penalty: int

    @property
    def arrears(self) -> int:
        """All beside principal."""
        return self.interest + self.fee + self.penalty

    @property
    def total(self) -> int:
        """All that the loan owes, in minor units."""
        return self.principal + self.arrears


def standing(rows: Sequence[InstalmentRow]) -> Standing:
    """Return what a loan with these instalments owes; what the days have earned and the ledger does not know is not in
    it: bring the loan up to date first.
    """
    return Standing(
        principal=sum(row.principal - row.paid_principal for row in rows),
        interest=sum(row.accrued_interest + row.late_interest - row.paid_interest for row in rows),
        fee=sum(row.charged_fee + row.late_fee - row.paid_fee for row in rows),
        penalty=sum(row.penalty - row.paid_penalty for row in rows),
    )


async def running(unit: Unit, subject: str) -> Loan:
    """Return the running loan of a subject, `loan:5`, locked: one that operators may change.

    Raises:
        NotFound: `loan`. Conflict: `loan_settled`. RuleViolation: `loan_of_circle`: its members decide on it.
    """
    loan = await locked_active(unit, subject_id(subject))
    if loan.funding_circle is not None:
        raise RuleViolation(ErrorCode.LOAN_OF_CIRCLE)
    return loan


def subject_id(subject: str) -> int:
    """Return the number in a subject: of `loan:5` it is 5."""
    return int(subject.rpartition(":")[2])


def money(loan: Loan, amount: int) -> JsonObject:
    """Return minor units of the loan's asset as a figure of a preview."""
    return Money(amount, ASSETS[loan.asset]).as_json()


def asked_sum(loan: Loan, params: JsonObject) -> int:
    """Return the sum that a proposal names, in minor units. Raises InvalidInput: `amount_unclear`, `…_not_positive`."""
    try:
        asked = Money.of_json(cast("JsonObject", params["sum"]))
    except (KeyError, TypeError, ValueError):
        raise InvalidInput(ErrorCode.AMOUNT_UNCLEAR) from None
    if asked.asset.code != loan.asset or asked.amount <= 0:
        raise InvalidInput(ErrorCode.AMOUNT_NOT_POSITIVE)
    return asked.amount


def short_text(params: JsonObject, name: str) -> str:
    """Return a short text that a proposal names. Raises InvalidInput: `text_form`."""
    said = str(params.get(name, "")).strip()
    if not 1 <= len(said) <= MOST_TEXT:
        raise InvalidInput(ErrorCode.TEXT_FORM, most=MOST_TEXT)
    return said


def about(loan: Loan) -> dict[str, str | int]:
    """Return the ids that an entry about a loan carries."""
    return {"customer": loan.customer_id, "loan": loan.id}


def moves(asset: Asset, *wanted: tuple[Account, Account, int]) -> tuple[Transfer, ...]:
    """Return (debit, credit, minor units) as transfers, without those of nothing."""
    return tuple(Transfer(debit, credit, Money(amount, asset)) for debit, credit, amount in wanted if amount)


async def tell(unit: Unit, loan: Loan, content: OfLoan, key: str) -> None:
    """Tell the borrower what was done to their loan: it comes when their day allows."""
    await enqueue(
        unit,
        content,
        urgency=Urgency.SYSTEM,
        key=f"{content.kind}:{key}",
        customer_id=loan.customer_id,
        about=f"loan:{loan.id}",
    )


async def end_if_paid(unit: Unit, loan: Loan) -> bool:
    """End a loan of which nothing is left to pay; say whether it has ended."""
    if any(row.settled_on is None for row in await queries.instalments(unit, loan.id)):
        return False
    await payments.earn_fee_rest(unit, [loan])
    await unit.session.refresh(loan)
    await end(unit, loan, LoanState.SETTLED, "settled")
    return True


def require_nothing_undrawn(loan: Loan) -> None:
    """Refuse a line that may still be drawn. Raises RuleViolation: `loan_undrawn`."""
    if loan.undrawn:
        raise RuleViolation(ErrorCode.LOAN_UNDRAWN)
