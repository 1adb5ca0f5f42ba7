"""The outbox, boards that are kept current, and which chats are paused by Telegram's own word."""

from datetime import date

from pydantic import AwareDatetime, SkipValidation
from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from finance_core.storage.base import Table
from finance_core.storage.columns import Day, Instant, JsonObject

EVERYONE = 0
"""The `chat_id` in `pacing` that stands for every chat: Telegram paused the whole bot."""


class Outbox(Table, table=True):
    """One notice. `pending → sending → sent | refused | unknown`, or `cancelled` while it was still pending.

    `due_at` and `created_at` are business instants; `retry_at`, `lease_until` and `finished_at` are machine time.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint(
            "state IN ('pending', 'sending', 'sent', 'refused', 'unknown', 'cancelled')", name="known_state"
        ),
        CheckConstraint("urgency IN ('security', 'receipt', 'system', 'reminder', 'broadcast')", name="known_urgency"),
        CheckConstraint("customer_id IS NOT NULL OR (chat_id IS NOT NULL AND language IS NOT NULL)", name="addressed"),
        CheckConstraint(
            "merge_key IS NULL OR (customer_id IS NOT NULL AND urgency NOT IN ('security', 'receipt'))",
            name="merged_for_a_customer",
        ),
        CheckConstraint("NOT supersedes OR (about IS NOT NULL AND merge_key IS NOT NULL)", name="supersedes_about"),
        CheckConstraint(
            "(finished_at IS NOT NULL) = (state IN ('sent', 'refused', 'unknown', 'cancelled'))", name="finished"
        ),
        CheckConstraint("state <> 'sent' OR message_id IS NOT NULL", name="sent_as_a_message"),
        CheckConstraint("attempts >= 0", name="attempts_counted"),
        Index("ix_outbox_urgency_due_at_id", "urgency", "due_at", "id", postgresql_where=text("state = 'pending'")),
        Index("ix_outbox_due_at", "due_at", postgresql_where=text("state IN ('pending', 'sending')")),
        Index("ix_outbox_about", "about", postgresql_where=text("state = 'pending'")),
        Index("ix_outbox_customer_id", "customer_id", postgresql_where=text("state = 'pending'")),
        Index(
            "ix_outbox_chat_id_lease_until", "chat_id", "lease_until", postgresql_where=text("lease_until IS NOT NULL")
        ),
        Index(
            "ix_outbox_customer_id_merge_key_pushed_on",
            "customer_id",
            "merge_key",
            "pushed_on",
            postgresql_where=text("merge_key IS NOT NULL AND pushed_on IS NOT NULL"),
        ),
        Index(
            "ix_outbox_chat_id_finished_at", "chat_id", "finished_at", postgresql_where=text("finished_at IS NOT NULL")
        ),
        Index("ix_outbox_debt_about", "about", "id", postgresql_where=text("merge_key = 'debt.reminder'")),
        Index("ix_outbox_id", "id", postgresql_where=text("state = 'unknown'")),
        Index("ix_outbox_sender_id", "id", postgresql_where=text("sender_id IS NOT NULL AND state = 'refused'")),
        Index(
            "ix_outbox_old", text("(finished_at AT TIME ZONE 'UTC')"), postgresql_where=text("finished_at IS NOT NULL")
        ),
        Index(
            "ix_outbox_old_params",
            text("(finished_at AT TIME ZONE 'UTC')"),
            postgresql_where=text("finished_at IS NOT NULL AND params <> '{}'"),
        ),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    customer_id: int | None = Field(default=None, sa_type=BigInteger)
    chat_id: int | None = Field(default=None, sa_type=BigInteger)
    """Given for a chat that is nobody's own (a group, the operators'); else the customer's when claimed."""
    language: str | None = None
    """Only for such a chat; a customer's own language is read when the notice is sent."""
    kind: str
    params: JsonObject = Field(sa_type=JSONB)
    urgency: str
    key: str = Field(unique=True)
    about: str | None = None
    """What it speaks of, `loan:5`: what is settled meanwhile is cancelled by this name."""
    merge_key: str | None = None
    """Rows of one customer with one merge key go out as one message of this kind, once a local day."""
    supersedes: bool = False
    """Older waiting rows of the same customer, `about` and merge key are dropped for this one."""
    reference: str | None = None
    put_off_because: str | None = None
    """Why it waited, when it did (`WhyNot`): quiet hours, or another contact on the same day."""
    due_at: AwareDatetime = Field(sa_type=Instant)
    created_at: AwareDatetime = Field(sa_type=Instant)
    state: str = "pending"
    attempts: int = 0
    retry_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    lease_until: AwareDatetime | None = Field(default=None, sa_type=Instant)
    leased_by: int | None = Field(default=None, sa_type=BigInteger)
    pushed_on: date | None = Field(default=None, sa_type=Day)
    """The person's local day on which it was put on the wire."""
    wired_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    """The business instant at which it was put on the wire last."""
    message_id: int | None = Field(default=None, sa_type=BigInteger)
    error: str | None = None
    sender_id: int | None = Field(default=None, sa_type=BigInteger)
    """The operator who wrote it in person, and is told when it does not arrive."""
    finished_at: AwareDatetime | None = Field(default=None, sa_type=Instant)


class Contact(Table, table=True):
    """A person was contacted about a debt: by a push, or by somebody who called. Append-only.

    The pushes of one message have a row for each debt, with the same instant.
    """

    __tablename__ = "contact"
    __table_args__ = (
        CheckConstraint("channel IN ('push', 'call')", name="known_channel"),
        CheckConstraint("(channel = 'call') = (caller_id IS NOT NULL)", name="somebody_calls"),
        Index("ix_contact_customer_id_local_day", "customer_id", "local_day"),
        Index("ix_contact_about", "about", "id"),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    customer_id: int = Field(sa_type=BigInteger)
    about: str
    channel: str
    kind: str
    details: JsonObject = Field(sa_type=JSONB)
    at: AwareDatetime = Field(sa_type=Instant)
    local_day: date = Field(sa_type=Day)
    """The person's own day, which the frequency rules count in."""
    caller_id: int | None = Field(default=None, sa_type=BigInteger)


class Pacing(Table, table=True):
    """A chat that Telegram asked to leave alone until then (machine time). Survives a restart, binds every worker."""

    __tablename__ = "pacing"

    chat_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    paused_until: AwareDatetime = Field(sa_type=Instant)


class Board(Table, table=True):
    """A message that is kept current, in a group (`chat_id`) or wherever somebody sent it by inline mode (`inline_id`).

    `subject` of its `kind` is what it shows: a packet's id, a bill's. What is shown is read when it is sent or edited,
    so any number of changes is one edit. `shown_at`, `retry_at` and `lease_until` are machine time.
    """

    __tablename__ = "board"
    __table_args__ = (
        UniqueConstraint("chat_id", "kind", "subject"),
        CheckConstraint("(chat_id IS NULL) <> (inline_id IS NULL)", name="one_place"),
        CheckConstraint("inline_id IS NULL OR (message_id IS NULL AND NOT pins)", name="inline_message"),
        CheckConstraint("shown <= wanted", name="shown_what_is_wanted"),
        Index("ix_board_kind_subject", "kind", "subject"),
        Index(
            "ix_board_due",
            "id",
            postgresql_where=text(
                "NOT is_parked AND (shown < wanted OR stray_id IS NOT NULL"
                " OR (pins AND pinned_id IS DISTINCT FROM message_id))"
            ),
        ),
        Index("ix_board_leased", "lease_until", postgresql_where=text("lease_until IS NOT NULL")),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    chat_id: int | None = Field(default=None, sa_type=BigInteger)
    inline_id: str | None = Field(default=None, unique=True)
    kind: str
    subject: int = Field(sa_type=BigInteger)
    language: str
    wanted: int = 1
    """Counts the changes of what it shows, the first showing included."""
    shown: int = 0
    """How many of them the message shows."""
    shown_hash: str | None = None
    """SHA-256 of the text and buttons that are shown: what would look the same is not edited."""
    shown_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    message_id: int | None = Field(default=None, sa_type=BigInteger)
    """None: there is no message yet, or it is gone."""
    stray_id: int | None = Field(default=None, sa_type=BigInteger)
    """Another message of the chat that showed it, and is to be deleted."""
    pins: bool = False
    """Whether it is to be pinned, where the bot may."""
    pinned_id: int | None = Field(default=None, sa_type=BigInteger)
    """The message that was pinned, or that Telegram did not let be pinned."""
    is_parked: bool = False
    """The bot is out of the group, or a message of inline mode is gone for good: nothing is tried."""
    is_over: bool = False
    """Nothing of it changes any more: where its message is gone, none is sent anew."""
    failures: int = 0
    """How often in a row Telegram refused to show it."""
    error: str | None = None
    retry_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    lease_until: AwareDatetime | None = Field(default=None, sa_type=Instant)
    leased_by: int | None = Field(default=None, sa_type=BigInteger)
    made_at: AwareDatetime = Field(sa_type=Instant)


class ChatCall(Table, table=True):
    """A call for a board in a group, at machine time: Telegram counts them with what is sent there, 20 a minute."""

    __tablename__ = "chat_call"
    __table_args__ = (Index("ix_chat_call_chat_id_at", "chat_id", "at"),)

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    chat_id: int = Field(sa_type=BigInteger)
    at: AwareDatetime = Field(sa_type=Instant)
