"""What borrowers are told of what was done to their loans."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from finance_core.kernel.money import Money
from finance_core.notices import Content


@dataclass(frozen=True, slots=True, kw_only=True)
class OfLoan(Content):
    """Something that was done to a loan."""

    loan: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Waived(OfLoan):
    """A part of what was due is waived."""

    kind: ClassVar[str] = "loan.waived"
    sum: Money
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenOff(OfLoan):
    """The loan is closed in the books, and still owed."""

    kind: ClassVar[str] = "loan.written_off"
    sum: Money
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver(OfLoan):
    """The loan is with a collector, by name."""

    kind: ClassVar[str] = "loan.handed_over"
    collector: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack(OfLoan):
    """The loan is with its collector no more."""

    kind: ClassVar[str] = "loan.taken_back"
    collector: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RestructureOffered(OfLoan):
    """A new schedule is offered."""

    kind: ClassVar[str] = "loan.restructure_offered"
    offer: int
    until_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentReversed(OfLoan):
    """A payment never came: what is due without it."""

    kind: ClassVar[str] = "loan.payment_reversed"
    sum: Money
    due_now: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Restructured(Content):
    """A new schedule has taken effect: what is repaid in how many instalments."""

    kind: ClassVar[str] = "loan.restructured"
    sum: Money
    count: int
    first: Money
    first_due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryReceipt(Content):
    """A payment on a loan that is closed in the books."""

    kind: ClassVar[str] = "receipt.recovery"
    sum: Money
    left: Money
    reference: str


KINDS: Final[tuple[type[Content], ...]] = (
    Waived,
    WrittenOff,
    HandedOver,
    TakenBack,
    RestructureOffered,
    PaymentReversed,
    Restructured,
    RecoveryReceipt,
)
"""What is told here, each kind once."""
