"""Funds, their daily incomes, people's orders, and what of a holding the ledger does not say."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

from pydantic import AwareDatetime, SkipValidation
from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, text
from sqlmodel import Field

from finance_core.change_plus.rules import CARRY_PLACES
from finance_core.storage.base import Table
from finance_core.storage.columns import Amount, Day, Exact, Instant


class Fund(Table, table=True):
    """A fund whose books are kept here. It begins with its first order; its terms are in the catalogue."""

    __tablename__ = "fund"
    __table_args__ = (CheckConstraint("carry > -0.01 AND carry < 0.01", name="carry_below_a_cent"),)

    id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    """The product's number: owner of the fund's accounts, and the name of its books `FUND:id` and `REG:id`."""
    code: str = Field(unique=True)
    asset: str
    unit_asset: str
    opened_on: date = Field(sa_type=Day)
    carry: Decimal = Field(default=Decimal(0), sa_type=Exact)
    """The fund's own fraction of a cent, which joins the next day's income."""


class FundIncome(Table, table=True):
    """The income of one natural day: published first, then paid to holders at the close of that day."""

    __tablename__ = "fund_income"
    __table_args__ = (
        CheckConstraint("(units IS NULL) = (income IS NULL)", name="opened_whole"),
        CheckConstraint("paid_on IS NULL OR units IS NOT NULL", name="opened_before_paid"),
    )

    fund_id: int = Field(sa_type=BigInteger, primary_key=True)
    on_date: date = Field(sa_type=Day, primary_key=True)
    rate: Decimal = Field(sa_type=Exact)
    """r: income per 10,000 units."""
    source: str
    """Who says so: `portfolio`, or an operator."""
    published_at: AwareDatetime = Field(sa_type=Instant)
    units: int | None = Field(default=None, sa_type=Amount)
    """Units in issue at the end of the day, before its income: what it is computed on."""
    income: int | None = Field(default=None, sa_type=Amount)
    """The fund's income of the day, in whole cents."""
    paid_on: date | None = Field(default=None, sa_type=Day)
    """The business date on which all holders had it."""
    corrected_by: int | None = Field(default=None, sa_type=BigInteger)
    """The last correction that was carried out; its entries stand for the day then."""


class IncomeCorrection(Table, table=True):
    """A paid day's income was wrong: the day's entries are reversed and the right ones written, chunk by chunk."""

    __tablename__ = "income_correction"
    __table_args__ = (
        CheckConstraint("rate <> before", name="changes"),
        Index("uq_income_correction_fund_id", "fund_id", unique=True, postgresql_where=text("done_on IS NULL")),
        Index("ix_income_correction_fund_id", "fund_id", "on_date"),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    key: str = Field(unique=True)
    """The idempotency key of the act that ordered it."""
    fund_id: int = Field(sa_type=BigInteger)
    on_date: date = Field(sa_type=Day)
    """The natural day whose income was wrong."""
    before: Decimal = Field(sa_type=Exact)
    rate: Decimal = Field(sa_type=Exact)
    """r as it stood, and as it should have been."""
    undoes: int | None = Field(default=None, sa_type=BigInteger)
    """The correction whose entries it reverses; None: the day's first ones."""
    source: str
    ordered_at: AwareDatetime = Field(sa_type=Instant)
    done_on: date | None = Field(default=None, sa_type=Day)
    """The business date on which the last of its entries was written."""


class OrderKind(StrEnum):
    """What an order asks for."""

    SUBSCRIPTION = "subscription"  # money in
    REDEMPTION = "redemption"  # units out, cash when confirmed
    FAST = "fast"  # units out and cash at once; the fund pays the institution back the next dealing day


class OrderState(StrEnum):
    """Where an order stands."""

    PENDING = "pending"  # given, not confirmed
    CONFIRMED = "confirmed"  # units issued, or (fast) cash advanced
    CANCELLED = "cancelled"  # all of it, before it was confirmed
    PAID = "paid"  # cash has come


class FundOrder(Table, table=True):
    """One order. While a subscription waits its money is in account 2051; units in redemption wait in U2015."""

    __tablename__ = "fund_order"
    __table_args__ = (
        CheckConstraint("amount > 0", name="positive"),
        CheckConstraint("cancelled BETWEEN 0 AND amount", name="cancelled_within"),
        CheckConstraint("kind IN ('subscription', 'redemption', 'fast')", name="known_kind"),
        CheckConstraint("state IN ('pending', 'confirmed', 'cancelled', 'paid')", name="known_state"),
        CheckConstraint("(state = 'cancelled') = (cancelled = amount)", name="cancelled_whole"),
        CheckConstraint("confirm_on > ordered_on", name="confirmed_later"),
        CheckConstraint("queued_on IS NULL OR kind = 'redemption' AND queued_on >= confirm_on", name="queued"),
        Index("ix_fund_order_confirm_on", "confirm_on", "id", postgresql_where=text("settled_on IS NULL")),
        Index("ix_fund_order_leaving", "fund_id", "customer_id", postgresql_where=text("kind = 'redemption'")),
        Index("ix_fund_order_customer_id", "customer_id", "id"),
        Index("ix_fund_order_ordered_on", "fund_id", "ordered_on", postgresql_where=text("kind = 'subscription'")),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    key: str = Field(unique=True)
    """The idempotency key of the act that gave it."""
    fund_id: int = Field(sa_type=BigInteger)
    customer_id: int = Field(sa_type=BigInteger)
    kind: str
    amount: int = Field(sa_type=Amount)
    """As ordered: money in, or units out, in minor units."""
    cancelled: int = Field(default=0, sa_type=Amount)
    """What was taken back before it was confirmed."""
    state: str
    ordered_at: AwareDatetime = Field(sa_type=Instant)
    ordered_on: date = Field(sa_type=Day)
    """The business date, whose quotas it counts in."""
    confirm_on: date = Field(sa_type=Day)
    """The dealing day that confirms it: money in earns from then, units out earn until the day before."""
    queued_on: date | None = Field(default=None, sa_type=Day)
    """The morning from which a redemption waits for the fund's cash; its units earn meanwhile."""
    settled_on: date | None = Field(default=None, sa_type=Day)
    """When nothing was left to do for it."""

    @property
    def left(self) -> int:
        """What of the order is not cancelled, in minor units."""
        return self.amount - self.cancelled


class Holding(Table, table=True):
    """A person's contract with a fund. The units are in the ledger; here is what it does not say."""

    __tablename__ = "holding"
    __table_args__ = (
        CheckConstraint("carried > -1000000 AND carried < 1000000", name="carried_below_a_cent"),
        CheckConstraint("owed >= 0", name="owed"),
        CheckConstraint("sweep_floor >= 0", name="sweep_floor"),
        Index("ix_holding_sweep", "customer_id", postgresql_where=text("sweep_floor IS NOT NULL")),
        Index("ix_holding_owed", "fund_id", "customer_id", postgresql_where=text("owed > 0")),
    )

    fund_id: int = Field(sa_type=BigInteger, primary_key=True)
    customer_id: int = Field(sa_type=BigInteger, primary_key=True)
    signed_at: AwareDatetime = Field(sa_type=Instant)
    product_version: int
    """The terms that were shown and signed."""
    units_account: int = Field(sa_type=BigInteger)
    """The ledger account of the units, at hand where millions are paid."""
    carried: int = Field(default=0, sa_type=Amount)
    """The fraction of a cent that has been earned and not been paid, in hundred-millionths of a unit."""
    earned: int = Field(default=0, sa_type=Amount)
    """All income paid so far."""
    owed: int = Field(default=0, sa_type=Amount)
    """What a loss or a correction took that was not there any more: the residue lent it, later income repays it."""
    last_income: int = Field(default=0, sa_type=Amount)
    last_on: date | None = Field(default=None, sa_type=Day)
    """The natural day that `last_income` is of."""
    sweep_floor: int | None = Field(default=None, sa_type=Amount)
    """The wallet's balance above which money is put in each evening; None: the auto-sweep is off."""

    @property
    def carry(self) -> Decimal:
        """The fraction of a cent carried on, in major units."""
        return Decimal(self.carried).scaleb(-CARRY_PLACES)
