"""Plans, and each time that one ran or could not."""

from datetime import date
from enum import StrEnum

from pydantic import AwareDatetime, SkipValidation
from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from finance_core.storage.base import Table
from finance_core.storage.columns import Amount, Day, Instant, JsonObject


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
    FROZEN = "frozen"  # the owner's account is frozen
    CLASS = "class"  # the owner's risk class allows the fund no more, or has expired
    DUE = "due"  # a loan falls due within days, and what is there is kept for it, as the owner chose


class NearDue(StrEnum):
    """What a plan does within `DAYS_BEFORE_DUE` of a loan's due day, where money would be short for it then."""

    WARN = "warn"  # it runs, and its owner is told
    SKIP = "skip"  # it leaves the money where it is


class Plan(Table, table=True):
    """A standing order to oneself."""

    __tablename__ = "plan"
    __table_args__ = (
        Index("ix_plan_plain", "id", postgresql_where=text("name IS NOT NULL")),
        CheckConstraint("kind IN ('regular', 'goal', 'round_up')", name="known_kind"),
        CheckConstraint("state IN ('active', 'paused', 'stopped', 'reached')", name="known_state"),
        CheckConstraint("every IN ('week', 'month')", name="known_rhythm"),
        CheckConstraint("near_due IN ('warn', 'skip')", name="known_near_due"),
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

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    key: str = Field(unique=True)
    """The idempotency key of the act that made it."""
    customer_id: int = Field(sa_type=BigInteger)
    kind: str
    target: str
    """Where the money goes, as `targets` reads it: `change_plus`, `deposit:90`."""
    asset: str
    amount: int = Field(sa_type=Amount)
    """Each time; of round-ups the sum that sends are rounded up to a whole number of."""
    every: str | None = None
    due_day: int | None = None
    """Of a monthly plan: the day of the month, or the last there is."""
    starts_on: date = Field(sa_type=Day)
    """The first day that it is due; a weekly plan is due on the same weekday ever after."""
    next_on: date | None = Field(default=None, sa_type=Day)
    """The day that it is due next. It runs on the first dealing day from then on."""
    name: str | None = None
    """From before it was encrypted; emptied when the schema is brought up to date."""
    name_sealed: bytes | None = None
    """What a goal is for, in its owner's words; None: nothing was said."""
    goal: int | None = Field(default=None, sa_type=Amount)
    goal_on: date | None = Field(default=None, sa_type=Day)
    saved: int = Field(default=0, sa_type=Amount)
    """All that it has put aside."""
    swept_to: AwareDatetime | None = Field(default=None, sa_type=Instant)
    """Of round-ups: sends before this instant have been rounded up."""
    missed_on: date | None = Field(default=None, sa_type=Day)
    """When it last could not run, until it has run again."""
    shown: JsonObject = Field(sa_type=JSONB)
    """The card as it was confirmed: `language` and `text`."""
    state: str = PlanState.ACTIVE
    made_at: AwareDatetime = Field(sa_type=Instant)
    ended_on: date | None = Field(default=None, sa_type=Day)
    near_due: str = NearDue.WARN

    @property
    def left(self) -> int:
        """What a goal still lacks, in minor units; 0 for other plans."""
        return max((self.goal or 0) - self.saved, 0)


class PlanRun(Table, table=True):
    """A time that a plan was due: what it put aside, or why it could not. Append-only."""

    __tablename__ = "plan_run"
    __table_args__ = (
        CheckConstraint("amount > 0", name="positive"),
        CheckConstraint("ran_on >= due_on", name="not_before_its_day"),
        CheckConstraint("(reference IS NULL) = (missing IS NOT NULL)", name="done_or_missed"),
    )

    plan_id: int = Field(sa_type=BigInteger, primary_key=True)
    due_on: date = Field(sa_type=Day, primary_key=True)
    ran_on: date = Field(sa_type=Day)
    amount: int = Field(sa_type=Amount)
    reference: str | None = None
    """Of the movement."""
    missing: str | None = None
