"""The table of term deposits: a row for each contract. What it holds is also in the ledger, under its id."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

from pydantic import AwareDatetime, SkipValidation
from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, text
from sqlmodel import Field

from finance_core.storage.base import Table
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


class Deposit(Table, table=True):
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

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    """The owner of its accounts 2040 and 2045."""
    key: str = Field(unique=True)
    """The idempotency key of the act that opened it."""
    customer_id: int = Field(sa_type=BigInteger)
    product: str
    product_version: int
    asset: str
    placed: int = Field(sa_type=Amount)
    """What was put in."""
    principal: int = Field(sa_type=Amount)
    """What earns: what was put in, less the part that was taken out early. It stays when the deposit ends."""
    days: int
    annual_rate: Decimal = Field(sa_type=Exact)
    """Percent a year."""
    demand_rate: Decimal = Field(sa_type=Exact)
    """Percent a year on what is taken out early."""
    opened_at: AwareDatetime = Field(sa_type=Instant)
    opened_on: date = Field(sa_type=Day)
    matures_on: date = Field(sa_type=Day)
    """It is paid on the first banking day from then on, and earns until then."""
    accrued: int = Field(default=0, sa_type=Amount)
    """The interest that is posted to the ledger of `principal`; at the end, what it came to."""
    accrued_to: date = Field(sa_type=Day)
    """The first day that is not in `accrued`."""
    rollover: str = Rollover.OUT
    state: str = DepositState.ACTIVE
    part_taken_on: date | None = Field(default=None, sa_type=Day)
    paid_interest: int = Field(default=0, sa_type=Amount)
    """Interest that was paid out or went on into the next contract."""
    ended_on: date | None = Field(default=None, sa_type=Day)
    rolled_from: int | None = Field(default=None, sa_type=BigInteger)
