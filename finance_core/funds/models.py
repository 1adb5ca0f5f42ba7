"""Funds with a NAV: their prices, people's orders, the lots that their units came in, dividends, suspensions."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from finance_core.storage.base import Base
from finance_core.storage.columns import Amount, Day, Exact, Instant

FIRST_ORDER_ID: Final = 1_000_000_000_000
"""Account 2051 is held by an order's id, and Change Plus numbers its own orders from 1."""


class NavFund(Base):
    """A fund whose books are kept here, from its first order or price on; its terms are in the catalogue."""

    __tablename__ = "nav_fund"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """The product's number: owner of the fund's accounts, and the name of its books `FUND:id` and `REG:id`."""
    code: Mapped[str] = mapped_column(unique=True)
    asset: Mapped[str]
    unit_asset: Mapped[str]
    opened_on: Mapped[date] = mapped_column(Day)
    valued_on: Mapped[date | None] = mapped_column(Day)
    """The last dealing day at whose NAV the fund's books stand."""
    valued_nav: Mapped[Decimal | None] = mapped_column(Exact)


class NavPrice(Base):
    """The NAV of a dealing day. A correction is a further version; the highest one holds."""

    __tablename__ = "nav_price"
    __table_args__ = (CheckConstraint("nav > 0", name="positive"),)

    fund_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    on_date: Mapped[date] = mapped_column(Day, primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    nav: Mapped[Decimal] = mapped_column(Exact)
    """Money for one unit, 4 decimals."""
    source: Mapped[str]
    """Who says so: `series`, or an actor (`operator:5`)."""
    published_at: Mapped[datetime] = mapped_column(Instant)


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


class NavOrder(Base):
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

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True, start=FIRST_ORDER_ID), primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    """The idempotency key of the act that gave it."""
    fund_id: Mapped[int] = mapped_column(BigInteger)
    to_fund_id: Mapped[int | None] = mapped_column(BigInteger)
    customer_id: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str]
    amount: Mapped[int] = mapped_column(Amount)
    """As ordered, in minor units: money in (subscription), units out (redemption, switch), money due (dividend)."""
    product_version: Mapped[int]
    """The terms that were shown; a switch's: those of the fund that it goes to."""
    state: Mapped[str]
    ordered_at: Mapped[datetime] = mapped_column(Instant)
    ordered_on: Mapped[date] = mapped_column(Day)
    priced_on: Mapped[date] = mapped_column(Day)
    """The dealing day whose NAV it gets."""
    confirm_on: Mapped[date] = mapped_column(Day)
    pays_on: Mapped[date | None] = mapped_column(Day)
    """When a redemption's money is in the wallet."""
    nav: Mapped[Decimal | None] = mapped_column(Exact)
    to_nav: Mapped[Decimal | None] = mapped_column(Exact)
    fee: Mapped[int] = mapped_column(Amount, default=0)
    """The subscription fee (known when ordered), or what a redemption leaves in the fund (known when priced)."""
    to_fee: Mapped[int] = mapped_column(Amount, default=0)
    """A switch's subscription fee in the fund that it goes to."""
    net: Mapped[int] = mapped_column(Amount, default=0)
    """Money without the fee: what goes into the fund, or comes out of it."""
    units_in: Mapped[int] = mapped_column(Amount, default=0)
    """Units that were issued for it."""
    confirmed_on: Mapped[date | None] = mapped_column(Day)
    paid_on: Mapped[date | None] = mapped_column(Day)
    cancelled_on: Mapped[date | None] = mapped_column(Day)
    entry_id: Mapped[int | None] = mapped_column(BigInteger)
    """The entry that confirmed it: what a correction reverses."""
    paid_entry_id: Mapped[int | None] = mapped_column(BigInteger)


class NavLot(Base):
    """Units that came in by one order, for the holding time: the oldest leave first."""

    __tablename__ = "nav_lot"
    __table_args__ = (
        CheckConstraint("units_left BETWEEN 0 AND units", name="left_within"),
        Index("ix_nav_lot_customer_id", "customer_id", "fund_id", "since", "order_id"),
    )

    order_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    fund_id: Mapped[int] = mapped_column(BigInteger)
    customer_id: Mapped[int] = mapped_column(BigInteger)
    since: Mapped[date] = mapped_column(Day)
    """Held from this day on."""
    units: Mapped[int] = mapped_column(Amount)
    units_left: Mapped[int] = mapped_column(Amount)


class NavLotUse(Base):
    """Units of a lot that an order takes out. A cancelled order's are back in their lots."""

    __tablename__ = "nav_lot_use"
    __table_args__ = (CheckConstraint("units > 0", name="positive"),)

    order_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    lot_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    units: Mapped[int] = mapped_column(Amount)


class NavHolding(Base):
    """A person's contract with a fund. The units are in the ledger."""

    __tablename__ = "nav_holding"
    __table_args__ = (CheckConstraint("dividends IN ('cash', 'units')", name="known_choice"),)

    fund_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    customer_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    signed_at: Mapped[datetime] = mapped_column(Instant)
    product_version: Mapped[int]
    """The terms that were shown and signed first."""
    dividends: Mapped[str]
    """How distributions are taken: `cash` or `units`."""


class NavDividend(Base):
    """A distribution: whoever holds a unit at the ex-date, priced before it, has this much money or its worth."""

    __tablename__ = "nav_dividend"
    __table_args__ = (CheckConstraint("per_unit > 0", name="positive"),)

    fund_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    ex_on: Mapped[date] = mapped_column(Day, primary_key=True)
    per_unit: Mapped[Decimal] = mapped_column(Exact)
    """Money for one unit, at most 4 decimals."""
    declared_by: Mapped[str]
    declared_at: Mapped[datetime] = mapped_column(Instant)
    paid_on: Mapped[date | None] = mapped_column(Day)
    """The business date on which all holders had it."""


class NavSuspension(Base):
    """A time in which a fund is neither sold, redeemed nor priced; orders that were given wait."""

    __tablename__ = "nav_suspension"
    __table_args__ = (
        CheckConstraint("until_at >= from_at", name="ends_later"),
        CheckConstraint("(until_at IS NULL) = (lifted_by IS NULL)", name="lifted_by_somebody"),
        Index("ix_nav_suspension_fund_id", "fund_id", unique=True, postgresql_where=text("until_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    fund_id: Mapped[int] = mapped_column(BigInteger)
    from_at: Mapped[datetime] = mapped_column(Instant)
    until_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str]
    suspended_by: Mapped[str]
    lifted_by: Mapped[str | None]
