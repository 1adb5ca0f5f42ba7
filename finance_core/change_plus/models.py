"""Funds, their daily incomes, people's orders, and what of a holding the ledger does not say."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from finance_core.change_plus.rules import CARRY_PLACES
from finance_core.storage.base import Base
from finance_core.storage.columns import Amount, Day, Exact, Instant


class Fund(Base):
    """A fund whose books are kept here. It begins with its first order; its terms are in the catalogue."""

    __tablename__ = "fund"
    __table_args__ = (CheckConstraint("carry > -0.01 AND carry < 0.01", name="carry_below_a_cent"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """The product's number: owner of the fund's accounts, and the name of its books `FUND:id` and `REG:id`."""
    code: Mapped[str] = mapped_column(unique=True)
    asset: Mapped[str]
    unit_asset: Mapped[str]
    opened_on: Mapped[date] = mapped_column(Day)
    carry: Mapped[Decimal] = mapped_column(Exact, default=Decimal(0))
    """The fund's own fraction of a cent, which joins the next day's income."""


class FundIncome(Base):
    """The income of one natural day: published first, then paid to holders at the close of that day."""

    __tablename__ = "fund_income"
    __table_args__ = (
        CheckConstraint("(units IS NULL) = (income IS NULL)", name="opened_whole"),
        CheckConstraint("paid_on IS NULL OR units IS NOT NULL", name="opened_before_paid"),
    )

    fund_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    on_date: Mapped[date] = mapped_column(Day, primary_key=True)
    rate: Mapped[Decimal] = mapped_column(Exact)
    """r: income per 10,000 units."""
    source: Mapped[str]
    """Who says so: `portfolio`, or an operator."""
    published_at: Mapped[datetime] = mapped_column(Instant)
    units: Mapped[int | None] = mapped_column(Amount)
    """Units in issue at the end of the day, before its income: what it is computed on."""
    income: Mapped[int | None] = mapped_column(Amount)
    """The fund's income of the day, in whole cents."""
    paid_on: Mapped[date | None] = mapped_column(Day)
    """The business date on which all holders had it."""
    corrected_by: Mapped[int | None] = mapped_column(BigInteger)
    """The last correction that was carried out; its entries stand for the day then."""


class IncomeCorrection(Base):
    """A paid day's income was wrong: the day's entries are reversed and the right ones written, chunk by chunk."""

    __tablename__ = "income_correction"
    __table_args__ = (
        CheckConstraint("rate <> before", name="changes"),
        Index("uq_income_correction_fund_id", "fund_id", unique=True, postgresql_where=text("done_on IS NULL")),
        Index("ix_income_correction_fund_id", "fund_id", "on_date"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    """The idempotency key of the act that ordered it."""
    fund_id: Mapped[int] = mapped_column(BigInteger)
    on_date: Mapped[date] = mapped_column(Day)
    """The natural day whose income was wrong."""
    before: Mapped[Decimal] = mapped_column(Exact)
    rate: Mapped[Decimal] = mapped_column(Exact)
    """r as it stood, and as it should have been."""
    undoes: Mapped[int | None] = mapped_column(BigInteger)
    """The correction whose entries it reverses; None: the day's first ones."""
    source: Mapped[str]
    ordered_at: Mapped[datetime] = mapped_column(Instant)
    done_on: Mapped[date | None] = mapped_column(Day)
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


class FundOrder(Base):
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

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    """The idempotency key of the act that gave it."""
    fund_id: Mapped[int] = mapped_column(BigInteger)
    customer_id: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str]
    amount: Mapped[int] = mapped_column(Amount)
    """As ordered: money in, or units out, in minor units."""
    cancelled: Mapped[int] = mapped_column(Amount, default=0)
    """What was taken back before it was confirmed."""
    state: Mapped[str]
    ordered_at: Mapped[datetime] = mapped_column(Instant)
    ordered_on: Mapped[date] = mapped_column(Day)
    """The business date, whose quotas it counts in."""
    confirm_on: Mapped[date] = mapped_column(Day)
    """The dealing day that confirms it: money in earns from then, units out earn until the day before."""
    queued_on: Mapped[date | None] = mapped_column(Day)
    """The morning from which a redemption waits for the fund's cash; its units earn meanwhile."""
    settled_on: Mapped[date | None] = mapped_column(Day)
    """When nothing was left to do for it."""

    @property
    def left(self) -> int:
        """What of the order is not cancelled, in minor units."""
        return self.amount - self.cancelled


class Holding(Base):
    """A person's contract with a fund. The units are in the ledger; here is what it does not say."""

    __tablename__ = "holding"
    __table_args__ = (
        CheckConstraint("carried > -1000000 AND carried < 1000000", name="carried_below_a_cent"),
        CheckConstraint("owed >= 0", name="owed"),
        CheckConstraint("sweep_floor >= 0", name="sweep_floor"),
        Index("ix_holding_sweep", "customer_id", postgresql_where=text("sweep_floor IS NOT NULL")),
        Index("ix_holding_owed", "fund_id", "customer_id", postgresql_where=text("owed > 0")),
    )

    fund_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    customer_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    signed_at: Mapped[datetime] = mapped_column(Instant)
    product_version: Mapped[int]
    """The terms that were shown and signed."""
    units_account: Mapped[int] = mapped_column(BigInteger)
    """The ledger account of the units, at hand where millions are paid."""
    carried: Mapped[int] = mapped_column(Amount, default=0)
    """The fraction of a cent that has been earned and not been paid, in hundred-millionths of a unit."""
    earned: Mapped[int] = mapped_column(Amount, default=0)
    """All income paid so far."""
    owed: Mapped[int] = mapped_column(Amount, default=0)
    """What a loss or a correction took that was not there any more: the residue lent it, later income repays it."""
    last_income: Mapped[int] = mapped_column(Amount, default=0)
    last_on: Mapped[date | None] = mapped_column(Day)
    """The natural day that `last_income` is of."""
    sweep_floor: Mapped[int | None] = mapped_column(Amount)
    """The wallet's balance above which money is put in each evening; None: the auto-sweep is off."""

    @property
    def carry(self) -> Decimal:
        """The fraction of a cent carried on, in major units."""
        return Decimal(self.carried).scaleb(-CARRY_PLACES)
