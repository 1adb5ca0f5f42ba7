"""Red packets and their shares, bills and their parts, collections and their gifts."""

from datetime import date
from enum import StrEnum

from pydantic import AwareDatetime, SkipValidation
from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, UniqueConstraint, text
from sqlmodel import Field

from finance_core.storage.base import Table
from finance_core.storage.columns import Amount, Day, Instant


class Audience(StrEnum):
    """Who may open a packet."""

    ANYBODY = "anybody"  # whoever sees it
    PLACE = "place"  # whoever sees it where it was put: a group's members
    NAMED = "named"  # the people who were named


class PacketState(StrEnum):
    """Where a packet stands."""

    OPEN = "open"  # shares are left
    OPENED = "opened"  # each share was opened by somebody
    EXPIRED = "expired"  # its day is over, and shares were left


class ShareState(StrEnum):
    """Where a share of a packet stands."""

    FREE = "free"  # nobody has opened it
    HELD = "held"  # opened by somebody who has not joined yet: it lies in the pot until they have
    PAID = "paid"
    RETURNED = "returned"  # to the sender, when the packet's day was over


class Packet(Table, table=True):
    """A red packet: paid for when it is made; what nobody opened within a day goes back. Each share waits in 2020."""

    __tablename__ = "packet"
    __table_args__ = (
        CheckConstraint("total > 0", name="positive"),
        CheckConstraint("shares BETWEEN 1 AND 100", name="shares_bounded"),
        CheckConstraint("opened BETWEEN 0 AND shares", name="opened_bounded"),
        CheckConstraint("kind IN ('equal', 'lucky')", name="known_kind"),
        CheckConstraint("audience IN ('anybody', 'place', 'named')", name="known_audience"),
        CheckConstraint("state IN ('open', 'opened', 'expired')", name="known_state"),
        CheckConstraint("made_at < ends_at", name="in_order"),
        CheckConstraint("(state = 'open') = (over_at IS NULL)", name="over"),
        CheckConstraint("state <> 'open' OR settled_at IS NULL", name="settled_after"),
        Index("ix_packet_ends_at", "ends_at", postgresql_where=text("settled_at IS NULL")),
        Index("ix_packet_sender_id", "sender_id", "id"),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    token: str = Field(unique=True)
    """What buttons and links carry; made when the packet was proposed, so the same token again is the same packet."""
    sender_id: int = Field(sa_type=BigInteger)
    total: int = Field(sa_type=Amount)
    asset: str
    shares: int
    opened: int = 0
    """How many of them somebody has opened."""
    kind: str
    audience: str
    words_sealed: bytes | None = None
    """What is wished with it; None: nothing was said."""
    seed_sealed: bytes
    commitment: str
    """The SHA-256 of the seed, which the card shows from the beginning."""
    state: str
    made_at: AwareDatetime = Field(sa_type=Instant)
    sent_in: int
    """The calendar year whose limit it counts in."""
    ends_at: AwareDatetime = Field(sa_type=Instant)
    over_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    """When its last share was opened, or its day ended: from then on the seed is shown."""
    settled_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    """When its pot was empty: it is over, and no share is held for somebody any more."""


class PacketShare(Table, table=True):
    """One share of a packet, in the order in which they are opened."""

    __tablename__ = "packet_share"
    __table_args__ = (
        CheckConstraint("amount BETWEEN 1 AND 20000", name="amount_bounded"),
        CheckConstraint("state IN ('free', 'held', 'paid', 'returned')", name="known_state"),
        CheckConstraint("(claimant_id IS NULL) = (claimed_at IS NULL)", name="claimed_by_somebody"),
        CheckConstraint(
            "state = 'returned' OR (state = 'free') = (claimant_id IS NULL)",
            name="claimant",
        ),
        CheckConstraint("(settled_at IS NULL) = (state IN ('free', 'held'))", name="settled"),
        Index("ix_packet_share_free", "packet_id", "nr", postgresql_where=text("state = 'free'")),
        Index("ix_packet_share_held", "claimant_id", postgresql_where=text("state = 'held'")),
        Index(
            "ix_packet_share_once",
            "packet_id",
            "claimant_id",
            unique=True,
            postgresql_where=text("claimant_id IS NOT NULL"),
        ),
        Index("ix_packet_share_claimant_id", "claimant_id", "claimed_at"),
    )

    packet_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    nr: int = Field(primary_key=True)
    """From 1: the first who comes gets the first."""
    amount: int = Field(sa_type=Amount)
    state: str
    claimant_id: int | None = Field(default=None, sa_type=BigInteger)
    claimed_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    settled_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    """When it was paid, or went back."""


class PacketPerson(Table, table=True):
    """Somebody for whom a packet was made, where it is for named people."""

    __tablename__ = "packet_person"

    packet_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    customer_id: int = Field(sa_type=BigInteger, primary_key=True)
    nr: int
    """From 1, in the order in which they were named."""


class PacketPlace(Table, table=True):
    """Where a packet was put, by an id of ours of a chat: one packet in three chats is one packet."""

    __tablename__ = "packet_place"

    packet_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    place_id: int = Field(sa_type=BigInteger, primary_key=True)
    put_at: AwareDatetime = Field(sa_type=Instant)


class BillState(StrEnum):
    """Where a bill stands."""

    OPEN = "open"  # somebody still owes
    SETTLED = "settled"  # each part was paid, here or outside
    CLOSED = "closed"  # by its organiser; what was open stopped


class PartState(StrEnum):
    """Where a part of a bill stands."""

    OPEN = "open"
    PAID = "paid"
    OUTSIDE = "outside"  # its rest was paid outside, the organiser says
    REFUSED = "refused"  # the one who was asked says no; it may still be paid
    STOPPED = "stopped"  # the bill was closed before it was paid


class DraftState(StrEnum):
    """Where a bill stands that is put together in a group."""

    OPEN = "open"
    ASKED = "asked"  # it is a bill now, with the same token
    DROPPED = "dropped"
    EXPIRED = "expired"  # nobody asked for it within a day


class Bill(Table, table=True):
    """A sum that several people bear: who organises it has divided it."""

    __tablename__ = "bill"
    __table_args__ = (
        CheckConstraint("total > 0", name="positive"),
        CheckConstraint("own BETWEEN 0 AND total", name="own_bounded"),
        CheckConstraint("state IN ('open', 'settled', 'closed')", name="known_state"),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended"),
        Index("ix_bill_organiser_id", "organiser_id", "made_at"),
        Index("ix_bill_open", "id", postgresql_where=text("state = 'open'")),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    token: str = Field(unique=True)
    organiser_id: int = Field(sa_type=BigInteger)
    total: int = Field(sa_type=Amount)
    own: int = Field(sa_type=Amount)
    """What the organiser bears: the cents are in it."""
    asset: str
    title_sealed: bytes | None = None
    place_id: int | None = Field(default=None, sa_type=BigInteger)
    """Where it is shown, by an id of ours of a chat; None: to those who are asked only."""
    state: str
    made_at: AwareDatetime = Field(sa_type=Instant)
    made_on: date = Field(sa_type=Day)
    """The business date: nudges are counted from it."""
    ended_at: AwareDatetime | None = Field(default=None, sa_type=Instant)


class BillDraft(Table, table=True):
    """A bill that is put together in a group: its token becomes the bill's."""

    __tablename__ = "bill_draft"
    __table_args__ = (
        CheckConstraint("total > 0", name="positive"),
        CheckConstraint("state IN ('open', 'asked', 'dropped', 'expired')", name="known_state"),
        Index("ix_bill_draft_organiser_id", "organiser_id", "id"),
        Index("ix_bill_draft_open", "made_at", postgresql_where=text("state = 'open'")),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    token: str = Field(unique=True)
    organiser_id: int = Field(sa_type=BigInteger)
    total: int = Field(sa_type=Amount)
    asset: str
    title_sealed: bytes | None = None
    place_id: int = Field(sa_type=BigInteger)
    """The group in which it is put together, by an id of ours."""
    shares_in: bool
    """Whether the organiser bears a part too."""
    state: str
    made_at: AwareDatetime = Field(sa_type=Instant)


class BillDraftPerson(Table, table=True):
    """Somebody else who bears a part of it, in the order in which they came."""

    __tablename__ = "bill_draft_person"
    __table_args__ = (
        CheckConstraint("weight BETWEEN 1 AND 1000", name="weight_bounded"),
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("paid >= 0", name="paid_bounded"),
        Index("ix_bill_draft_person_customer_id", "customer_id"),
    )

    draft_id: int = Field(sa_type=BigInteger, primary_key=True)
    customer_id: int = Field(sa_type=BigInteger, primary_key=True)
    nr: int
    weight: int = 1
    """Of what no sum of somebody's own covers."""
    amount: int | None = Field(default=None, sa_type=Amount)
    """The sum that they bear, where one was said."""
    paid: int = Field(default=0, sa_type=Amount)
    """What they paid of it at the shop; the organiser paid the rest."""


class BillPhoto(Table, table=True):
    """The photo of a bill, as Telegram's id of it. A draft and the bill that it becomes have one token and photo."""

    __tablename__ = "bill_photo"
    __table_args__ = (Index("ix_bill_photo_customer_id", "customer_id"),)

    token: str = Field(primary_key=True)
    customer_id: int = Field(sa_type=BigInteger)
    """Who hung it up: the organiser."""
    file_sealed: bytes
    hung_at: AwareDatetime = Field(sa_type=Instant)


class BillPart(Table, table=True):
    """What one person owes another of a bill."""

    __tablename__ = "bill_part"
    __table_args__ = (
        UniqueConstraint("bill_id", "nr"),
        CheckConstraint("amount > 0", name="positive"),
        CheckConstraint("paid BETWEEN 0 AND amount", name="paid_bounded"),
        CheckConstraint("payer_id <> payee_id", name="to_another"),
        CheckConstraint("state IN ('open', 'paid', 'outside', 'refused', 'stopped')", name="known_state"),
        CheckConstraint("(state = 'paid') = (paid = amount)", name="paid_whole"),
        Index("ix_bill_part_payer_id", "payer_id", postgresql_where=text("state = 'open'")),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    bill_id: int = Field(sa_type=BigInteger)
    nr: int
    """From 1, in the order in which people were named."""
    payer_id: int = Field(sa_type=BigInteger)
    payee_id: int = Field(sa_type=BigInteger)
    amount: int = Field(sa_type=Amount)
    paid: int = Field(default=0, sa_type=Amount)
    """Here, in one or several payments."""
    state: str
    reason_sealed: bytes | None = None
    """Why it was refused; None: nothing was said."""
    settled_at: AwareDatetime | None = Field(default=None, sa_type=Instant)


class BillAgain(Table, table=True):
    """A bill whose organiser is asked, on a day, whether to split the same once more."""

    __tablename__ = "bill_again"
    __table_args__ = (Index("ix_bill_again_due", "again_on", postgresql_where=text("asked_at IS NULL")),)

    bill_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    again_on: date = Field(sa_type=Day)
    asked_at: AwareDatetime | None = Field(default=None, sa_type=Instant)


class TabState(StrEnum):
    """Where a tab stands."""

    OPEN = "open"
    SETTLED = "settled"  # by a bill
    DROPPED = "dropped"  # by its organiser: nobody owes anything by it


class Tab(Table, table=True):
    """What several people pay on a trip, until one bill makes them even."""

    __tablename__ = "tab"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'settled', 'dropped')", name="known_state"),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended"),
        CheckConstraint("bill_id IS NULL OR state = 'settled'", name="settled_by_a_bill"),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    token: str = Field(unique=True)
    organiser_id: int = Field(sa_type=BigInteger)
    title_sealed: bytes
    asset: str
    state: str
    made_at: AwareDatetime = Field(sa_type=Instant)
    ended_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    bill_id: int | None = Field(default=None, sa_type=BigInteger)


class TabPerson(Table, table=True):
    """Somebody in a tab."""

    __tablename__ = "tab_person"
    __table_args__ = (Index("ix_tab_person_customer_id", "customer_id"),)

    tab_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    customer_id: int = Field(sa_type=BigInteger, primary_key=True)
    nr: int
    """From 1: the others in the order in which they were named, the organiser last."""


class TabItem(Table, table=True):
    """What one person in a tab has paid for all in it."""

    __tablename__ = "tab_item"
    __table_args__ = (CheckConstraint("amount > 0", name="positive"), Index("ix_tab_item_tab_id", "tab_id"))

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    key: str = Field(unique=True)
    tab_id: int = Field(sa_type=BigInteger)
    payer_id: int = Field(sa_type=BigInteger)
    amount: int = Field(sa_type=Amount)
    note_sealed: bytes | None = None
    added_at: AwareDatetime = Field(sa_type=Instant)
    removed_at: AwareDatetime | None = Field(default=None, sa_type=Instant)


class CauseState(StrEnum):
    """Where a collection stands."""

    OPEN = "open"
    PAID = "paid"  # to its organiser, once
    SHORT = "short"  # its day is over and its goal was not reached: each gift went back
    CALLED_OFF = "called_off"  # by its organiser: each gift went back


class Cause(Table, table=True):
    """A collection for a cause: gifts lie in account 2025 until its day is over."""

    __tablename__ = "cause"
    __table_args__ = (
        CheckConstraint("goal > 0", name="positive"),
        CheckConstraint("NOT all_or_nothing OR goal IS NOT NULL", name="goal_to_reach"),
        CheckConstraint("state IN ('open', 'paid', 'short', 'called_off')", name="known_state"),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended"),
        CheckConstraint("made_at < ends_at", name="in_order"),
        Index("ix_cause_ends_at", "ends_at", postgresql_where=text("state = 'open'")),
        Index("ix_cause_organiser_id", "organiser_id", "made_at"),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    token: str = Field(unique=True)
    organiser_id: int = Field(sa_type=BigInteger)
    asset: str
    title_sealed: bytes
    goal: int | None = Field(default=None, sa_type=Amount)
    all_or_nothing: bool
    """Whether each gift goes back when the goal is not reached; else what comes is kept."""
    shows_names: bool
    """Whether its board names who gave."""
    place_id: int | None = Field(default=None, sa_type=BigInteger)
    state: str
    made_at: AwareDatetime = Field(sa_type=Instant)
    last_on: date = Field(sa_type=Day)
    """The last day on which it takes gifts."""
    ends_at: AwareDatetime = Field(sa_type=Instant)
    """The end of that day on the institution's wall."""
    ended_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    thanks_sealed: bytes | None = None
    """What the organiser says it was spent on, afterwards."""


class Gift(Table, table=True):
    """What somebody gave to a collection."""

    __tablename__ = "gift"
    __table_args__ = (
        CheckConstraint("amount > 0", name="positive"),
        Index("ix_gift_cause_id", "cause_id", "id"),
        Index("ix_gift_giver_id", "giver_id", "id"),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    key: str = Field(unique=True)
    cause_id: int = Field(sa_type=BigInteger)
    giver_id: int = Field(sa_type=BigInteger)
    amount: int = Field(sa_type=Amount)
    given_at: AwareDatetime = Field(sa_type=Instant)
    sent_in: int
    """The calendar year whose limit it counts in."""
    returned_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
