"""What was received, until it is done and for a while after; and where conversations stand. `bot` writes both."""

from pydantic import AwareDatetime, SkipValidation
from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, UniqueConstraint, text
from sqlmodel import Field

from finance_core.storage.base import Table
from finance_core.storage.columns import Instant

_IN_HAND = text("state = 'pending' OR owed IS NOT NULL")


class InboxUpdate(Table, table=True):
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
        CheckConstraint("owed IS NULL OR state <> 'pending'", name="owed_once_finished"),
        CheckConstraint("behind >= 0", name="behind"),
        Index("ix_inbox_bot_id_turn", "bot_id", text("(id + behind * 10000)"), postgresql_where=_IN_HAND),
        Index("ix_inbox_lane_update_id", "lane", "update_id", postgresql_where=_IN_HAND),
        Index(
            "ix_inbox_bot_id_alike",
            "bot_id",
            "alike",
            "id",
            postgresql_where=text("state = 'pending' AND alike IS NOT NULL"),
        ),
        Index("ix_inbox_id", "id", postgresql_where=text("state = 'dead'")),
        Index("ix_inbox_finished_at", "finished_at", postgresql_where=text("state <> 'pending'")),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    bot_id: int = Field(sa_type=BigInteger)
    """Whose update it is: another bot (the sandbox's, then a real one) counts its updates anew."""
    update_id: int = Field(sa_type=BigInteger)
    lane: str
    chat_id: int = Field(sa_type=BigInteger)
    user_id: int = Field(sa_type=BigInteger)
    received_at: AwareDatetime = Field(sa_type=Instant)
    """Machine time."""
    payload: bytes | None = None
    over_limit: bool
    """The update that overflowed its lane: it is answered with a request to slow down, and never handled."""
    state: str
    attempts: int
    """How often a worker took it up; more than once only when a worker or the database died over it."""
    finished_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    """Machine time."""
    owed: bytes | None = None
    """What is to be shown of it, encrypted, until it has been: a process that dies over its replies loses none."""
    behind: int = 0
    """How many waited before it in its lane when it came: for each of them it lets 10,000 newer ones of others pass."""
    reference: str | None = None
    """The number that the person was told when it failed."""
    error: str | None = None
    alike: int | None = Field(default=None, sa_type=BigInteger)
    """Of a tap that many may make: a hash of what its button carries, the same for all of them."""


class Conversation(Table, table=True):
    """Where a person stands in a chat: aiogram's FSM state, and its data, encrypted."""

    __tablename__ = "conversation"

    bot_id: int = Field(sa_type=BigInteger, primary_key=True)
    chat_id: int = Field(sa_type=BigInteger, primary_key=True)
    user_id: int = Field(sa_type=BigInteger, primary_key=True)
    thread_id: int = Field(sa_type=BigInteger, primary_key=True)
    """0 outside of topics."""
    state: str | None = None
    data: bytes | None = None
    changed_at: AwareDatetime = Field(sa_type=Instant)
    """Machine time."""
