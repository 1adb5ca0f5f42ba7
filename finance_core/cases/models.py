"""Cases with what was written in them, and how often each topic was asked."""

from datetime import date, datetime
from enum import StrEnum
from typing import Final

from pydantic import AwareDatetime, SkipValidation
from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, text
from sqlmodel import Field

from finance_core.storage.base import Table
from finance_core.storage.columns import Day, Instant


class CaseState(StrEnum):
    """Where a case stands."""

    OPEN = "open"  # waits for an answer
    ASKED = "asked"  # waits for what the person was asked back
    ANSWERED = "answered"
    CLOSED = "closed"  # without an answer, or after it


WAITING: Final = (CaseState.OPEN, CaseState.ASKED)
"""A case that is not answered yet. One of these is there for each topic of somebody."""


class CaseEventKind(StrEnum):
    """What happened to a case."""

    OPENED = "opened"  # a second time, by an operator: a question that is a complaint or a dispute from then on
    ADDED = "added"  # the person wrote more
    ASKED_BACK = "asked_back"
    ANSWERED = "answered"
    PASSED_ON = "passed_on"  # to a colleague, by who had it
    TAKEN_OVER = "taken_over"  # by a colleague
    GOODWILL = "goodwill"  # something was paid
    CLOSED = "closed"
    REOPENED = "reopened"  # by the person


_WAITING: Final = "state IN ('open', 'asked')"


class ServiceCase(Table, table=True):
    """What waits for a person's answer. One is open for each topic of somebody: asking again adds to it."""

    __tablename__ = "service_case"
    __table_args__ = (
        CheckConstraint("kind IN ('question', 'dispute', 'complaint', 'distress')", name="known_kind"),
        CheckConstraint("state IN ('open', 'asked', 'answered', 'closed')", name="known_state"),
        CheckConstraint("(state = 'asked') = (asked_at IS NOT NULL)", name="asked"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed"),
        CheckConstraint("remind_at IS NULL OR state IN ('open', 'asked')", name="reminded"),
        CheckConstraint("state <> 'answered' OR answered_at IS NOT NULL", name="answered"),
        CheckConstraint("confidence BETWEEN 0 AND 100", name="percent"),
        Index("ix_service_case_customer_id", "customer_id", "id"),
        Index("ix_service_case_open", "customer_id", "topic", unique=True, postgresql_where=text(_WAITING)),
        Index("ix_service_case_due_at", "due_at", "id", postgresql_where=text(_WAITING)),
        Index("ix_service_case_asked", "customer_id", postgresql_where=text("state = 'asked'")),
        Index("ix_service_case_remind_at", "remind_at", postgresql_where=text("remind_at IS NOT NULL")),
        Index("ix_service_case_officer_id", "officer_id", postgresql_where=text(_WAITING)),
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
    """Whose case it is: who opened it first at the desk, or has it from them."""
    remind_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    """When who answers it is told next that its deadline comes, or has passed."""
    asked_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    """Since when the person's answer to a question of ours is waited for."""
    answered_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    reopened_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    closed_at: AwareDatetime | None = Field(default=None, sa_type=Instant)

    @property
    def ended_at(self) -> datetime | None:
        """When it was answered last, or closed without an answer; None while it waits."""
        return None if self.state in WAITING else self.answered_at or self.closed_at

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


class CaseEvent(Table, table=True):
    """One thing that happened to a case. Append-only: a day that is over is counted the same for good."""

    __tablename__ = "case_event"
    __table_args__ = (
        CheckConstraint(
            "event IN ('opened', 'added', 'asked_back', 'answered', 'passed_on', 'taken_over', 'goodwill', 'closed',"
            " 'reopened')",
            name="known_event",
        ),
        Index("ix_case_event_case_id", "case_id", "id"),
        Index("ix_case_event_on_date", "on_date"),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    case_id: int = Field(sa_type=BigInteger)
    event: str
    actor_id: int = Field(sa_type=BigInteger)
    """The customer, or the operator; 0 for the service itself."""
    at: AwareDatetime = Field(sa_type=Instant)
    on_date: date = Field(sa_type=Day)
    """The business date: what reports count by."""
    is_late: bool
    """Whether the deadline had passed."""


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
