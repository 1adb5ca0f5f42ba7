"""What a signed contract says, as facts; and its paper, whose hash stands in the ledger.

The core has no chat words: who serves the person gives a `Write`, which puts the facts into their language and prints
them. Printing is a function of the written text alone, so what was signed can be printed again, hashed and compared.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from pydantic import TypeAdapter
from sqlalchemy import text

from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from finance_core.kernel.money import ASSETS, Money
from finance_core.loans.models import Loan
from finance_core.loans.origination.models import LoanContract
from finance_core.loans.origination.quoting import Quote
from finance_core.loans.rules.schedule import Schedule
from finance_core.storage.unit import Unit


@dataclass(frozen=True, slots=True)
class ContractLine:
    """One instalment as agreed. Amounts in minor units of the contract's asset."""

    nr: int
    due_on: date
    principal: int
    interest: int
    fee: int


@dataclass(frozen=True, slots=True)
class Surety:
    """Somebody who stands for a part of the loan."""

    customer_id: int
    at_most: Money


@dataclass(frozen=True, slots=True)
class StandsFor:
    """Somebody whose loan, taken together with this one, the borrower stands for."""

    customer_id: int
    principal: Money
    at_most: Money


@dataclass(frozen=True, slots=True)
class Contract:
    """What is agreed. Rates in percent a year."""

    loan_id: int
    customer_id: int
    product: str
    product_version: int
    signed_at: datetime
    signed_on: date
    all_in_rate: Decimal
    annual_rate: Decimal
    penalty_rate: Decimal
    """What overdue principal costs beyond `annual_rate`, after the grace days."""
    commitment: Money
    """What may be borrowed in all."""
    paid_out: Money
    """What is lent at signing; less than `commitment` where the rest is drawn later."""
    draws_left: int
    draw_until: date | None
    cost: Money
    """Interest and fees when everything is drawn at signing and paid on its days."""
    withheld: Money
    fee_each_instalment: Money
    late_fee: Money
    grace_days: int
    cooling_off_until: date
    automatic_debit: bool
    from_change_plus: bool
    refinances: bool
    lines: tuple[ContractLine, ...]
    """The schedule of what is lent at signing."""
    sureties: tuple[Surety, ...] = ()
    stands_for: tuple[StandsFor, ...] = ()
    """Of a group that borrows together: the other lines."""
    circle: int | None = None
    """The savings circle whose members lend; None: the institution does."""

    def canonical(self) -> bytes:
        """Return the facts in one canonical form: JSON with sorted names, dates as ISO text, rates as decimal text."""
        facts = {name: _plain(getattr(self, name)) for name in self.__dataclass_fields__}
        return json.dumps(facts, sort_keys=True, separators=(",", ":")).encode()

    @classmethod
    def of_canonical(cls, kept: bytes) -> Contract:
        """Return the contract whose facts `canonical` wrote down."""
        return TypeAdapter(cls).validate_json(kept)


@dataclass(frozen=True, slots=True)
class Paper:
    """A contract as it was written for a person."""

    language: str
    sealed: bytes
    """Its text, encrypted with its associated data (`contract_associated_data`)."""
    sha256: str
    """Of what is printed from the text."""


Write = Callable[[Contract], Awaitable[Paper]]

_PAID: Final = text(
    "SELECT coalesce(sum(amount), 0) FROM loan_payment WHERE loan_id = :loan AND reversed_entry_id IS NULL"
)
_HASH_IN_THE_BOOK: Final = text("SELECT about ->> 'contract' FROM entry WHERE key = :key")


async def bare(contract: Contract) -> Paper:
    """Write a contract down as its canonical facts: where nobody reads it on paper. They name no person."""
    facts = contract.canonical()
    return Paper(language="", sealed=facts, sha256=hashlib.sha256(facts).hexdigest())


def contract_associated_data(loan_id: int) -> str:
    """Return the associated data that a contract's encrypted text is bound to."""
    return f"loan_contract.sealed:{loan_id}"


def contract_of(
    loan: Loan,
    offered: Quote,
    plan: Schedule,
    *,
    refinances: bool,
    sureties: tuple[Surety, ...],
    stands_for: tuple[StandsFor, ...] = (),
) -> Contract:
    """Return what `loan`, just made from what was quoted, is agreed to be; `plan` is of what is paid out now."""
    asset = ASSETS[loan.asset]
    return Contract(
        loan_id=loan.id,
        customer_id=loan.customer_id,
        product=loan.product,
        product_version=loan.product_version,
        signed_at=loan.signed_at,
        signed_on=loan.disbursed_on,
        all_in_rate=loan.all_in_rate,
        annual_rate=loan.annual_rate,
        penalty_rate=loan.penalty_rate,
        commitment=offered.principal,
        paid_out=Money(loan.principal, asset),
        draws_left=loan.draws_left,
        draw_until=loan.draw_until,
        cost=offered.cost,
        withheld=Money(loan.fee_deferred, asset),
        fee_each_instalment=offered.product.fees.each_instalment,
        late_fee=Money(loan.late_fee, asset),
        grace_days=loan.grace_days,
        cooling_off_until=loan.cooling_off_until,
        automatic_debit=loan.automatic_debit,
        from_change_plus=loan.debit_from_change_plus,
        refinances=refinances,
        lines=tuple(
            ContractLine(line.nr, line.due_on, line.principal, line.interest, line.fee) for line in plan.instalments
        ),
        sureties=sureties,
        stands_for=stands_for,
        circle=loan.funding_circle,
    )


async def keep(unit: Unit, contract: Contract, paper: Paper) -> None:
    """Keep a contract's paper beside the loan, for good."""
    unit.session.add(
        LoanContract(
            loan_id=contract.loan_id,
            language=paper.language,
            sealed=paper.sealed,
            sha256=paper.sha256,
            signed_on=contract.signed_on,
        )
    )
    await unit.session.flush()


async def paper_of(unit: Unit, loan: Loan) -> LoanContract:
    """Return the kept paper of a loan's contract. Raises NotFound: `loan_paper`."""
    found = await unit.session.get(LoanContract, loan.id)
    if found is None:
        raise NotFound(ErrorCode.LOAN_PAPER)
    return found


async def is_as_signed(unit: Unit, loan: Loan, printed: bytes) -> bool:
    """Say whether `printed` is, to the last byte, what the entry that paid the loan out carries the hash of."""
    booked = await unit.session.scalar(_HASH_IN_THE_BOOK, {"key": f"{loan.key}:disbursed"})
    return booked is not None and booked == hashlib.sha256(printed).hexdigest()


async def paid_in_all(unit: Unit, loan: Loan) -> Money:
    """Return what has been paid on a loan in all, reversed payments left out."""
    return Money(int(await unit.session.scalar(_PAID, {"loan": loan.id}) or 0), ASSETS[loan.asset])


def _plain(value: object) -> object:
    match value:
        case Money():
            return value.as_json()
        case datetime() | date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case tuple():
            return [_plain(each) for each in value]
        case ContractLine() | Surety() | StandsFor():
            return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
        case _:
            return value
