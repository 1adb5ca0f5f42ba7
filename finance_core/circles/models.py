"""Savings circles: what one is, who is in it and holds an office, and its places.

What is drawn in them is `circles.draw_models`, what people decide and agree on `circles.decision_models`, what their
rounds have in the book `circles.book.models`. Amounts are minor units of the circle's asset. Words of people are
encrypted, each bound to its row (`circles.sealing`).
"""

from datetime import date
from decimal import Decimal
from enum import StrEnum

from pydantic import AwareDatetime, SkipValidation
from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, text
from sqlmodel import Field

from finance_core.storage.base import Table
from finance_core.storage.columns import Amount, Day, Exact, Instant


class CircleState(StrEnum):
    """Where a circle stands."""

    DRAFT = "draft"  # seen by who makes it
    OPEN = "open"  # people join
    CONFIRMING = "confirming"  # the chair starts it with fewer, each confirms the new total
    RUNNING = "running"
    SUSPENDED = "suspended"  # by operators: nothing is debited, paid or drawn
    ENDED = "ended"
    CALLED_OFF = "called_off"  # before it started


class Circle(Table, table=True):
    """A circle. Contribution, places, order, commission, fine, refund and shortfall stay as they were at the start."""

    __tablename__ = "circle"
    __table_args__ = (
        CheckConstraint("kind IN ('rotating', 'accumulating')", name="known_kind"),
        CheckConstraint("receiving_order IN ('fixed', 'whole', 'lottery', 'auction', 'none')", name="known_order"),
        CheckConstraint("(kind = 'accumulating') = (receiving_order = 'none')", name="ordered"),
        CheckConstraint("period IN ('day', 'week', 'two_weeks', 'month')", name="known_period"),
        CheckConstraint("shortfall IN ('wait', 'pay', 'deposit', 'guarantors')", name="known_shortfall"),
        CheckConstraint("security IN ('none', 'deposit', 'guarantors', 'retention')", name="known_security"),
        CheckConstraint("commission_to IN ('institution', 'organiser')", name="known_commission_to"),
        CheckConstraint(
            "state IN ('draft', 'open', 'confirming', 'running', 'suspended', 'ended', 'called_off')",
            name="known_state",
        ),
        CheckConstraint("contribution > 0", name="positive"),
        CheckConstraint("places BETWEEN 3 AND 50", name="places_bounded"),
        CheckConstraint("security_amount >= 0", name="security_not_negative"),
        CheckConstraint("commission_percent BETWEEN 0 AND 5", name="commission_bounded"),
        CheckConstraint("fine_percent BETWEEN 0 AND 5", name="fine_bounded"),
        CheckConstraint("kept_percent BETWEEN 0 AND 5", name="kept_bounded"),
        CheckConstraint("least_reliability BETWEEN 0 AND 100", name="least_reliability_bounded"),
        CheckConstraint("receiving_order = 'fixed' OR NOT members_pick", name="picked_turns"),
        CheckConstraint("(state IN ('running', 'suspended', 'ended')) = (rounds IS NOT NULL)", name="rounds_started"),
        CheckConstraint("(rounds IS NULL) = (started_at IS NULL)", name="started"),
        CheckConstraint("(state = 'confirming') = (confirm_until IS NOT NULL)", name="confirming_until"),
        CheckConstraint("(state IN ('ended', 'called_off')) = (ended_at IS NOT NULL)", name="over"),
        CheckConstraint("(state = 'suspended') = (suspended_at IS NOT NULL)", name="suspended_since"),
        Index("ix_circle_organiser_id", "organiser_id", "id"),
        Index("ix_circle_place_id", "place_id", "id", postgresql_where=text("place_id IS NOT NULL")),
        Index(
            "ix_circle_not_over",
            "state",
            "id",
            postgresql_where=text("state IN ('open', 'confirming', 'running', 'suspended')"),
        ),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    token: str = Field(unique=True)
    """What buttons and links carry; the same token again is the same circle."""
    code: str = Field(unique=True)
    """What people call it by: C4TN-8KQ2."""
    kind: str
    organiser_id: int = Field(sa_type=BigInteger)
    """Who opened it; the chair until there is another."""
    place_id: int | None = Field(default=None, sa_type=BigInteger)
    """The group whose board it has, by an id of ours; None: none."""
    language: str
    """Of its board and its constitution."""
    asset: str
    title_sealed: bytes
    contribution: int = Field(sa_type=Amount)
    """What one place pays in a round."""
    places: int
    """For how many it was opened."""
    period: str
    first_due_on: date = Field(sa_type=Day)
    receiving_order: str
    members_pick: bool
    """Fixed order: members pick a free turn. Else the chair sets it."""
    commission_percent: Decimal = Field(sa_type=Exact)
    """Of the pot, at most 5."""
    commission_to: str
    fine_percent: Decimal = Field(sa_type=Exact)
    """Of the contribution, once a round for who is late, at most 5."""
    kept_percent: Decimal = Field(sa_type=Exact)
    """Of what a leaver gets back, at most 5: it goes to the others."""
    shortfall: str
    is_covered: bool
    """Whether the institution pays a shortfall in and gets it back later."""
    security: str
    security_amount: int = Field(default=0, sa_type=Amount)
    """For one place: its deposit, what its guarantors stand for, or what is kept back from its payout."""
    needs_approval: bool
    """Whether the chair says yes to each who wants to join."""
    least_reliability: int | None = None
    """Percent of rounds paid on time in 24 months that who joins has at least; None: none is asked for."""
    product: str
    product_version: int
    state: str
    rounds: int | None = None
    """After the start: the places that it started with."""
    is_paper: bool = False
    """Whether it was brought in from paper: its first rounds are history without entries."""
    previous_id: int | None = Field(default=None, sa_type=BigInteger)
    """The cycle before, where *Again* began it."""
    confirm_until: AwareDatetime | None = Field(default=None, sa_type=Instant)
    suspended_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    made_at: AwareDatetime = Field(sa_type=Instant)
    opened_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    started_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    ended_at: AwareDatetime | None = Field(default=None, sa_type=Instant)


class Role(StrEnum):
    """An office of a circle."""

    CHAIR = "chair"
    TREASURER = "treasurer"
    SECRETARY = "secretary"


class CircleOfficer(Table, table=True):
    """Somebody who holds an office of a circle, or held it. Three offices are three people."""

    __tablename__ = "circle_officer"
    __table_args__ = (
        CheckConstraint("role IN ('chair', 'treasurer', 'secretary')", name="known_role"),
        Index("ix_circle_officer_role", "circle_id", "role", unique=True, postgresql_where=text("until IS NULL")),
        Index(
            "ix_circle_officer_customer",
            "circle_id",
            "customer_id",
            unique=True,
            postgresql_where=text("until IS NULL"),
        ),
        Index("ix_circle_officer_customer_id", "customer_id", "circle_id"),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    circle_id: int = Field(sa_type=BigInteger)
    role: str
    customer_id: int = Field(sa_type=BigInteger)
    since: AwareDatetime = Field(sa_type=Instant)
    until: AwareDatetime | None = Field(default=None, sa_type=Instant)


class MemberState(StrEnum):
    """Where somebody stands in a circle."""

    ASKED = "asked"  # the chair has to say yes
    WAITING = "waiting"  # it is full
    APPROVED = "approved"  # a place is theirs when they confirm once more
    JOINED = "joined"
    REFUSED = "refused"  # by the chair
    LEFT = "left"
    REMOVED = "removed"  # by a vote


class Destination(StrEnum):
    """Where a pot goes that somebody receives."""

    WALLET = "wallet"
    CHANGE_PLUS = "change_plus"
    GOAL = "goal"
    LOAN = "loan"


class CircleMember(Table, table=True):
    """Somebody in a circle, or on the way in or out: one row, whatever comes of it."""

    __tablename__ = "circle_member"
    __table_args__ = (
        CheckConstraint(
            "state IN ('asked', 'waiting', 'approved', 'joined', 'refused', 'left', 'removed')", name="known_state"
        ),
        CheckConstraint("destination IN ('wallet', 'change_plus', 'goal', 'loan')", name="known_destination"),
        CheckConstraint(
            "(destination IN ('goal', 'loan')) = (destination_id IS NOT NULL)", name="destination_of_something"
        ),
        CheckConstraint("places BETWEEN 1 AND 3", name="places_bounded"),
        CheckConstraint("(agreed_rounds IS NULL) = (agreed_at IS NULL)", name="agreed"),
        CheckConstraint("(state IN ('refused', 'left', 'removed')) = (left_at IS NOT NULL)", name="out_since"),
        CheckConstraint("state <> 'joined' OR joined_at IS NOT NULL", name="joined_since"),
        Index(
            "ix_circle_member_customer_id",
            "customer_id",
            "circle_id",
            postgresql_where=text("state IN ('asked', 'waiting', 'approved', 'joined')"),
        ),
    )

    circle_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    customer_id: int = Field(sa_type=BigInteger, primary_key=True)
    state: str
    places: int
    """How many it asked for; how many it holds stands in the places."""
    nickname_sealed: bytes | None = None
    """What the group's board calls them; None: by their name."""
    nominee_sealed: bytes | None = None
    """Who takes over, or is paid, if they die: a name and how to reach them."""
    destination: str
    destination_id: int | None = Field(default=None, sa_type=BigInteger)
    """The plan or the loan."""
    automatic_debit: bool
    """Whether contributions are debited on their day; agreed to by a line of its own, and taken back any time."""
    debit_from_change_plus: bool
    """Whether Change Plus pays what the wallet cannot."""
    shows_reliability: bool
    marks_credit: bool
    """Whether what becomes of their dues may be told to the credit bureau."""
    retention: int = Field(default=0, sa_type=Amount)
    """What is kept back from each payout of theirs beyond the circle's rule, so that their exposure is allowed."""
    wanted_sealed: bytes | None = None
    """Picks and turns of who has asked or waits, until they have their places."""
    asked_at: AwareDatetime = Field(sa_type=Instant)
    """Their place on the waiting list."""
    joined_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    agreed_rounds: int | None = None
    """Of how many rounds the total was that they last confirmed with the PIN; None: they have to confirm anew."""
    agreed_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    suspended_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    """Until an operator has decided: their places keep their turns and receive nothing."""
    left_at: AwareDatetime | None = Field(default=None, sa_type=Instant)


class PlaceState(StrEnum):
    """Where a place stands."""

    FREE = "free"  # nobody has it
    HELD = "held"
    CLOSED = "closed"  # who held it stopped or left: it pays no more
    UNUSED = "unused"  # the circle started with fewer


class ClosedWhy(StrEnum):
    """Why a place was closed."""

    STOPPED = "stopped"
    LEFT = "left"
    REMOVED = "removed"
    GONE = "gone"  # its member died, or vanished


class CirclePlace(Table, table=True):
    """One of a circle's places: it pays in each round and receives in one."""

    __tablename__ = "circle_place"
    __table_args__ = (
        CheckConstraint("state IN ('free', 'held', 'closed', 'unused')", name="known_state"),
        CheckConstraint("(state IN ('held', 'closed')) = (customer_id IS NOT NULL)", name="held_by_somebody"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed"),
        CheckConstraint("(closed_at IS NULL) = (closed_why IS NULL)", name="closed_for_a_reason"),
        CheckConstraint("closed_why IN ('stopped', 'left', 'removed', 'gone')", name="known_why"),
        CheckConstraint("(received_round IS NULL) = (received_at IS NULL)", name="received"),
        Index("ix_circle_place_customer_id", "customer_id", "circle_id"),
    )

    circle_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    nr: int = Field(primary_key=True)
    """From 1; with fewer people than places it has gaps, as nobody is numbered anew."""
    customer_id: int | None = Field(default=None, sa_type=BigInteger)
    state: str
    turn: int | None = None
    """The round in which it receives; None: not known yet."""
    pick_sealed: bytes | None = None
    """What its member picked for the draws; published at the start, or when a new chain begins."""
    passes_round: int | None = None
    """The round of an auction for which *not this time* was said."""
    received_round: int | None = None
    received_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    held_since: AwareDatetime | None = Field(default=None, sa_type=Instant)
    """Since who holds it now has had it."""
    notice_on: date | None = Field(default=None, sa_type=Day)
    """When who holds it was given notice for not paying."""
    closed_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    closed_why: str | None = None
    closed_round: int | None = None
    """The first round that it did not pay any more."""
    refund_round: int | None = None
    """The round at the end in which what it had paid comes back."""
    due_at_once_on: date | None = Field(default=None, sa_type=Day)
    """The day on which all that was left to pay fell due, as it had received and stopped."""
