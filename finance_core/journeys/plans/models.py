"""Plans, and each time that one ran or could not."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from finance_core.storage.base import Base
from finance_core.storage.columns import Amount, Day, Instant


class PlanKind(StrEnum):
    """What a plan puts aside."""

    REGULAR = "regular"  # a fixed sum each time, until it is stopped
    GOAL = "goal"  # a fixed sum each time, until the goal is reached
    ROUND_UP = "round_up"  # what each send lacks to a round sum, once a day


class PlanState(StrEnum):
    """Where a plan stands."""

    ACTIVE = "active"
    PAUSED = "paused"  # nothing happens until it is resumed; what was left out is not made up
    STOPPED = "stopped"  # by its owner, for good
    REACHED = "reached"  # the goal is full


class Missing(StrEnum):
    """Why a plan could not run."""

    MONEY = "money"  # the wallet had less than the sum
    LIMIT = "limit"  # where it goes is as full as it may be
    CLOSED = "closed"  # where it goes takes nothing for now
    CLASS = "class"  # the owner's risk class allows the fund no more, or has expired


class Plan(Base):
    """A standing order to oneself."""

    __tablename__ = "plan"
    __table_args__ = (
        CheckConstraint("kind IN ('regular', 'goal', 'round_up')", name="known_kind"),
        CheckConstraint("state IN ('active', 'paused', 'stopped', 'reached')", name="known_state"),
        CheckConstraint("every IN ('week', 'month')", name="known_rhythm"),
        CheckConstraint(
            "(every = 'month') = (due_day IS NOT NULL) AND due_day BETWEEN 1 AND 31",
            name="due_day",
        ),
        CheckConstraint("amount > 0 AND saved >= 0", name="positive"),
        CheckConstraint(
            "(kind = 'goal') = (goal IS NOT NULL) AND (goal IS NULL) = (goal_on IS NULL) AND goal > 0",
            name="goal_has_its_day",
        ),
        CheckConstraint(
            "(kind = 'round_up') = (swept_to IS NOT NULL) AND (kind = 'round_up') = (every IS NULL)"
            " AND (every IS NULL) = (next_on IS NULL)",
            name="rounds_or_recurs",
        ),
        CheckConstraint("(state IN ('stopped', 'reached')) = (ended_on IS NOT NULL)", name="ended"),
        Index("ix_plan_customer_id", "customer_id", "id"),
        Index("ix_plan_next_on", "next_on", "id", postgresql_where=text("state = 'active'")),
        Index(
            "ix_plan_one_round_up",
            "customer_id",
            unique=True,
            postgresql_where=text("kind = 'round_up' AND state IN ('active', 'paused')"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    """The idempotency key of the act that made it."""
    customer_id: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str]
    target: Mapped[str]
    """Where the money goes, as `targets` reads it: `change_plus`, `deposit:90`."""
    asset: Mapped[str]
    amount: Mapped[int] = mapped_column(Amount)
    """Each time; of round-ups the sum that sends are rounded up to a whole number of."""
    every: Mapped[str | None]
    due_day: Mapped[int | None]
    """Of a monthly plan: the day of the month, or the last there is."""
    starts_on: Mapped[date] = mapped_column(Day)
    """The first day that it is due; a weekly plan is due on the same weekday ever after."""
    next_on: Mapped[date | None] = mapped_column(Day)
    """The day that it is due next. It runs on the first dealing day from then on."""
    name: Mapped[str] = mapped_column(default="")
    """What a goal is for, in its owner's words."""
    goal: Mapped[int | None] = mapped_column(Amount)
    goal_on: Mapped[date | None] = mapped_column(Day)
    saved: Mapped[int] = mapped_column(Amount, default=0)
    """All that it has put aside."""
    swept_to: Mapped[datetime | None] = mapped_column(Instant)
    """Of round-ups: sends before this instant have been rounded up."""
    missed_on: Mapped[date | None] = mapped_column(Day)
    """When it last could not run, until it has run again."""
    shown: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """The card as it was confirmed: `language` and `text`."""
    state: Mapped[str] = mapped_column(default=PlanState.ACTIVE)
    made_at: Mapped[datetime] = mapped_column(Instant)
    ended_on: Mapped[date | None] = mapped_column(Day)

    @property
    def left(self) -> int:
        """What a goal still lacks, in minor units; 0 for other plans."""
        return max((self.goal or 0) - self.saved, 0)


class PlanRun(Base):
    """A time that a plan was due: what it put aside, or why it could not. Append-only."""

    __tablename__ = "plan_run"
    __table_args__ = (
        CheckConstraint("amount > 0", name="positive"),
        CheckConstraint("ran_on >= due_on", name="not_before_its_day"),
        CheckConstraint("(reference IS NULL) = (missing IS NOT NULL)", name="done_or_missed"),
    )

    plan_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    due_on: Mapped[date] = mapped_column(Day, primary_key=True)
    ran_on: Mapped[date] = mapped_column(Day)
    amount: Mapped[int] = mapped_column(Amount)
    reference: Mapped[str | None]
    """Of the movement."""
    missing: Mapped[str | None]
