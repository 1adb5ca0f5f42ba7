"""Loan contracts, the instalments of their schedules as they stand, and what happened to each loan."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from finance_core.storage.base import Base
from finance_core.storage.columns import Amount, Day, Exact, Instant


class LoanState(StrEnum):
    """Where a loan stands."""

    ACTIVE = "active"
    SETTLED = "settled"  # repaid in full
    VOID = "void"  # given back within the cooling-off days: not in the record


class Loan(Base):
    """One contract. Its figures never change; what is owed is in its instalments and in the ledger."""

    __tablename__ = "loan"
    __table_args__ = (
        CheckConstraint("principal > 0", name="positive"),
        CheckConstraint("state IN ('active', 'settled', 'void')", name="known_state"),
        Index("ix_loan_customer_id", "customer_id", "id"),
        Index("ix_loan_active", "id", postgresql_where=text("state = 'active'")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    """The idempotency key of its signing."""
    customer_id: Mapped[int] = mapped_column(BigInteger)
    product: Mapped[str]
    product_version: Mapped[int]
    product_number: Mapped[int] = mapped_column(BigInteger)
    """The product's number in the books: the owner of its income accounts."""
    grade: Mapped[str]
    asset: Mapped[str]
    principal: Mapped[int] = mapped_column(Amount)
    annual_rate: Mapped[Decimal] = mapped_column(Exact)
    """Percent a year; interest is by actual days over 365."""
    penalty_rate: Mapped[Decimal] = mapped_column(Exact)
    """Percent a year that overdue principal costs beyond the contract's rate, once the grace days are over."""
    grace_days: Mapped[int]
    all_in_rate: Mapped[Decimal] = mapped_column(Exact)
    """Percent: the effective annual rate that was shown before signing."""
    count: Mapped[int]
    automatic_debit: Mapped[bool]
    debit_from_change_plus: Mapped[bool]
    signed_at: Mapped[datetime] = mapped_column(Instant)
    disbursed_on: Mapped[date] = mapped_column(Day)
    cooling_off_until: Mapped[date] = mapped_column(Day)
    state: Mapped[str]
    ended_on: Mapped[date | None] = mapped_column(Day)


class InstalmentRow(Base):
    """One instalment as it stands: what falls due, what has been earned of it, what has been paid.

    Amounts in minor units. `late_interest` and `penalty` are what overdue principal has cost since the due day; the
    `…_exact` columns carry their fractions from day to day.
    """

    __tablename__ = "instalment"
    __table_args__ = (
        CheckConstraint(
            "principal >= 0 AND interest >= 0 AND late_interest >= 0 AND penalty >= 0", name="not_negative"
        ),
        CheckConstraint("paid_principal BETWEEN 0 AND principal", name="principal_within"),
        CheckConstraint("paid_interest BETWEEN 0 AND interest + late_interest", name="interest_within"),
        CheckConstraint("paid_penalty BETWEEN 0 AND penalty", name="penalty_within"),
        CheckConstraint("accrued_interest BETWEEN 0 AND interest", name="accrued_within"),
        CheckConstraint("starts_on < due_on", name="takes_time"),
        Index("ix_instalment_due_on", "due_on", "loan_id", postgresql_where=text("settled_on IS NULL")),
    )

    loan_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    nr: Mapped[int] = mapped_column(primary_key=True)
    starts_on: Mapped[date] = mapped_column(Day)
    """The day from which `interest - earned_before` is earned in equal shares until the due day."""
    due_on: Mapped[date] = mapped_column(Day)
    principal: Mapped[int] = mapped_column(Amount)
    interest: Mapped[int] = mapped_column(Amount)
    earned_before: Mapped[int] = mapped_column(Amount, default=0)
    """Interest of this instalment earned before `starts_on`: not zero only after a payment in mid-period."""
    accrued_interest: Mapped[int] = mapped_column(Amount, default=0)
    """What of `interest` the ledger has been told so far."""
    late_interest: Mapped[int] = mapped_column(Amount, default=0)
    late_interest_exact: Mapped[Decimal] = mapped_column(Exact, default=Decimal(0))
    penalty: Mapped[int] = mapped_column(Amount, default=0)
    penalty_exact: Mapped[Decimal] = mapped_column(Exact, default=Decimal(0))
    paid_principal: Mapped[int] = mapped_column(Amount, default=0)
    paid_interest: Mapped[int] = mapped_column(Amount, default=0)
    paid_penalty: Mapped[int] = mapped_column(Amount, default=0)
    late_until: Mapped[date | None] = mapped_column(Day)
    """The last day for which late interest was added: a day is never added twice."""
    settled_on: Mapped[date | None] = mapped_column(Day)


class LoanEvent(Base):
    """A loan's timeline: signed, debited, paid ahead, settled. Append-only."""

    __tablename__ = "loan_event"
    __table_args__ = (Index("ix_loan_event_loan_id", "loan_id", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    loan_id: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str]
    on_date: Mapped[date] = mapped_column(Day)
    at: Mapped[datetime] = mapped_column(Instant)
    details: Mapped[dict[str, Any]] = mapped_column(JSONB)
