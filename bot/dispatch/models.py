"""What was received, where each conversation stands, and which message a thing is shown in."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from finance_core.storage.base import Base
from finance_core.storage.columns import Instant


class InboxUpdate(Base):
    """An update of Telegram's. Its payload holds PINs and phones: encrypted, and emptied once done.

    Updates of one lane (a private chat, or one person in a group) are handled one after the other, by `update_id`.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("bot_id", "update_id"),
        CheckConstraint("state IN ('pending', 'done', 'dead')", name="state"),
        CheckConstraint("(payload IS NULL) = (state = 'done')", name="payload_until_done"),
        CheckConstraint("(finished_at IS NULL) = (state = 'pending')", name="finished"),
        CheckConstraint("attempts >= 0", name="attempts"),
        Index("ix_inbox_bot_id_id", "bot_id", "id", postgresql_where=text("state = 'pending'")),
        Index("ix_inbox_lane_update_id", "lane", "update_id", postgresql_where=text("state = 'pending'")),
        Index("ix_inbox_id", "id", postgresql_where=text("state = 'dead'")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    bot_id: Mapped[int] = mapped_column(BigInteger)
    """Whose update it is: another bot (the sandbox's, then a real one) counts its updates anew."""
    update_id: Mapped[int] = mapped_column(BigInteger)
    lane: Mapped[str]
    chat_id: Mapped[int] = mapped_column(BigInteger)
    user_id: Mapped[int] = mapped_column(BigInteger)
    received_at: Mapped[datetime] = mapped_column(Instant)
    """Machine time."""
    payload: Mapped[bytes | None]
    over_limit: Mapped[bool]
    """The update that overflowed its lane: it is answered with a request to slow down, and never handled."""
    state: Mapped[str]
    attempts: Mapped[int]
    """How often a worker took it up; more than once only when a worker or the database died over it."""
    finished_at: Mapped[datetime | None] = mapped_column(Instant)
    """Machine time."""
    reference: Mapped[str | None]
    """The number that the person was told when it failed."""
    error: Mapped[str | None]


class Conversation(Base):
    """Where a person stands in a chat: aiogram's FSM state, and its data, encrypted."""

    __tablename__ = "conversation"

    bot_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    thread_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    """0 outside of topics."""
    state: Mapped[str | None]
    data: Mapped[bytes | None]
    changed_at: Mapped[datetime] = mapped_column(Instant)
    """Machine time."""


class Anchor(Base):
    """The message in which a thing (a board, a progress bar) is shown in a chat, so that it is edited later."""

    __tablename__ = "anchor"

    chat_id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    message_id: Mapped[int] = mapped_column(BigInteger)
