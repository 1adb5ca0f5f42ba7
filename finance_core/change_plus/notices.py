"""What people are told of Change Plus: receipts, incomes, where they stand in the queue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from finance_core.kernel.money import Money
from finance_core.kernel.payloads import Payload
from finance_core.notices import Content


@dataclass(frozen=True, slots=True, kw_only=True)
class PutInReceipt(Content):
    """Money is on its way in: when it earns, and when that is seen."""

    kind: ClassVar[str] = "receipt.change_plus_in"
    sum: Money
    balance: Money
    earns_on: date
    seen_on: date
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOutReceipt(Content):
    """Money is in the wallet."""

    kind: ClassVar[str] = "receipt.change_plus_out"
    sum: Money
    balance: Money
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RedemptionReceipt(Content):
    """Money comes on a later day."""

    kind: ClassVar[str] = "receipt.change_plus_redemption"
    sum: Money
    pays_on: date
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Redeemed(Content):
    """The money of a redemption has come."""

    kind: ClassVar[str] = "receipt.change_plus_redeemed"
    sum: Money
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Income(Content):
    """A day's income, and all that was earned. Written by SQL."""

    kind: ClassVar[str] = "wealth.income"
    sum: Money
    earned: Money
    day_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DayIncome(Payload):
    """One day of a week's income."""

    day_on: date
    sum: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekIncome(Content):
    """A week's income, day by day, and all that was earned. Written by SQL."""

    kind: ClassVar[str] = "wealth.income_week"
    sum: Money
    earned: Money
    first_on: date
    last_on: date
    days: tuple[DayIncome, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomeCorrected(Content):
    """Another income stands for a day than was paid before. Written by SQL."""

    kind: ClassVar[str] = "wealth.income_corrected"
    sum: Money
    before: Money
    day_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued(Content):
    """Where a redemption stands that waits for the fund's cash, and the day if it can be foreseen. Written by SQL."""

    kind: ClassVar[str] = "wealth.queued"
    sum: Money
    place: int
    waiting: int
    expected_on: date | None


KINDS: Final[tuple[type[Content], ...]] = (
    PutInReceipt,
    TakenOutReceipt,
    RedemptionReceipt,
    Redeemed,
    Income,
    WeekIncome,
    IncomeCorrected,
    Queued,
)
"""What is told here, each kind once."""
