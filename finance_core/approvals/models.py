"""What waits for a second person, and the record of every operator's act and look. The record is append-only."""

from enum import StrEnum

from pydantic import AwareDatetime, SkipValidation
from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from finance_core.storage.base import Table
from finance_core.storage.columns import Instant, JsonObject


class ApprovalState(StrEnum):
    """Where a proposal stands."""

    OPEN = "open"  # waits for somebody else
    APPROVED = "approved"  # and carried out, once; `result` says with what
    REFUSED = "refused"  # `answer` says why
    WITHDRAWN = "withdrawn"  # by who made it
    EXPIRED = "expired"  # nobody decided in time


class Approval(Table, table=True):
    """One proposal: who made it and why, what it would change, who decided."""

    __tablename__ = "approval"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'approved', 'refused', 'withdrawn', 'expired')", name="known_state"),
        CheckConstraint(
            "state NOT IN ('approved', 'refused') OR (decided_by IS NOT NULL AND decided_by <> maker_id)",
            name="decided_by_another",
        ),
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided"),
        CheckConstraint("(state = 'approved') = (result IS NOT NULL)", name="carried_out"),
        Index("ix_approval_action_subject", "action", "subject", unique=True, postgresql_where=text("state = 'open'")),
        Index("ix_approval_due_at", "due_at", postgresql_where=text("state = 'open'")),
        Index("ix_approval_maker_id", "maker_id", "id"),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    key: str = Field(unique=True)
    """The idempotency key of its making."""
    action: str
    """What it does, `loan.write_off`: the name of an `Action`."""
    subject: str
    """What it is done to, `loan:5`, `customer:7`. One open proposal for each action and subject."""
    params: JsonObject = Field(sa_type=JSONB)
    why: str
    before: JsonObject = Field(sa_type=JSONB)
    """The figures as they are: money as JSON, days as text, counts, words."""
    after: JsonObject = Field(sa_type=JSONB)
    """The figures as they would be."""
    version: int = 1
    """Moves on when the figures have: what is approved is what was seen."""
    state: str
    maker_id: int = Field(sa_type=BigInteger)
    made_at: AwareDatetime = Field(sa_type=Instant)
    due_at: AwareDatetime = Field(sa_type=Instant)
    decided_by: int | None = Field(default=None, sa_type=BigInteger)
    decided_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    answer: str | None = None
    result: JsonObject | None = Field(default=None, sa_type=JSONB)

    @property
    def idempotency_key(self) -> str:
        """The idempotency key of what it does."""
        return f"approval:{self.id}"

    @property
    def subject_id(self) -> int:
        """The number in `subject`: of `loan:5` it is 5."""
        return int(self.subject.rpartition(":")[2])


class AuditLine(Table, table=True):
    """Somebody did something to a subject, or looked at it. Append-only, by trigger and by the service's role."""

    __tablename__ = "audit_line"
    __table_args__ = (
        Index("ix_audit_line_actor_id", "actor_id", "id"),
        Index("ix_audit_line_subject", "subject", "id"),
        Index("ix_audit_line_at", "at"),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    at: AwareDatetime = Field(sa_type=Instant)
    actor_id: int = Field(sa_type=BigInteger)
    """The operator's customer id; 0 is the command line, or the service itself."""
    act: str
    subject: str
    details: JsonObject = Field(sa_type=JSONB)
