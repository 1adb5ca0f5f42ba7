"""What a running broadcast consists of: the run, its contents and pictures, its recipients, and counts of them."""

from pydantic import AwareDatetime
from sqlalchemy import BigInteger, CheckConstraint, Index, SmallInteger, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from finance_core.storage.base import Table
from finance_core.storage.columns import Instant


class BroadcastRun(Table, table=True):
    """A broadcast that goes out: its id is the broadcast's. Instants are business time, but for `next_slot_at`.

    `freezing → sending ⇄ paused → finished | cancelled`, or `missed` when it could not begin before its end.
    """

    __tablename__ = "broadcast_run"
    __table_args__ = (
        CheckConstraint("kind IN ('offer', 'service', 'safety')", name="known_kind"),
        CheckConstraint("(kind = 'offer') = (topic IS NOT NULL)", name="offers_have_a_topic"),
        CheckConstraint("kind = 'offer' OR (NOT is_credit AND product_line IS NULL)", name="only_offers_sell"),
        CheckConstraint("ends_at > starts_at", name="ends_later"),
        CheckConstraint("rate BETWEEN 1 AND 1000", name="rate_bounded"),
        CheckConstraint("stars_at_most >= 0", name="stars_not_negative"),
        CheckConstraint("holdout BETWEEN 0 AND 5000 AND global_holdout BETWEEN 0 AND 5000", name="holdout_bounded"),
        CheckConstraint("variants BETWEEN 1 AND 4", name="variants_bounded"),
        CheckConstraint("maker_id <> checker_id", name="two_people"),
        CheckConstraint(
            "state IN ('freezing', 'sending', 'paused', 'finished', 'cancelled', 'missed')", name="known_state"
        ),
        CheckConstraint("(state = 'paused') = (paused_why IS NOT NULL)", name="paused_for_a_reason"),
        CheckConstraint("(state IN ('finished', 'cancelled', 'missed')) = (ended_at IS NOT NULL)", name="over"),
        CheckConstraint("recall IN ('running', 'done')", name="recalled"),
        Index("ix_broadcast_run_ends_at", "ends_at"),
    )

    id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    kind: str
    """`offer`; `service`: a notice that keeps the quiet hours and sells nothing; `safety`: one that keeps no hours."""
    topic: str | None = None
    """What somebody must have agreed to hear of (`loans`, `saving`, `news`)."""
    is_credit: bool = False
    product_line: str | None = None
    starts_at: AwareDatetime = Field(sa_type=Instant)
    ends_at: AwareDatetime = Field(sa_type=Instant)
    """From then on nothing goes out."""
    rate: int
    """Messages a second at most."""
    is_paid: bool = False
    stars_at_most: int = 0
    holdout: int = 0
    """How many of 10,000 are held out of this broadcast."""
    global_holdout: int = 0
    """How many of 10,000 are held out of all broadcasts of the year."""
    variants: int = 1
    maker_id: int = Field(sa_type=BigInteger)
    checker_id: int = Field(sa_type=BigInteger)
    state: str = "freezing"
    paused_why: str | None = None
    frozen_to: int = Field(default=0, sa_type=BigInteger)
    """The last customer id that freezing has looked at."""
    frozen_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    fed_to: int = Field(default=-1, sa_type=BigInteger)
    """The last position that feeding has looked at."""
    go_on_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    """When the rest goes, after the first 100."""
    next_slot_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    """When the next message may go at its rate: machine time."""
    idle_until: AwareDatetime | None = Field(default=None, sa_type=Instant)
    """Until when nothing of it was due, when it was looked at last."""
    moved_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    """When something of it went out last, or nothing of it waited in the outbox."""
    watched_from: AwareDatetime | None = Field(default=None, sa_type=Instant)
    """When somebody let it go on last: who left before is accepted."""
    watched_sent: int = 0
    """How many it had been sent to by then."""
    recent: str = ""
    """What became of the last 500 that were tried, a letter each."""
    home: str = ""
    """Which database it runs in: in a restored one it goes on when somebody has said so."""
    ended_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    recall: str | None = None
    """`running`, `done`: its messages are taken back."""
    recalled_to: int = Field(default=-1, sa_type=BigInteger)
    """The last position that recalling has looked at."""


class BroadcastContent(Table, table=True):
    """What a broadcast says, once for each language and variant. Never changed: what was approved is what goes out."""

    __tablename__ = "broadcast_content"
    __table_args__ = (CheckConstraint("variant BETWEEN 0 AND 3", name="variant_bounded"),)

    run_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    variant: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    language: str = Field(primary_key=True)
    text: str
    """HTML."""
    picture: str | None = None
    """The hash of its picture."""
    buttons: list[list[dict[str, str]]] = Field(sa_type=JSONB)
    """Rows of `{"text": …, "data": …}` (a tap) or `{"text": …, "url": …}`."""


class BroadcastPicture(Table, table=True):
    """A picture by the SHA-256 of its bytes, and Telegram's name for it once it was uploaded."""

    __tablename__ = "broadcast_picture"

    hash: str = Field(primary_key=True)
    content: bytes
    file_id: str | None = None
    uploading_until: AwareDatetime | None = Field(default=None, sa_type=Instant)
    """Until when a worker is uploading it: machine time."""


class BroadcastRecipient(Table, table=True):
    """Somebody who gets a broadcast, in a partition for each. Narrow: there are a million of them."""

    __tablename__ = "broadcast_recipient"
    __table_args__ = (
        CheckConstraint(
            "state IN ('waiting', 'later', 'fed', 'sent', 'refused', 'unknown', 'skipped', 'held')", name="known_state"
        ),
        CheckConstraint("recall IN ('deleted', 'edited', 'refused', 'unknown')", name="known_recall"),
        CheckConstraint("(state = 'later') = (wait_until IS NOT NULL)", name="later_has_an_instant"),
        Index("ix_broadcast_recipient_position", "position"),
        Index("ix_broadcast_recipient_wait_until", "wait_until", postgresql_where=text("state = 'later'")),
        Index("ix_broadcast_recipient_unsettled", "customer_id", postgresql_where=text("state IN ('fed', 'unknown')")),
        {"postgresql_partition_by": "LIST (run_id)"},
    )

    run_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    customer_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    position: int = Field(sa_type=BigInteger)
    """Where they stand in the order, which is drawn: a hash, so not 1, 2, 3."""
    variant: int = Field(sa_type=SmallInteger)
    state: str
    reason: str | None = None
    wait_until: AwareDatetime | None = Field(default=None, sa_type=Instant)
    sent_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    """When it was put on the wire, also where nobody knows whether it came."""
    recall: str | None = None
    """`deleted`, `edited`, `refused`, `unknown`, once it was recalled."""


class BroadcastCount(Table, table=True):
    """How many recipients of a variant are in a state: the sum over the blocks, which keep writers apart."""

    __tablename__ = "broadcast_count"

    run_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    block: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    variant: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    state: str = Field(primary_key=True)
    reason: str = Field(primary_key=True)
    people: int


class BroadcastLeaving(Table, table=True):
    """Somebody wanted no more offers, or blocked the bot, within an hour of the message."""

    __tablename__ = "broadcast_leaving"
    __table_args__ = (
        CheckConstraint("why IN ('opt_out', 'block')", name="known_why"),
        Index("ix_broadcast_leaving_customer_id", "customer_id"),
    )

    run_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    customer_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    why: str
    at: AwareDatetime = Field(sa_type=Instant)
