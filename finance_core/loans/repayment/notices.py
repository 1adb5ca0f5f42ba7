"""Receipts of what was paid on loans."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from finance_core.kernel.money import Money
from finance_core.notices import Content


@dataclass(frozen=True, slots=True, kw_only=True)
class Repayment(Content):
    """A payment of one's own, with what is still due today and what comes next."""

    loan: int
    sum: Money
    reference: str
    outstanding: Money
    due_now: Money
    next_due: Money
    next_due_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RepaymentReceipt(Repayment):
    """A payment."""

    kind: ClassVar[str] = "receipt.repayment"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementReceipt(Repayment):
    """The payment that settled the loan."""

    kind: ClassVar[str] = "receipt.loan_settled"


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenBackReceipt(Content):
    """A loan was given back within its cooling-off days; the fee that was withheld came back."""

    kind: ClassVar[str] = "receipt.loan_given_back"
    sum: Money
    fee: Money
    balance: Money
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Debit(Content):
    """A debit on a due day, or of money that came in later."""

    loan: int
    sum: Money
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DebitReceipt(Debit):
    """A debit, and what is due after it; None in a row that was queued before that was kept."""

    kind: ClassVar[str] = "receipt.debit"
    due_now: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortDebit(Content):
    """What the debits of a due day did not reach: `taken` of it, `missing`, and what waiting costs.

    `nr` of `count` is the instalment, `borrowed` what the loan was of, `besides` what is owed of earlier ones. Until
    the end of `due_on` it is on time, until the end of `last_on` without a penalty: each day then costs `in_grace`,
    later `beyond`, and `late_fee` once.
    """

    kind: ClassVar[str] = "debit.short"
    loan: int
    nr: int
    count: int
    borrowed: Money
    taken: Money
    missing: Money
    besides: Money
    due_on: date
    last_on: date
    in_grace: Money
    beyond: Money
    late_fee: Money
    references: tuple[str, ...] = ()
    """Of the debits that have `taken`, whose receipts it stands for; none in a row that was queued before that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlingDebitReceipt(Debit):
    """The debit that settled the loan."""

    kind: ClassVar[str] = "receipt.debit_settled"


KINDS: Final[tuple[type[Content], ...]] = (
    RepaymentReceipt,
    SettlementReceipt,
    GivenBackReceipt,
    DebitReceipt,
    ShortDebit,
    SettlingDebitReceipt,
)
"""What is told here, each kind once."""
