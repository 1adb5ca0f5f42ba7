"""What people have said about paying: promises, and cases of hardship."""

from datetime import date
from enum import StrEnum

from pydantic import AwareDatetime, SkipValidation
from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from finance_core.storage.base import Table
from finance_core.storage.columns import Amount, Day, Instant, JsonObject


class Promise(Table, table=True):
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

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    key: str = Field(unique=True)
    loan_id: int = Field(sa_type=BigInteger)
    amount: int = Field(sa_type=Amount)
    """In minor units of the loan's asset."""
    paid_before: int = Field(sa_type=Amount)
    """All that had been paid on the loan when it was made: it is kept once `amount` more has been."""
    made_on: date = Field(sa_type=Day)
    made_at: AwareDatetime = Field(sa_type=Instant)
    due_on: date = Field(sa_type=Day)
    """The last business date on which the payment keeps it."""
    state: str
    ended_on: date | None = Field(default=None, sa_type=Day)


class CaseState(StrEnum):
    """Where a case of hardship stands."""

    OPEN = "open"  # waits for an officer
    PROPOSED = "proposed"  # a change of the loan waits for a second person
    CLOSED = "closed"


class HardshipCase(Table, table=True):
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

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    key: str = Field(unique=True)
    loan_id: int = Field(sa_type=BigInteger)
    customer_id: int = Field(sa_type=BigInteger)
    reason: str
    note_sealed: bytes | None = None
    """What the person wrote, encrypted: health and work are nobody's business but the officer's."""
    can_pay: int = Field(sa_type=Amount)
    """What could be paid a month, in minor units of the loan's asset."""
    proposal: JsonObject = Field(sa_type=JSONB)
    opened_on: date = Field(sa_type=Day)
    opened_at: AwareDatetime = Field(sa_type=Instant)
    paused_until: date = Field(sa_type=Day)
    """The last business date without reminders."""
    state: str
    officer_id: int | None = Field(default=None, sa_type=BigInteger)
    approval_id: int | None = Field(default=None, sa_type=BigInteger)
    closed_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
