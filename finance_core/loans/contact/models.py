"""What people have said about paying: promises, and cases of hardship."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, LargeBinary, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from finance_core.storage.base import Base
from finance_core.storage.columns import Amount, Day, Instant


class Promise(Base):
    """As in "I'll pay 200 by Friday": the ladder of reminders pauses until then. One runs at a time for a loan."""

    __tablename__ = "promise"
    __table_args__ = (
        CheckConstraint("amount > 0", name="positive"),
        CheckConstraint("due_on > made_on AND due_on <= made_on + 14", name="within_a_fortnight"),
        CheckConstraint("state IN ('running', 'kept', 'broken', 'withdrawn')", name="known_state"),
        CheckConstraint("(state = 'running') = (ended_on IS NULL)", name="ended"),
        Index("ix_promise_loan_id", "loan_id", "id"),
        Index("ix_promise_one_running", "loan_id", unique=True, postgresql_where=text("state = 'running'")),
        Index("ix_promise_due_on", "due_on", "loan_id", postgresql_where=text("state = 'running'")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    loan_id: Mapped[int] = mapped_column(BigInteger)
    amount: Mapped[int] = mapped_column(Amount)
    """In minor units of the loan's asset."""
    paid_before: Mapped[int] = mapped_column(Amount)
    """All that had been paid on the loan when it was made: it is kept once `amount` more has been."""
    made_on: Mapped[date] = mapped_column(Day)
    made_at: Mapped[datetime] = mapped_column(Instant)
    due_on: Mapped[date] = mapped_column(Day)
    """The last business date on which the payment keeps it."""
    state: Mapped[str]
    ended_on: Mapped[date | None] = mapped_column(Day)


class CaseState(StrEnum):
    """Where a case of hardship stands."""

    OPEN = "open"  # waits for an officer
    PROPOSED = "proposed"  # a change of the loan waits for a second person
    CLOSED = "closed"


class HardshipCase(Base):
    """Somebody cannot pay as agreed: what they said, what a rule proposes, who looks after it."""

    __tablename__ = "hardship_case"
    __table_args__ = (
        CheckConstraint("can_pay >= 0", name="not_negative"),
        CheckConstraint("reason IN ('job', 'illness', 'business', 'late_pay', 'other')", name="known_reason"),
        CheckConstraint("state IN ('open', 'proposed', 'closed')", name="known_state"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed"),
        Index("ix_hardship_case_loan_id", "loan_id", "id"),
        Index("ix_hardship_case_one_open", "loan_id", unique=True, postgresql_where=text("state <> 'closed'")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    loan_id: Mapped[int] = mapped_column(BigInteger)
    customer_id: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str]
    note_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """What the person wrote, encrypted: health and work are nobody's business but the officer's."""
    can_pay: Mapped[int] = mapped_column(Amount)
    """What could be paid a month, in minor units of the loan's asset."""
    proposal: Mapped[dict[str, Any]] = mapped_column(JSONB)
    opened_on: Mapped[date] = mapped_column(Day)
    opened_at: Mapped[datetime] = mapped_column(Instant)
    paused_until: Mapped[date] = mapped_column(Day)
    """The last business date without reminders."""
    state: Mapped[str]
    officer_id: Mapped[int | None] = mapped_column(BigInteger)
    approval_id: Mapped[int | None] = mapped_column(BigInteger)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
