"""The customer's row. What names a person is encrypted; what is looked up by it is a keyed hash."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from finance_core.storage.base import Base
from finance_core.storage.columns import Amount, Instant


class Customer(Base):
    """A person who has pressed /start. Operators are customers who hold a role."""

    __tablename__ = "customer"
    __table_args__ = (
        CheckConstraint("tier BETWEEN 0 AND 2", name="known_tier"),
        CheckConstraint("chat_id > 0", name="private_chat"),
        CheckConstraint("income_notice IN ('daily', 'weekly', 'off')", name="known_income_notice"),
        CheckConstraint("pin_failures >= 0", name="pin_failures_counted"),
        Index(
            "ix_customer_username", text("lower(username)"), unique=True, postgresql_where=text("username IS NOT NULL")
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    telegram_id: Mapped[int] = mapped_column(BigInteger, unique=True)
    chat_id: Mapped[int] = mapped_column(BigInteger)
    username: Mapped[str | None]
    name_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    language: Mapped[str]
    zone: Mapped[str]
    tier: Mapped[int] = mapped_column(default=0)
    terms_version: Mapped[str | None]
    terms_accepted_at: Mapped[datetime | None] = mapped_column(Instant)
    phone_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    phone_hash: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    adult_confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    bureau_consent_at: Mapped[datetime | None] = mapped_column(Instant)
    marketing_consent_at: Mapped[datetime | None] = mapped_column(Instant)
    monthly_income: Mapped[int | None] = mapped_column(Amount)
    """As said at the first application, in minor units of the institution's asset."""
    other_instalments: Mapped[int | None] = mapped_column(Amount)
    """What the person pays elsewhere each month, as said at the first application."""

    pin_hash: Mapped[str | None]
    pin_failures: Mapped[int] = mapped_column(default=0)
    pin_failing_since: Mapped[datetime | None] = mapped_column(Instant)
    pin_locked_until: Mapped[datetime | None] = mapped_column(Instant)
    outflow_locked_at: Mapped[datetime | None] = mapped_column(Instant)
    """Set by /lock, which needs no PIN: nothing leaves until the person unlocks with it."""

    discreet: Mapped[bool] = mapped_column(default=False)
    income_notice: Mapped[str] = mapped_column(default="daily")
    unreachable_since: Mapped[datetime | None] = mapped_column(Instant)
    created_at: Mapped[datetime] = mapped_column(Instant)

    @property
    def has_joined(self) -> bool:
        """Terms accepted, phone shared, PIN set: everything that a contract needs."""
        return self.terms_accepted_at is not None and self.phone_hash is not None and self.pin_hash is not None


class Outflow(Base):
    """What a customer sent out in one calendar year: the tiers' limits are held against it under its row lock."""

    __tablename__ = "outflow"
    __table_args__ = (CheckConstraint("amount >= 0", name="not_negative"),)

    customer_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    amount: Mapped[int] = mapped_column(Amount)


class OperatorRole(Base):
    """A role that a person holds, or held: who gave it, who took it, when. Nothing is deleted."""

    __tablename__ = "operator_role"
    __table_args__ = (
        CheckConstraint(
            "role IN ('support', 'credit_officer', 'treasurer', 'marketing', 'auditor', 'administrator')",
            name="known_role",
        ),
        CheckConstraint("(revoked_by IS NULL) = (revoked_at IS NULL)", name="revoked_by_somebody"),
        Index(
            "ix_operator_role_customer_id_role",
            "customer_id",
            "role",
            unique=True,
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    customer_id: Mapped[int] = mapped_column(BigInteger)
    role: Mapped[str]
    granted_by: Mapped[str]
    """The actor, `operator:5`; `system:0` is the command line."""
    granted_at: Mapped[datetime] = mapped_column(Instant)
    revoked_by: Mapped[str | None]
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
