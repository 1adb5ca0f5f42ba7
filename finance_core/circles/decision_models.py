"""What people of a circle agree on or have decided: swaps of turns, guarantors, votes, and cases for operators."""

from enum import StrEnum

from pydantic import AwareDatetime, SkipValidation
from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from finance_core.storage.base import Table
from finance_core.storage.columns import Amount, Instant, JsonObject


class SwapState(StrEnum):
    """What came of a request to swap turns."""

    ASKED = "asked"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"  # one of the two turns came, or one of the two may not swap any more


class CircleSwap(Table, table=True):
    """Two places that swap their turns."""

    __tablename__ = "circle_swap"
    __table_args__ = (
        CheckConstraint("state IN ('asked', 'done', 'refused', 'withdrawn', 'lapsed')", name="known_state"),
        CheckConstraint("(state = 'asked') = (answered_at IS NULL)", name="answered"),
        CheckConstraint("place <> other_place", name="another"),
        Index("ix_circle_swap_circle_id", "circle_id", "id"),
        Index("ix_circle_swap_customer_id", "customer_id"),
        Index("ix_circle_swap_other_id", "other_id"),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    token: str = Field(unique=True)
    circle_id: int = Field(sa_type=BigInteger)
    place: int
    customer_id: int = Field(sa_type=BigInteger)
    """Who asks."""
    turn: int
    """The asker's turn when it was asked for."""
    other_place: int
    other_id: int = Field(sa_type=BigInteger)
    other_turn: int
    state: str
    asked_at: AwareDatetime = Field(sa_type=Instant)
    answered_at: AwareDatetime | None = Field(default=None, sa_type=Instant)


class CircleGuarantor(Table, table=True):
    """Somebody who stands for a place: asked when it does not pay, never debited."""

    __tablename__ = "circle_guarantor"
    __table_args__ = (
        UniqueConstraint("circle_id", "place", "customer_id"),
        CheckConstraint("most > 0", name="positive"),
        CheckConstraint("called BETWEEN 0 AND most", name="called_bounded"),
        CheckConstraint("agreed_at IS NULL OR refused_at IS NULL", name="one_answer"),
        Index("ix_circle_guarantor_customer_id", "customer_id", "circle_id"),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    """The owner of the memo 9030: what the place owes who has paid for it."""
    circle_id: int = Field(sa_type=BigInteger)
    place: int
    customer_id: int = Field(sa_type=BigInteger)
    most: int = Field(sa_type=Amount)
    """What they may be asked for in all."""
    called: int = Field(default=0, sa_type=Amount)
    """What they have been asked for so far."""
    asked_at: AwareDatetime = Field(sa_type=Instant)
    agreed_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    refused_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    freed_at: AwareDatetime | None = Field(default=None, sa_type=Instant)


class MotionState(StrEnum):
    """Where a motion stands."""

    OPEN = "open"
    PASSED = "passed"
    FAILED = "failed"  # it can no longer pass, or its two days are over
    LAPSED = "lapsed"  # what it was about is no more


class CircleMotion(Table, table=True):
    """What members vote on, or what two of three officers do: one mechanism."""

    __tablename__ = "circle_motion"
    __table_args__ = (
        CheckConstraint("needs IN ('officers', 'majority', 'two_thirds')", name="known_needs"),
        CheckConstraint("state IN ('open', 'passed', 'failed', 'lapsed')", name="known_state"),
        CheckConstraint("(state = 'open') = (settled_at IS NULL)", name="settled"),
        CheckConstraint("opened_at < ends_at", name="in_order"),
        Index("ix_circle_motion_circle_id", "circle_id", "id"),
        Index("ix_circle_motion_ends_at", "ends_at", postgresql_where=text("state = 'open'")),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    token: str = Field(unique=True)
    circle_id: int = Field(sa_type=BigInteger)
    kind: str
    subject: JsonObject = Field(sa_type=JSONB)
    """A dataclass of `circles.agenda` or `circles.takeover` as JSON, by the kind."""
    needs: str
    state: str
    opened_by: int = Field(sa_type=BigInteger)
    opened_at: AwareDatetime = Field(sa_type=Instant)
    ends_at: AwareDatetime = Field(sa_type=Instant)
    settled_at: AwareDatetime | None = Field(default=None, sa_type=Instant)


class CircleBallot(Table, table=True):
    """How somebody voted: the card counts and names nobody."""

    __tablename__ = "circle_ballot"
    __table_args__ = (Index("ix_circle_ballot_customer_id", "customer_id"),)

    motion_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    customer_id: int = Field(sa_type=BigInteger, primary_key=True)
    is_yes: bool
    cast_at: AwareDatetime = Field(sa_type=Instant)


class CircleCaseKind(StrEnum):
    """What an operator decides on."""

    DISPUTE = "dispute"
    SUSPENSION = "suspension"  # two officers have suspended somebody


class CircleCase(Table, table=True):
    """What an operator decides within three days. A dispute may hold its round's payout until then."""

    __tablename__ = "circle_case"
    __table_args__ = (
        CheckConstraint("kind IN ('dispute', 'suspension')", name="known_kind"),
        CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name="decided_by_somebody"),
        CheckConstraint("(decided_at IS NULL) = (decision IS NULL)", name="decided"),
        CheckConstraint("kind <> 'dispute' OR round IS NOT NULL", name="dispute_of_a_round"),
        CheckConstraint("kind <> 'suspension' OR about_id IS NOT NULL", name="suspension_of_somebody"),
        Index("ix_circle_case_circle_id", "circle_id", "round"),
        Index("ix_circle_case_due_at", "due_at", postgresql_where=text("decided_at IS NULL")),
        Index("ix_circle_case_customer_id", "customer_id"),
        Index("ix_circle_case_about_id", "about_id"),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    key: str = Field(unique=True)
    circle_id: int = Field(sa_type=BigInteger)
    kind: str
    round: int | None = None
    customer_id: int = Field(sa_type=BigInteger)
    """Who opened it."""
    about_id: int | None = Field(default=None, sa_type=BigInteger)
    """Whom it is about; None: no one person."""
    words_sealed: bytes
    """What was said."""
    holds_payout: bool
    opened_at: AwareDatetime = Field(sa_type=Instant)
    due_at: AwareDatetime = Field(sa_type=Instant)
    decided_by: int | None = Field(default=None, sa_type=BigInteger)
    decided_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    decision: str | None = None
    """`upheld` or `refused` of a dispute; `resumed`, `taken_over` or `closed` of a suspension."""
    reason_sealed: bytes | None = None
    """What both sides are told."""
