"""What waits for a second person, and the record of every operator's act and look. The record is append-only."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from finance_core.storage.base import Base
from finance_core.storage.columns import Instant


class ApprovalState(StrEnum):
    """Where a proposal stands."""

    OPEN = "open"  # waits for somebody else
    APPROVED = "approved"  # and carried out, once; `result` says with what
    REFUSED = "refused"  # `answer` says why
    WITHDRAWN = "withdrawn"  # by who made it
    EXPIRED = "expired"  # nobody decided in time


class Approval(Base):
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

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    """The idempotency key of its making."""
    action: Mapped[str]
    """What it does, `loan.write_off`: the name of an `Action`."""
    subject: Mapped[str]
    """What it is done to, `loan:5`, `customer:7`. One open proposal for each action and subject."""
    params: Mapped[dict[str, Any]] = mapped_column(JSONB)
    why: Mapped[str]
    before: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """The figures as they are: money as JSON, days as text, counts, words."""
    after: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """The figures as they would be."""
    version: Mapped[int] = mapped_column(default=1)
    """Moves on when the figures have: what is approved is what was seen."""
    state: Mapped[str]
    maker_id: Mapped[int] = mapped_column(BigInteger)
    made_at: Mapped[datetime] = mapped_column(Instant)
    due_at: Mapped[datetime] = mapped_column(Instant)
    decided_by: Mapped[int | None] = mapped_column(BigInteger)
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    answer: Mapped[str | None]
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB)

    @property
    def idempotency_key(self) -> str:
        """The idempotency key of what it does."""
        return f"approval:{self.id}"

    @property
    def subject_id(self) -> int:
        """The number in `subject`: of `loan:5` it is 5."""
        return int(self.subject.rpartition(":")[2])


class AuditLine(Base):
    """Somebody did something to a subject, or looked at it. Append-only, by trigger and by the service's role."""

    __tablename__ = "audit_line"
    __table_args__ = (
        Index("ix_audit_line_actor_id", "actor_id", "id"),
        Index("ix_audit_line_subject", "subject", "id"),
        Index("ix_audit_line_at", "at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    actor_id: Mapped[int] = mapped_column(BigInteger)
    """The operator's customer id; 0 is the command line, or the service itself."""
    act: Mapped[str]
    subject: Mapped[str]
    details: Mapped[dict[str, Any]] = mapped_column(JSONB)
