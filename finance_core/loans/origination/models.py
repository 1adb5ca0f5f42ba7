"""Applications with what was decided on them, signed contracts' papers, and who stands for a loan."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from finance_core.storage.base import Base
from finance_core.storage.columns import Amount, Day, Exact, Instant


class ApplicationState(StrEnum):
    """Where an application stands."""

    APPROVED = "approved"  # an offer, until it expires
    REFERRED = "referred"  # waits for an officer
    DECLINED = "declined"
    SIGNED = "signed"  # the contract is made
    REPLACED = "replaced"  # a newer application for the product took its place
    EXPIRED = "expired"  # the offer was not taken in time
    WITHDRAWN = "withdrawn"  # by the person, while it waited


class LoanApplication(Base):
    """What a person asked for, what they were quoted, and what was decided by whom.

    `quoted` is what was shown: all-in and contract rate, cost, fee, and the schedule. `facts` is what the decision
    looked at. Both are JSON with money in minor units.
    """

    __tablename__ = "loan_application"
    __table_args__ = (
        CheckConstraint("principal > 0", name="positive"),
        CheckConstraint("approved_principal BETWEEN 1 AND principal", name="approved_within"),
        CheckConstraint(
            "state IN ('approved', 'referred', 'declined', 'signed', 'replaced', 'expired', 'withdrawn')",
            name="known_state",
        ),
        CheckConstraint("state <> 'approved' OR expires_at IS NOT NULL", name="offer_expires"),
        CheckConstraint("(state = 'signed') = (loan_id IS NOT NULL)", name="signed_is_a_loan"),
        Index("ix_loan_application_customer_id", "customer_id", "id"),
        Index("ix_loan_application_queue", "referred_at", "id", postgresql_where=text("state = 'referred'")),
        Index(
            "ix_loan_application_one_waits",
            "customer_id",
            "product",
            unique=True,
            postgresql_where=text("state = 'referred'"),
        ),
        Index("ix_loan_application_expires_at", "expires_at", postgresql_where=text("state = 'approved'")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    customer_id: Mapped[int] = mapped_column(BigInteger)
    product: Mapped[str]
    product_version: Mapped[int]
    asset: Mapped[str]
    principal: Mapped[int] = mapped_column(Amount)
    count: Mapped[int]
    unit: Mapped[str]
    refinances: Mapped[bool]
    """Whether it pays off the running loan of the same product."""
    grade: Mapped[str]
    all_in_rate: Mapped[Decimal] = mapped_column(Exact)
    quoted: Mapped[dict[str, Any]] = mapped_column(JSONB)
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    credit_limit: Mapped[int] = mapped_column(Amount)
    reasons: Mapped[list[str]] = mapped_column(JSONB)
    """Why it was declined, by the rules or by the officer."""
    concerns: Mapped[list[str]] = mapped_column(JSONB)
    """Why an officer is to look at it."""
    state: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(Instant)
    referred_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by: Mapped[str | None]
    """`rules`, or the officer as an actor: `operator:5`."""
    approved_principal: Mapped[int | None] = mapped_column(Amount)
    expires_at: Mapped[datetime | None] = mapped_column(Instant)
    """When the offer ends."""
    loan_id: Mapped[int | None] = mapped_column(BigInteger)


class LoanContract(Base):
    """The paper of a signed contract: its text as it was written, encrypted, and the SHA-256 of its print.

    The same hash stands in the entry that paid the loan out, which nobody can change.
    """

    __tablename__ = "loan_contract"

    loan_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    language: Mapped[str]
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str]
    signed_on: Mapped[date] = mapped_column(Day)


class GuaranteeState(StrEnum):
    """Where somebody stands who was asked to stand for a loan."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    VOID = "void"  # others were named instead
    BOUND = "bound"  # the loan is signed; it ends with the loan


class Guarantee(Base):
    """One person's promise for one loan: the share `share_nr` of `share_of`, at most `at_most` in all. Minor units.

    `called` is what has been asked for so far, `called_through` the last due day that is in it; `paid` of that has been
    paid, and `paid_back` by the borrower since.
    """

    __tablename__ = "guarantee"
    __table_args__ = (
        CheckConstraint("share_nr BETWEEN 1 AND share_of", name="share_within"),
        CheckConstraint("called BETWEEN 0 AND at_most", name="called_within"),
        CheckConstraint("paid BETWEEN 0 AND called", name="paid_within"),
        CheckConstraint("paid_back BETWEEN 0 AND paid", name="paid_back_within"),
        CheckConstraint("state IN ('asked', 'accepted', 'refused', 'void', 'bound')", name="known_state"),
        CheckConstraint("(state = 'bound') = (loan_id IS NOT NULL)", name="bound_to_a_loan"),
        Index("ix_guarantee_application_id", "application_id"),
        Index("ix_guarantee_customer_id", "customer_id", "id"),
        Index("ix_guarantee_loan_id", "loan_id", postgresql_where=text("loan_id IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    application_id: Mapped[int] = mapped_column(BigInteger)
    loan_id: Mapped[int | None] = mapped_column(BigInteger)
    customer_id: Mapped[int] = mapped_column(BigInteger)
    share_nr: Mapped[int]
    share_of: Mapped[int]
    at_most: Mapped[int] = mapped_column(Amount)
    state: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(Instant)
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    called: Mapped[int] = mapped_column(Amount, default=0)
    called_through: Mapped[date | None] = mapped_column(Day)
    paid: Mapped[int] = mapped_column(Amount, default=0)
    paid_back: Mapped[int] = mapped_column(Amount, default=0)
