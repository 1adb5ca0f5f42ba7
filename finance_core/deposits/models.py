"""The table of term deposits: a row for each contract. What it holds is also in the ledger, under its id."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from finance_core.storage.base import Base
from finance_core.storage.columns import Amount, Day, Exact, Instant


class DepositState(StrEnum):
    """Where a deposit stands."""

    ACTIVE = "active"  # it earns, also after its maturity until a banking day pays it
    PAID = "paid"  # matured, all of it in the wallet
    ROLLED = "rolled"  # matured, and goes on as a new contract
    BROKEN = "broken"  # taken out whole before its maturity


class Rollover(StrEnum):
    """What is done at maturity."""

    OUT = "out"  # all of it is paid out: what happens when nothing was chosen
    PRINCIPAL = "principal"  # the principal goes on, the interest is paid out
    ALL = "all"  # principal and interest go on


class Deposit(Base):
    """One contract, with the terms that it was sold under."""

    __tablename__ = "deposit"
    __table_args__ = (
        CheckConstraint("placed > 0 AND principal > 0 AND days > 0", name="positive"),
        CheckConstraint("principal <= placed", name="part_within"),
        CheckConstraint("(principal < placed) = (part_taken_on IS NOT NULL)", name="part_once"),
        CheckConstraint("matures_on = opened_on + days", name="matures_after_its_days"),
        CheckConstraint("accrued >= 0 AND accrued_to >= opened_on", name="accrued"),
        CheckConstraint("rollover IN ('out', 'principal', 'all')", name="known_rollover"),
        CheckConstraint("state IN ('active', 'paid', 'rolled', 'broken')", name="known_state"),
        CheckConstraint("(state = 'active') = (ended_on IS NULL)", name="ended"),
        Index("ix_deposit_customer_id", "customer_id", "id"),
        Index("ix_deposit_matures_on", "matures_on", "id", postgresql_where=text("state = 'active'")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    """The owner of its accounts 2040 and 2045."""
    key: Mapped[str] = mapped_column(unique=True)
    """The idempotency key of the act that opened it."""
    customer_id: Mapped[int] = mapped_column(BigInteger)
    product: Mapped[str]
    product_version: Mapped[int]
    asset: Mapped[str]
    placed: Mapped[int] = mapped_column(Amount)
    """What was put in."""
    principal: Mapped[int] = mapped_column(Amount)
    """What earns: what was put in, less the part that was taken out early. It stays when the deposit ends."""
    days: Mapped[int]
    annual_rate: Mapped[Decimal] = mapped_column(Exact)
    """Percent a year."""
    demand_rate: Mapped[Decimal] = mapped_column(Exact)
    """Percent a year on what is taken out early."""
    opened_at: Mapped[datetime] = mapped_column(Instant)
    opened_on: Mapped[date] = mapped_column(Day)
    matures_on: Mapped[date] = mapped_column(Day)
    """It is paid on the first banking day from then on, and earns until then."""
    accrued: Mapped[int] = mapped_column(Amount, default=0)
    """The interest that is posted to the ledger of `principal`; at the end, what it came to."""
    accrued_to: Mapped[date] = mapped_column(Day)
    """The first day that is not in `accrued`."""
    rollover: Mapped[str] = mapped_column(default=Rollover.OUT)
    state: Mapped[str] = mapped_column(default=DepositState.ACTIVE)
    part_taken_on: Mapped[date | None] = mapped_column(Day)
    paid_interest: Mapped[int] = mapped_column(Amount, default=0)
    """Interest that was paid out or went on into the next contract."""
    ended_on: Mapped[date | None] = mapped_column(Day)
    rolled_from: Mapped[int | None] = mapped_column(BigInteger)
