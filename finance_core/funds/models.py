"""Funds with a NAV: their prices, people's orders, the lots that their units came in, dividends, suspensions."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from pydantic import AwareDatetime, SkipValidation
from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, text
from sqlmodel import Field

from finance_core.storage.base import Table
from finance_core.storage.columns import Amount, Day, Exact, Instant

FIRST_ORDER_ID: Final = 1_000_000_000_000
"""Account 2051 is held by an order's id, and Change Plus numbers its own orders from 1."""


class NavFund(Table, table=True):
    """A fund whose books are kept here, from its first order or price on; its terms are in the catalogue."""

    __tablename__ = "nav_fund"

    id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    """The product's number: owner of the fund's accounts, and the name of its books `FUND:id` and `REG:id`."""
    code: str = Field(unique=True)
    asset: str
    unit_asset: str
    opened_on: date = Field(sa_type=Day)
    valued_on: date | None = Field(default=None, sa_type=Day)
    """The last dealing day at whose NAV the fund's books stand."""
    valued_nav: Decimal | None = Field(default=None, sa_type=Exact)


class NavPrice(Table, table=True):
    """The NAV of a dealing day. A correction is a further version; the highest one holds."""

    __tablename__ = "nav_price"
    __table_args__ = (CheckConstraint("nav > 0", name="positive"),)

    fund_id: int = Field(sa_type=BigInteger, primary_key=True)
    on_date: date = Field(sa_type=Day, primary_key=True)
    version: int = Field(primary_key=True)
    nav: Decimal = Field(sa_type=Exact)
    """Money for one unit, 4 decimals."""
    source: str
    """Who says so: `series`, or an actor (`operator:5`)."""
    published_at: AwareDatetime = Field(sa_type=Instant)


class OrderKind(StrEnum):
    """What an order asks for."""

    SUBSCRIPTION = "subscription"  # money in, units when confirmed
    REDEMPTION = "redemption"  # units out, money some dealing days after
    SWITCH = "switch"  # units of one fund out and of another in, both at the prices of one day
    DIVIDEND = "dividend"  # nobody's wish: what a distribution brought, in money or units


class OrderState(StrEnum):
    """Where an order stands."""

    PENDING = "pending"  # given, not priced
    CONFIRMED = "confirmed"  # priced: units issued; for a redemption, the money is on its way
    PAID = "paid"  # a redemption's (or a cash dividend's) money has come
    CANCELLED = "cancelled"  # by its owner, before it was priced


class NavOrder(Table, table=True):
    """One order. A subscription's money waits in 2051, units on their way out in U2015, money on its way in F2010."""

    __tablename__ = "nav_order"
    __table_args__ = (
        CheckConstraint("amount > 0", name="positive"),
        CheckConstraint("kind IN ('subscription', 'redemption', 'switch', 'dividend')", name="known_kind"),
        CheckConstraint("state IN ('pending', 'confirmed', 'paid', 'cancelled')", name="known_state"),
        CheckConstraint("(kind = 'switch') = (to_fund_id IS NOT NULL)", name="switched_somewhere"),
        CheckConstraint(
            "kind = 'dividend' OR (state IN ('confirmed', 'paid')) = (nav IS NOT NULL)", name="priced_when_confirmed"
        ),
        CheckConstraint("(state = 'pending') = (confirmed_on IS NULL AND cancelled_on IS NULL)", name="pending_open"),
        CheckConstraint("fee >= 0 AND to_fee >= 0 AND net >= 0 AND units_in >= 0", name="not_negative"),
        Index("ix_nav_order_priced_on", "fund_id", "priced_on", "id", postgresql_where=text("state = 'pending'")),
        Index("ix_nav_order_pays_on", "pays_on", "id", postgresql_where=text("state = 'confirmed'")),
        Index("ix_nav_order_customer_id", "customer_id", "id"),
    )

    id: SkipValidation[int] = Field(
        default=None,
        sa_type=BigInteger,
        sa_column_args=(Identity(always=True, start=FIRST_ORDER_ID),),
        primary_key=True,
    )
    key: str = Field(unique=True)
    """The idempotency key of the act that gave it."""
    fund_id: int = Field(sa_type=BigInteger)
    to_fund_id: int | None = Field(default=None, sa_type=BigInteger)
    customer_id: int = Field(sa_type=BigInteger)
    kind: str
    amount: int = Field(sa_type=Amount)
    """As ordered, in minor units: money in (subscription), units out (redemption, switch), money due (dividend)."""
    product_version: int
    """The terms that were shown; a switch's: those of the fund that it goes to."""
    state: str
    ordered_at: AwareDatetime = Field(sa_type=Instant)
    ordered_on: date = Field(sa_type=Day)
    priced_on: date = Field(sa_type=Day)
    """The dealing day whose NAV it gets."""
    confirm_on: date = Field(sa_type=Day)
    pays_on: date | None = Field(default=None, sa_type=Day)
    """When a redemption's money is in the wallet."""
    nav: Decimal | None = Field(default=None, sa_type=Exact)
    to_nav: Decimal | None = Field(default=None, sa_type=Exact)
    fee: int = Field(default=0, sa_type=Amount)
    """The subscription fee (known when ordered), or what a redemption leaves in the fund (known when priced)."""
    to_fee: int = Field(default=0, sa_type=Amount)
    """A switch's subscription fee in the fund that it goes to."""
    net: int = Field(default=0, sa_type=Amount)
    """Money without the fee: what goes into the fund, or comes out of it."""
    units_in: int = Field(default=0, sa_type=Amount)
    """Units that were issued for it."""
    confirmed_on: date | None = Field(default=None, sa_type=Day)
    paid_on: date | None = Field(default=None, sa_type=Day)
    cancelled_on: date | None = Field(default=None, sa_type=Day)
    entry_id: int | None = Field(default=None, sa_type=BigInteger)
    """The entry that confirmed it: what a correction reverses."""
    paid_entry_id: int | None = Field(default=None, sa_type=BigInteger)


class NavLot(Table, table=True):
    """Units that came in by one order, for the holding time: the oldest leave first."""

    __tablename__ = "nav_lot"
    __table_args__ = (
        CheckConstraint("units_left BETWEEN 0 AND units", name="left_within"),
        Index("ix_nav_lot_customer_id", "customer_id", "fund_id", "since", "order_id"),
    )

    order_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    fund_id: int = Field(sa_type=BigInteger)
    customer_id: int = Field(sa_type=BigInteger)
    since: date = Field(sa_type=Day)
    """Held from this day on."""
    units: int = Field(sa_type=Amount)
    units_left: int = Field(sa_type=Amount)


class NavLotUse(Table, table=True):
    """Units of a lot that an order takes out. A cancelled order's are back in their lots."""

    __tablename__ = "nav_lot_use"
    __table_args__ = (CheckConstraint("units > 0", name="positive"),)

    order_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    lot_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    units: int = Field(sa_type=Amount)


class NavHolding(Table, table=True):
    """A person's contract with a fund. The units are in the ledger."""

    __tablename__ = "nav_holding"
    __table_args__ = (CheckConstraint("dividends IN ('cash', 'units')", name="known_choice"),)

    fund_id: int = Field(sa_type=BigInteger, primary_key=True)
    customer_id: int = Field(sa_type=BigInteger, primary_key=True)
    signed_at: AwareDatetime = Field(sa_type=Instant)
    product_version: int
    """The terms that were shown and signed first."""
    dividends: str
    """How distributions are taken: `cash` or `units`."""


class NavDividend(Table, table=True):
    """A distribution: whoever holds a unit at the ex-date, priced before it, has this much money or its worth."""

    __tablename__ = "nav_dividend"
    __table_args__ = (CheckConstraint("per_unit > 0", name="positive"),)

    fund_id: int = Field(sa_type=BigInteger, primary_key=True)
    ex_on: date = Field(sa_type=Day, primary_key=True)
    per_unit: Decimal = Field(sa_type=Exact)
    """Money for one unit, at most 4 decimals."""
    declared_by: str
    declared_at: AwareDatetime = Field(sa_type=Instant)
    paid_on: date | None = Field(default=None, sa_type=Day)
    """The business date on which all holders had it."""


class NavSuspension(Table, table=True):
    """A time in which a fund is neither sold, redeemed nor priced; orders that were given wait."""

    __tablename__ = "nav_suspension"
    __table_args__ = (
        CheckConstraint("until_at >= from_at", name="ends_later"),
        CheckConstraint("(until_at IS NULL) = (lifted_by IS NULL)", name="lifted_by_somebody"),
        Index("ix_nav_suspension_fund_id", "fund_id", unique=True, postgresql_where=text("until_at IS NULL")),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    fund_id: int = Field(sa_type=BigInteger)
    from_at: AwareDatetime = Field(sa_type=Instant)
    until_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    reason: str
    suspended_by: str
    lifted_by: str | None = None
