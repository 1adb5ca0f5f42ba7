"""A circle's rounds, what each place owes in them, what was paid in and out, and where money waits outside the pots.

Amounts are minor units of the circle's asset.
"""

from datetime import date
from enum import StrEnum

from pydantic import AwareDatetime, SkipValidation
from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, UniqueConstraint, text
from sqlmodel import Field

from finance_core.storage.base import Table
from finance_core.storage.columns import Amount, Day, Instant


class RoundState(StrEnum):
    """Where a round stands."""

    COMING = "coming"
    LISTED = "listed"  # who is eligible was published, the evening before
    COLLECTING = "collecting"  # due: the pot fills
    PAID = "paid"  # its pot was paid out, whole
    SHORT = "short"  # what was there was paid out; what comes later goes to its receiver too


class CircleRound(Table, table=True):
    """One round of a circle that has started."""

    __tablename__ = "circle_round"
    __table_args__ = (
        CheckConstraint("state IN ('coming', 'listed', 'collecting', 'paid', 'short')", name="known_state"),
        CheckConstraint("state NOT IN ('paid', 'short') OR paid_at IS NOT NULL OR is_history", name="paid_out"),
        CheckConstraint("refunds_place IS NULL OR receiver_place = refunds_place", name="refunds_its_place"),
        Index(
            "ix_circle_round_due_on",
            "due_on",
            "circle_id",
            "nr",
            postgresql_where=text("state IN ('coming', 'listed', 'collecting')"),
        ),
    )

    circle_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    nr: int = Field(primary_key=True)
    """From 1."""
    due_on: date = Field(sa_type=Day)
    first_due_on: date = Field(sa_type=Day)
    """Before all coming dates were moved by a vote."""
    state: str
    receiver_place: int | None = None
    """Who receives; None: not known yet."""
    refunds_place: int | None = None
    """The closed place whose payments come back in it: only who received from it pays."""
    is_history: bool = False
    """A round of a paper circle from before it was brought in: it has no entries."""
    listed_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    drawn_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    chain: int | None = None
    """The chain that its key is of."""
    key: str | None = None
    """Its published key, whether a draw was needed or not."""
    purpose: str | None = None
    """`draw` or `tie`, where something was drawn among who is eligible."""
    bid: int | None = Field(default=None, sa_type=Amount)
    """The discount that won it; the least bid where nobody bid."""
    prize: int | None = Field(default=None, sa_type=Amount)
    """What its receiver gets of a full pot."""
    commission: int | None = Field(default=None, sa_type=Amount)
    held_by: int | None = Field(default=None, sa_type=BigInteger)
    """The case that holds its payout."""
    full_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    paid_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    failed_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    """When its key last failed: the draw is tried again twelve hours later."""


class CircleEligible(Table, table=True):
    """A place that is eligible in a round: published before the draw, and never changed after."""

    __tablename__ = "circle_eligible"

    circle_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    round: int = Field(primary_key=True)
    place: int = Field(primary_key=True)
    is_tied: bool = False
    """Whether it is one of the highest bids that are alike: a tie is drawn among these."""


class CircleDue(Table, table=True):
    """What one place owes in one round, and what has come of it."""

    __tablename__ = "circle_due"
    __table_args__ = (
        CheckConstraint("amount >= 0", name="not_negative"),
        CheckConstraint("paid BETWEEN 0 AND amount", name="paid_bounded"),
        CheckConstraint("fine_paid BETWEEN 0 AND fine", name="fine_paid_bounded"),
        CheckConstraint("covered BETWEEN 0 AND paid", name="covered_bounded"),
        CheckConstraint("(paid_at IS NULL) = (paid < amount OR amount = 0)", name="paid_whole"),
        Index("ix_circle_due_covered", "customer_id", postgresql_where=text("covered > 0")),
        Index(
            "ix_circle_due_open",
            "due_on",
            "circle_id",
            "round",
            "place",
            postgresql_where=text("paid < amount OR fine_paid < fine"),
        ),
        Index("ix_circle_due_customer_id", "customer_id", "due_on"),
    )

    circle_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    round: int = Field(primary_key=True)
    place: int = Field(primary_key=True)
    customer_id: int = Field(sa_type=BigInteger)
    """Who holds the place; of a round that was due before a take-over, who held it then."""
    due_on: date = Field(sa_type=Day)
    """The round's day; earlier where all that is left fell due at once."""
    amount: int = Field(sa_type=Amount)
    """The contribution; net of the dividend in an auction; 0 where the place does not pay in the round."""
    paid: int = Field(default=0, sa_type=Amount)
    paid_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    """When it was paid whole."""
    fine: int = Field(default=0, sa_type=Amount)
    fine_paid: int = Field(default=0, sa_type=Amount)
    covered: int = Field(default=0, sa_type=Amount)
    """What the institution has paid of it and has not got back."""
    is_late: bool = False
    """Whether it was not paid at the end of the grace."""
    is_excused: bool = False
    """Whether being late does not count: a fault of ours, or a dispute that was won."""
    guarantors_on: date | None = Field(default=None, sa_type=Day)
    """When who stands for the place was asked."""


class PaidFrom(StrEnum):
    """Where a contribution came from."""

    WALLET = "wallet"
    CHANGE_PLUS = "change_plus"
    AHEAD = "ahead"  # what was paid ahead
    DEPOSIT = "deposit"
    RETENTION = "retention"
    PAYOUT = "payout"  # out of the receiver's own payout
    GUARANTOR = "guarantor"
    INSTITUTION = "institution"


class CirclePayment(Table, table=True):
    """What was paid of a due: the contribution first, then the fine."""

    __tablename__ = "circle_payment"
    __table_args__ = (
        CheckConstraint("contribution >= 0 AND fine >= 0 AND contribution + fine > 0", name="positive"),
        CheckConstraint(
            "source IN ('wallet', 'change_plus', 'ahead', 'deposit', 'retention', 'payout', 'guarantor',"
            " 'institution')",
            name="known_source",
        ),
        CheckConstraint("(source = 'institution') = (payer_id IS NULL)", name="payer"),
        Index("ix_circle_payment_circle_id", "circle_id", "round", "place"),
        Index("ix_circle_payment_payer_id", "payer_id", "id"),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    key: str = Field(unique=True)
    circle_id: int = Field(sa_type=BigInteger)
    round: int
    place: int
    payer_id: int | None = Field(default=None, sa_type=BigInteger)
    """Whose money it was; None: the institution's."""
    contribution: int = Field(sa_type=Amount)
    fine: int = Field(sa_type=Amount)
    source: str
    entry_id: int = Field(sa_type=BigInteger)
    on_date: date = Field(sa_type=Day)
    """The business date of its entry."""
    paid_at: AwareDatetime = Field(sa_type=Instant)


class PayoutKind(StrEnum):
    """What a payout of a circle is."""

    PRIZE = "prize"  # the pot, to its receiver
    LATE = "late"  # what came later, to the receiver of its round
    COMMISSION = "commission"
    REFUND = "refund"  # to who left, by the rule
    DEPOSIT = "deposit"  # back
    AHEAD = "ahead"  # what was paid ahead, back
    RETENTION = "retention"  # what was kept back, back
    FINES = "fines"  # shared at the end
    UNCLAIMED = "unclaimed"  # what nobody had claimed


class CirclePayout(Table, table=True):
    """What a circle paid out."""

    __tablename__ = "circle_payout"
    __table_args__ = (
        CheckConstraint("amount > 0", name="positive"),
        CheckConstraint(
            "kind IN ('prize', 'late', 'commission', 'refund', 'deposit', 'ahead', 'retention', 'fines', 'unclaimed')",
            name="known_kind",
        ),
        Index("ix_circle_payout_circle_id", "circle_id", "round"),
        Index("ix_circle_payout_customer_id", "customer_id", "id"),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    key: str = Field(unique=True)
    circle_id: int = Field(sa_type=BigInteger)
    round: int | None = None
    place: int | None = None
    customer_id: int | None = Field(default=None, sa_type=BigInteger)
    """Who was paid; None: the institution."""
    amount: int = Field(sa_type=Amount)
    kind: str
    entry_id: int = Field(sa_type=BigInteger)
    on_date: date = Field(sa_type=Day)
    paid_at: AwareDatetime = Field(sa_type=Instant)


class PocketKind(StrEnum):
    """What is kept in a pocket of account 2031; `advance` is what account 1150 says of a place."""

    SECURITY = "security"
    AHEAD = "ahead"
    RETENTION = "retention"
    UNCLAIMED = "unclaimed"
    ADVANCE = "advance"


class CirclePocket(Table, table=True):
    """The owner of an account in which a place's money waits outside the pots."""

    __tablename__ = "circle_pocket"
    __table_args__ = (
        UniqueConstraint("circle_id", "place", "kind"),
        CheckConstraint("kind IN ('security', 'ahead', 'retention', 'unclaimed', 'advance')", name="known_kind"),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    circle_id: int = Field(sa_type=BigInteger)
    place: int
    kind: str
