"""Sends on their way, and requests for money."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from finance_core.storage.base import Base
from finance_core.storage.columns import Amount, Instant


class SendState(StrEnum):
    """Where a send stands."""

    WAITING = "waiting"  # has left the sender, the payee has not taken it
    ACCEPTED = "accepted"
    RETURNED = "returned"  # nobody took it in time, or the payee declined
    CANCELLED = "cancelled"  # by the sender, before it was taken


class Send(Base):
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
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    token: Mapped[str] = mapped_column(unique=True)
    """What buttons and the link carry."""
    sender_id: Mapped[int] = mapped_column(BigInteger)
    payee_id: Mapped[int | None] = mapped_column(BigInteger)
    """None until somebody claims the link."""
    amount: Mapped[int] = mapped_column(Amount)
    asset: Mapped[str]
    note: Mapped[str]
    state: Mapped[str]
    sent_at: Mapped[datetime] = mapped_column(Instant)
    sent_in: Mapped[int]
    """The calendar year whose limit it counts in."""
    delivers_at: Mapped[datetime] = mapped_column(Instant)
    """From here on it may be taken: `sent_at`, or the end of the delay that the sender chose."""
    told_at: Mapped[datetime | None] = mapped_column(Instant)
    """When its delivery began: a named payee was told then."""
    returns_at: Mapped[datetime] = mapped_column(Instant)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)


class RequestState(StrEnum):
    """Where a request for money stands."""

    OPEN = "open"
    PAID = "paid"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class MoneyRequest(Base):
    """One person asks another for a sum."""

    __tablename__ = "money_request"
    __table_args__ = (
        CheckConstraint("amount > 0", name="positive"),
        CheckConstraint("state IN ('open', 'paid', 'declined', 'withdrawn')", name="known_state"),
        CheckConstraint("payer_id <> asker_id", name="from_another"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    token: Mapped[str] = mapped_column(unique=True)
    asker_id: Mapped[int] = mapped_column(BigInteger)
    payer_id: Mapped[int] = mapped_column(BigInteger)
    amount: Mapped[int] = mapped_column(Amount)
    asset: Mapped[str]
    note: Mapped[str]
    state: Mapped[str]
    asked_at: Mapped[datetime] = mapped_column(Instant)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
