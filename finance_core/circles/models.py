"""Savings circles: what one is, who is in it, its places, keys and picks, its votes, swaps, guarantors and cases.

What its rounds have in the book (dues, payments, payouts) is `circles.book.models`. Amounts are minor units of the
circle's asset. Words of people are encrypted, each bound to its row (`circles.sealing`).
"""

from datetime import date
from decimal import Decimal
from enum import StrEnum

from pydantic import AwareDatetime, SkipValidation
from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from finance_core.storage.base import Table
from finance_core.storage.columns import Amount, Day, Exact, Instant, JsonObject


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


class CircleKey(Table, table=True):
    """A chain of keys: key 0 is published at its beginning, each later one when its round is drawn."""

    __tablename__ = "circle_key"
    __table_args__ = (
        CheckConstraint("(voided_at IS NULL) = (voided_why IS NULL)", name="voided"),
        CheckConstraint("first_round <= last_round", name="in_order"),
    )

    circle_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    nr: int = Field(primary_key=True)
    """From 1; a second chain follows one that was voided."""
    first_round: int
    """The round of its key 1."""
    last_round: int
    key_zero: str
    last_key_sealed: bytes
    picks_hash: str | None = None
    """Published with the picks, at the start; None: people may still pick."""
    voided_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    voided_why: str | None = None
    made_at: AwareDatetime = Field(sa_type=Instant)


class CirclePick(Table, table=True):
    """What a place had picked when the picks of a chain were published: whoever checks a draw needs it."""

    __tablename__ = "circle_pick"
    __table_args__ = (Index("ix_circle_pick_customer_id", "customer_id"),)

    circle_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    chain: int = Field(primary_key=True)
    place: int = Field(primary_key=True)
    customer_id: int = Field(sa_type=BigInteger)
    pick: str


class CircleBid(Table, table=True):
    """A sealed bid. The last one of a place counts; what the winner bid is published, all others stay secret."""

    __tablename__ = "circle_bid"
    __table_args__ = (
        CheckConstraint("(amount IS NULL) = (nonce IS NULL)", name="published"),
        CheckConstraint("amount IS NULL OR over_at IS NULL", name="won_as_it_stood"),
        Index(
            "ix_circle_bid_last",
            "circle_id",
            "round",
            "place",
            unique=True,
            postgresql_where=text("over_at IS NULL"),
        ),
        Index("ix_circle_bid_customer_id", "customer_id", "id"),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    key: str = Field(unique=True)
    circle_id: int = Field(sa_type=BigInteger)
    round: int
    place: int
    customer_id: int = Field(sa_type=BigInteger)
    amount_sealed: bytes
    nonce_sealed: bytes
    seal: str
    """The SHA-256 that is published at once."""
    made_at: AwareDatetime = Field(sa_type=Instant)
    over_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    """When it was withdrawn, or another took its place."""
    amount: int | None = Field(default=None, sa_type=Amount)
    """Of the winning bid, after the deadline."""
    nonce: str | None = None


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
    """A dataclass of `circles.motions` as JSON, by the kind."""
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
