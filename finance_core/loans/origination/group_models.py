"""A group that borrows together: one application, a line each."""

from enum import StrEnum

from pydantic import AwareDatetime, SkipValidation
from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, text
from sqlmodel import Field

from finance_core.storage.base import Table
from finance_core.storage.columns import Amount, Instant


class GroupState(StrEnum):
    """Where a group's application stands."""

    ASKING = "asking"  # each says what they want to borrow, and each line is decided
    SIGNING = "signing"  # all lines are approved: each signs
    PAID = "paid"  # all have signed, and all were paid in one unit
    LAPSED = "lapsed"  # its days are over, or one of them has ended it, and nobody was paid


class GroupLoan(Table, table=True):
    """One application of several members of a circle, who stand for each other."""

    __tablename__ = "group_loan"
    __table_args__ = (
        CheckConstraint("state IN ('asking', 'signing', 'paid', 'lapsed')", name="known_state"),
        CheckConstraint("(settled_at IS NOT NULL) = (state IN ('paid', 'lapsed'))", name="settled"),
        CheckConstraint("principal > 0 AND count > 0", name="proposed"),
        Index(
            "ix_group_loan_one_open",
            "circle_id",
            unique=True,
            postgresql_where=text("state IN ('asking', 'signing')"),
        ),
        Index("ix_group_loan_expires_at", "expires_at", postgresql_where=text("state IN ('asking', 'signing')")),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    key: str = Field(unique=True)
    circle_id: int = Field(sa_type=BigInteger)
    opened_by: int = Field(sa_type=BigInteger)
    product: str
    state: str
    opened_at: AwareDatetime = Field(sa_type=Instant)
    expires_at: AwareDatetime = Field(sa_type=Instant)
    """Seven days from the opening, and again from when all lines are approved."""
    settled_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    principal: int | None = Field(default=None, sa_type=Amount)
    """What is proposed to each, in minor units; each asks for the own line as they want it."""
    count: int | None = Field(default=None)
    """Over how many instalments."""


class GroupLoanLine(Table, table=True):
    """What one of them borrows. `whole` is all that it repays, as they were shown when they signed, in minor units."""

    __tablename__ = "group_loan_line"
    __table_args__ = (
        CheckConstraint("signed_at IS NULL OR whole IS NOT NULL", name="signed_for_a_sum"),
        CheckConstraint("whole > 0", name="positive"),
        Index("ix_group_loan_line_customer_id", "customer_id"),
        Index(
            "ix_group_loan_line_application_id", "application_id", postgresql_where=text("application_id IS NOT NULL")
        ),
    )

    group_loan_id: int = Field(sa_type=BigInteger, primary_key=True)
    nr: int = Field(primary_key=True)
    customer_id: int = Field(sa_type=BigInteger)
    application_id: int | None = Field(default=None, sa_type=BigInteger)
    whole: int | None = Field(default=None, sa_type=Amount)
    automatic_debit: bool = Field(default=False)
    from_change_plus: bool = Field(default=False)
    signed_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
