"""What the cards of funds offer, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from finance_core.kernel.money import Money
from finance_core.kernel.payloads import DecimalText, Payload


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseFigures(Payload):
    """What a purchase was shown to come to: its fee, about at which NAV."""

    sum: Money
    fee: Money
    fee_percent: DecimalText
    net: Money
    priced_on: date
    confirm_on: date
    nav: DecimalText | None
    nav_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitsOnly(Payload):
    """What a switch was shown to come to before there is a NAV: its units."""

    sum: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyFund(Payload):
    """Buy for a sum; `shown` is the card's text, which holds for that pricing day and version of the terms."""

    fund: str
    version: int
    sum: Money
    priced_on: date
    shown: str
    figures: PurchaseFigures


@dataclass(frozen=True, slots=True, kw_only=True)
class SellUnits(Payload):
    """Sell units."""

    fund: str
    version: int
    sum: Money
    priced_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchUnits(Payload):
    """Switch units to another fund, whose version of the terms holds."""

    fund: str
    to: str
    version: int
    sum: Money
    priced_on: date
    shown: str
    figures: PurchaseFigures | UnitsOnly


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderGiven(Payload):
    """An order is given; `names` are those of its fund, or of both, by language."""

    kind: str
    names: Mapping[str, str]
    sum: Money
    priced_on: date
    comes_on: date
    balance: Money
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelOrder(Payload):
    """Take an order back."""

    order: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCancelled(Payload):
    """It is taken back."""

    reference: str
    balance: Money
