"""Sends on their way, requests for money, and links that were guessed at."""

from enum import StrEnum

from pydantic import AwareDatetime, SkipValidation
from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, text
from sqlmodel import Field

from finance_core.storage.base import Table
from finance_core.storage.columns import Amount, Instant


class SendState(StrEnum):
    """Where a send stands."""

    WAITING = "waiting"  # has left the sender, the payee has not taken it
    ACCEPTED = "accepted"
    RETURNED = "returned"  # nobody took it in time, or the payee declined
    CANCELLED = "cancelled"  # by the sender, before it was taken


class Send(Table, table=True):
    """Money on its way to a person, or to whoever opens its link first. While it waits it lies in account 2015."""

    __tablename__ = "send"
    __table_args__ = (
        CheckConstraint("amount > 0", name="positive"),
        CheckConstraint("state IN ('waiting', 'accepted', 'returned', 'cancelled')", name="known_state"),
        CheckConstraint("payee_id <> sender_id", name="to_another"),
        CheckConstraint("sent_at <= delivers_at AND delivers_at < returns_at", name="in_order"),
        Index("ix_send_delivers_at", "delivers_at", postgresql_where=text("state = 'waiting' AND told_at IS NULL")),
        Index("ix_send_returns_at", "returns_at", postgresql_where=text("state = 'waiting'")),
        Index("ix_send_sender_id", "sender_id", "id"),
        Index("ix_send_plain", "id", postgresql_where=text("note IS NOT NULL")),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    token: str = Field(unique=True)
    """What buttons and the link carry."""
    sender_id: int = Field(sa_type=BigInteger)
    payee_id: int | None = Field(default=None, sa_type=BigInteger)
    """None until somebody claims the link."""
    amount: int = Field(sa_type=Amount)
    asset: str
    note: str | None = None
    """From before it was encrypted; emptied when the schema is brought up to date."""
    note_sealed: bytes | None = None
    """None: nothing was said."""
    state: str
    sent_at: AwareDatetime = Field(sa_type=Instant)
    sent_in: int
    """The calendar year whose limit it counts in."""
    delivers_at: AwareDatetime = Field(sa_type=Instant)
    """From here on it may be taken: `sent_at`, or the end of the delay that the sender chose."""
    told_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    """When its delivery began: a named payee was told then."""
    returns_at: AwareDatetime = Field(sa_type=Instant)
    settled_at: AwareDatetime | None = Field(default=None, sa_type=Instant)


class RequestState(StrEnum):
    """Where a request for money stands."""

    OPEN = "open"
    PAID = "paid"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class MoneyRequest(Table, table=True):
    """One person asks another for a sum."""

    __tablename__ = "money_request"
    __table_args__ = (
        CheckConstraint("amount > 0", name="positive"),
        CheckConstraint("state IN ('open', 'paid', 'declined', 'withdrawn')", name="known_state"),
        CheckConstraint("payer_id <> asker_id", name="from_another"),
        Index("ix_money_request_asker_id", "asker_id", "asked_at"),
        Index("ix_money_request_payer_id", "payer_id", postgresql_where=text("state = 'open'")),
        Index("ix_money_request_plain", "id", postgresql_where=text("note IS NOT NULL")),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    token: str = Field(unique=True)
    asker_id: int = Field(sa_type=BigInteger)
    payer_id: int = Field(sa_type=BigInteger)
    amount: int = Field(sa_type=Amount)
    asset: str
    note: str | None = None
    """From before it was encrypted; emptied when the schema is brought up to date."""
    note_sealed: bytes | None = None
    """None: nothing was said."""
    state: str
    asked_at: AwareDatetime = Field(sa_type=Instant)
    settled_at: AwareDatetime | None = Field(default=None, sa_type=Instant)


class LinkGuess(Table, table=True):
    """How many links somebody has opened that there are not, since when."""

    __tablename__ = "link_guess"

    customer_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    since: AwareDatetime = Field(sa_type=Instant)
    misses: int
