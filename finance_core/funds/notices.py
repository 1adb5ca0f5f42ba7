"""What people are told of their orders: each act's receipt, a confirmation, money that has come, a corrected price."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from finance_core.kernel.money import Money
from finance_core.kernel.payloads import DecimalText
from finance_core.notices import Content


@dataclass(frozen=True, slots=True, kw_only=True)
class OfFund(Content):
    """Something about a fund, by its names by language."""

    fund: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfOrder(OfFund):
    """Something about an order: what was ordered and its days."""

    sum: Money
    priced_on: date
    confirm_on: date
    pays_on: date
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordered(OfOrder):
    """A receipt of an act, with the wallet's balance after it."""

    balance: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscribed(Ordered):
    """An order to buy is given."""

    kind: ClassVar[str] = "receipt.fund_subscription"


@dataclass(frozen=True, slots=True, kw_only=True)
class Redeemed(Ordered):
    """An order to sell is given."""

    kind: ClassVar[str] = "receipt.fund_redemption"


@dataclass(frozen=True, slots=True, kw_only=True)
class Switched(Ordered):
    """An order to switch is given."""

    kind: ClassVar[str] = "receipt.fund_switch"
    to_fund: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled(Ordered):
    """An order was taken back."""

    kind: ClassVar[str] = "receipt.fund_cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid(OfOrder):
    """Money of an order has come."""

    kind: ClassVar[str] = "receipt.fund_paid"
    paid: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced(OfOrder):
    """What a NAV made of an order: fees and what is left of them in money, what came in units."""

    nav: DecimalText
    to_nav: DecimalText | None
    fee: Money
    net: Money
    units: Money
    to_fund: Mapping[str, str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmedSubscription(Priced):
    """Units have come."""

    kind: ClassVar[str] = "fund.confirmed_subscription"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmedRedemption(Priced):
    """Units have left, the money comes on its day."""

    kind: ClassVar[str] = "fund.confirmed_redemption"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmedSwitch(Priced):
    """Units have become another fund's."""

    kind: ClassVar[str] = "fund.confirmed_switch"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmedDividend(Priced):
    """A distribution has become units."""

    kind: ClassVar[str] = "fund.confirmed_dividend"


@dataclass(frozen=True, slots=True, kw_only=True)
class Repriced(Priced):
    """A corrected NAV has priced the order anew."""

    kind: ClassVar[str] = "fund.repriced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspended(OfFund):
    """The fund deals no more for now, and why."""

    kind: ClassVar[str] = "fund.suspended"
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifted(OfFund):
    """The fund deals again; what waits is priced then."""

    kind: ClassVar[str] = "fund.lifted"
    priced_on: date


KINDS: Final[tuple[type[Content], ...]] = (
    Subscribed,
    Redeemed,
    Switched,
    Cancelled,
    Paid,
    ConfirmedSubscription,
    ConfirmedRedemption,
    ConfirmedSwitch,
    ConfirmedDividend,
    Repriced,
    Suspended,
    Lifted,
)
"""What is told here, each kind once."""
