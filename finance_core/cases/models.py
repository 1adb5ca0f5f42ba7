"""Cases with what was written in them, and how often each topic was asked."""

from datetime import date
from enum import StrEnum

from pydantic import AwareDatetime, SkipValidation
from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, text
from sqlmodel import Field

from finance_core.storage.base import Table
from finance_core.storage.columns import Day, Instant


class CaseState(StrEnum):
    """Where a case stands."""

    OPEN = "open"  # waits for an answer
    ANSWERED = "answered"
    CLOSED = "closed"  # without an answer, or after it


class ServiceCase(Table, table=True):
    """What waits for a person's answer. One is open for each topic of somebody: asking again adds to it."""

    __tablename__ = "service_case"
    __table_args__ = (
        CheckConstraint("kind IN ('question', 'dispute', 'complaint', 'distress')", name="known_kind"),
        CheckConstraint("state IN ('open', 'answered', 'closed')", name="known_state"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed"),
        CheckConstraint("state <> 'answered' OR answered_at IS NOT NULL", name="answered"),
        CheckConstraint("confidence BETWEEN 0 AND 100", name="percent"),
        Index("ix_service_case_customer_id", "customer_id", "id"),
        Index("ix_service_case_open", "customer_id", "topic", unique=True, postgresql_where=text("state = 'open'")),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    key: str = Field(unique=True)
    customer_id: int = Field(sa_type=BigInteger)
    topic: str
    confidence: int | None = None
    """How sure the topic was understood, in percent; None where it was chosen."""
    kind: str
    language: str
    answered_sealed: bytes | None = None
    """What was answered before, encrypted: topics and references, as JSON."""
    state: str
    opened_at: AwareDatetime = Field(sa_type=Instant)
    due_at: AwareDatetime = Field(sa_type=Instant)
    officer_id: int | None = Field(default=None, sa_type=BigInteger)
    """Whose case it is: who opened it first at the desk."""
    answered_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    closed_at: AwareDatetime | None = Field(default=None, sa_type=Instant)

    @property
    def number(self) -> str:
        """What the person and the desk call it: "C17"."""
        return f"C{self.id}"


class CaseMessage(Table, table=True):
    """What was written in a case, encrypted: by the person, or to them as the answer."""

    __tablename__ = "case_message"
    __table_args__ = (Index("ix_case_message_case_id", "case_id", "id"),)

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    case_id: int = Field(sa_type=BigInteger)
    key: str = Field(unique=True)
    author_id: int = Field(sa_type=BigInteger)
    is_answer: bool
    written_at: AwareDatetime = Field(sa_type=Instant)
    sealed: bytes


class TopicCount(Table, table=True):
    """How often a topic was asked on a day, and what came of it. No texts, no persons."""

    __tablename__ = "topic_count"

    on_date: date = Field(sa_type=Day, primary_key=True)
    topic: str = Field(primary_key=True)
    asked: int = 0
    unsure: int = 0
    """The best guess of what had to be asked back."""
    not_helped: int = 0
    handed_over: int = 0
