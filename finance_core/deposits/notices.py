"""What people are told of their deposits: receipts, and a question before maturity."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from finance_core.kernel.money import Money
from finance_core.kernel.payloads import DecimalText
from finance_core.notices import Content


@dataclass(frozen=True, slots=True, kw_only=True)
class Matures(Content):
    """Some days before maturity: what comes back when, and what is chosen to be done. Written by SQL."""

    kind: ClassVar[str] = "deposit.matures"
    deposit: int
    matures_on: date
    pays_on: date
    rollover: str
    days: int
    sum: Money
    interest: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedReceipt(Content):
    """A deposit was opened: its days, its rate in percent a year, the wallet's balance."""

    kind: ClassVar[str] = "receipt.deposit_opened"
    sum: Money
    balance: Money
    days: int
    rate: DecimalText
    matures_on: date
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyReceipt(Content):
    """Money came out before maturity, and what stays."""

    kind: ClassVar[str] = "receipt.deposit_early"
    sum: Money
    interest: Money
    left: Money
    balance: Money
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MaturedReceipt(Content):
    """A deposit was paid out; `declined`: it was to go on and could not."""

    kind: ClassVar[str] = "receipt.deposit_matured"
    sum: Money
    interest: Money
    reference: str
    declined: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RolledReceipt(Content):
    """A deposit goes on as a new contract."""

    kind: ClassVar[str] = "receipt.deposit_rolled"
    sum: Money
    interest: Money
    reference: str
    days: int
    rate: DecimalText
    matures_on: date


KINDS: Final[tuple[type[Content], ...]] = (
    Matures,
    OpenedReceipt,
    EarlyReceipt,
    MaturedReceipt,
    RolledReceipt,
)
"""What is told here, each kind once."""
