"""What is drawn or bid for in circles: chains of keys, the picks that were published, sealed bids."""

from pydantic import AwareDatetime, SkipValidation
from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, text
from sqlmodel import Field

from finance_core.storage.base import Table
from finance_core.storage.columns import Amount, Instant


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
