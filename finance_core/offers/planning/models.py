"""What operators plan: offers with their texts and picture, and the broadcasts that carry them; and what was tapped.

What goes out, to whom and how far it is, stands in `offers.running.models` once a broadcast has started.
"""

from enum import StrEnum

from pydantic import AwareDatetime, SkipValidation
from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from finance_core.storage.base import Table
from finance_core.storage.columns import Instant, JsonObject


class OfferKind(StrEnum):
    """Whether something is offered, or only said."""

    OFFER = "offer"
    SERVICE = "service"  # changed terms, an outage: no consent is asked, and nothing is sold


class BroadcastState(StrEnum):
    """Where a broadcast stands until it goes out; from then on its run says how far it is.

    A draft of which a proposal is open is *proposed*: that stands in the approvals.
    """

    DRAFT = "draft"
    APPROVED = "approved"  # goes out as soon as it may
    SCHEDULED = "scheduled"  # approved, and waits for its start
    STARTED = "started"  # its run has a state of its own
    CANCELLED = "cancelled"  # before it began
    MISSED = "missed"  # its end came before it could begin


class OfferPicture(Table, table=True):
    """A picture of an offer, as the render process made it; the same picture is kept once."""

    __tablename__ = "offer_picture"

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    sha256: str = Field(unique=True)
    content: bytes
    """A JPEG."""
    made_at: AwareDatetime = Field(sa_type=Instant)


class Offer(Table, table=True):
    """What is said to people, in every language; unchanged while a broadcast of it is proposed or about to begin."""

    __tablename__ = "offer"
    __table_args__ = (
        CheckConstraint("kind IN ('offer', 'service')", name="known_kind"),
        CheckConstraint("(kind = 'offer') = (topic IS NOT NULL)", name="about_a_topic"),
        CheckConstraint("kind = 'offer' OR (product IS NULL AND buttons = '[]')", name="service_sells_nothing"),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    token: str = Field(unique=True)
    """The idempotency key of its making."""
    name: str
    """What operators call it; nobody else reads it."""
    kind: str
    topic: str | None = None
    """The topic of consent that it takes."""
    product: str | None = None
    """The code of the product that it offers; of credit, its price stands in the message."""
    buttons: list[str] = Field(sa_type=JSONB)
    """The names of its ways into products, in their order."""
    picture_id: int | None = Field(default=None, sa_type=BigInteger, sa_column_args=(ForeignKey("offer_picture.id"),))
    made_by: int = Field(sa_type=BigInteger)
    made_at: AwareDatetime = Field(sa_type=Instant)


class OfferText(Table, table=True):
    """One text of an offer in one language: Telegram HTML as the operator wrote it, with placeholders."""

    __tablename__ = "offer_text"
    __table_args__ = (CheckConstraint("variant BETWEEN 0 AND 3", name="four_at_most"),)

    offer_id: int = Field(sa_type=BigInteger, sa_column_args=(ForeignKey("offer.id"),), primary_key=True)
    variant: int = Field(primary_key=True)
    language: str = Field(primary_key=True)
    html: str
    picture_words: str | None = None
    """What the picture shows, for who reads words alone."""


class Broadcast(Table, table=True):
    """An offer on its way to an audience: when, within which hours, how fast, to how many not, and what is measured."""

    __tablename__ = "broadcast"
    __table_args__ = (
        CheckConstraint(
            "state IN ('draft', 'approved', 'scheduled', 'started', 'cancelled', 'missed')", name="known_state"
        ),
        CheckConstraint("measure IN ('contracts', 'taps')", name="known_measure"),
        CheckConstraint("starts_at < ends_at", name="starts_before_its_end"),
        CheckConstraint("first_hour BETWEEN 9 AND 19 AND until_hour BETWEEN 10 AND 20", name="offers_hours"),
        CheckConstraint("first_hour < until_hour", name="hours_in_order"),
        CheckConstraint("rate BETWEEN 1 AND 1000", name="rate_bounded"),
        CheckConstraint("stars_most >= 0 AND (is_paid OR (stars_most = 0 AND rate <= 30))", name="paid_beyond_free"),
        CheckConstraint("held_out_percent BETWEEN 0 AND 50", name="held_out_bounded"),
        CheckConstraint("window_days BETWEEN 1 AND 30", name="window_bounded"),
        CheckConstraint(
            "(bound IS NOT NULL AND approval_id IS NOT NULL) OR state NOT IN ('approved', 'scheduled', 'started')",
            name="approved_as_bound",
        ),
        Index("ix_broadcast_offer_id", "offer_id"),
        Index("ix_broadcast_state_starts_at", "state", "starts_at"),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    token: str = Field(unique=True)
    offer_id: int = Field(sa_type=BigInteger, sa_column_args=(ForeignKey("offer.id"),))
    audience_id: int | None = Field(default=None, sa_type=BigInteger)
    """The version of the audience to which it goes."""
    starts_at: AwareDatetime = Field(sa_type=Instant)
    ends_at: AwareDatetime = Field(sa_type=Instant)
    """After which nothing of it goes out."""
    first_hour: int = 9
    until_hour: int = 20
    """Between which hours of a person's own day it goes."""
    rate: int = 25
    """Messages a second."""
    is_paid: bool = False
    stars_most: int = 0
    held_out_percent: int = 0
    measure: str = "contracts"
    window_days: int = 7
    state: str = "draft"
    bound: JsonObject | None = Field(default=None, sa_type=JSONB)
    """What is proposed, and then approved: hashes of what is said, versions, the schedule, the price's figures."""
    approval_id: int | None = Field(default=None, sa_type=BigInteger)
    """The proposal that was approved."""
    why: str | None = None
    """Why it was cancelled, missed or taken back to a draft."""
    copied_from: int | None = Field(default=None, sa_type=BigInteger)
    made_by: int = Field(sa_type=BigInteger)
    made_at: AwareDatetime = Field(sa_type=Instant)


class BroadcastMessage(Table, table=True):
    """What a broadcast says in one language, whole: the text with the price beside it, as it was put up for approval.

    `{name}` alone is filled in when it is sent.
    """

    __tablename__ = "broadcast_message"

    broadcast_id: int = Field(sa_type=BigInteger, sa_column_args=(ForeignKey("broadcast.id"),), primary_key=True)
    variant: int = Field(primary_key=True)
    language: str = Field(primary_key=True)
    html: str
    buttons: list[list[dict[str, str]]] = Field(sa_type=JSONB)
    """Rows of `{"text": …, "data": …}`."""


class OfferTap(Table, table=True):
    """Somebody tapped a way of an offer. Append-only."""

    __tablename__ = "offer_tap"
    __table_args__ = (
        Index("ix_offer_tap_customer_id", "customer_id", "at"),
        Index("ix_offer_tap_broadcast_id", "broadcast_id"),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    broadcast_id: int = Field(sa_type=BigInteger, sa_column_args=(ForeignKey("broadcast.id"),))
    customer_id: int = Field(sa_type=BigInteger)
    at: AwareDatetime = Field(sa_type=Instant)
    variant: int
    way: str
