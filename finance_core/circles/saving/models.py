"""What an accumulating circle saves, meets, asks for and shares out. Amounts are minor units of the circle's asset."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

from pydantic import AwareDatetime, SkipValidation
from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, text
from sqlmodel import Field

from finance_core.storage.base import Table
from finance_core.storage.columns import Amount, Day, Exact, Instant


class CircleSaving(Table, table=True):
    """The rules of an accumulating circle's cycle; they stay as they were at its start."""

    __tablename__ = "circle_saving"
    __table_args__ = (
        CheckConstraint("share_price > 0", name="positive"),
        CheckConstraint("most_shares BETWEEN 1 AND 5", name="most_shares_bounded"),
        CheckConstraint("social_amount >= 0 AND fine_amount >= 0", name="not_negative"),
        CheckConstraint("loan_rate BETWEEN 0 AND 10", name="loan_rate_bounded"),
        CheckConstraint("meetings BETWEEN 3 AND 366", name="meetings_bounded"),
    )

    circle_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    share_price: int = Field(sa_type=Amount)
    most_shares: int
    """That one member may buy at one meeting."""
    social_amount: int = Field(sa_type=Amount)
    """What each pays into the social fund at each meeting; 0: there is none."""
    fine_amount: int = Field(sa_type=Amount)
    loan_rate: Decimal = Field(sa_type=Exact)
    """Percent a month on the balance."""
    meetings: int
    """Of the cycle, which ends with the last one."""


class CircleSaver(Table, table=True):
    """A member of an accumulating circle that has begun, and what they have saved in its cycle."""

    __tablename__ = "circle_saver"
    __table_args__ = (
        CheckConstraint("standing BETWEEN 0 AND 5", name="standing_bounded"),
        CheckConstraint("shares >= 0 AND paid >= 0 AND paid_out >= 0", name="not_negative"),
        CheckConstraint("left_at IS NULL OR (shares = 0 AND paid = 0 AND standing = 0)", name="left_with_nothing"),
        Index("ix_circle_saver_customer_id", "customer_id", "circle_id"),
        Index("ix_circle_saver_standing", "circle_id", postgresql_where=text("standing > 0")),
    )

    circle_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    place: int = Field(primary_key=True)
    """By whose order a cent that is over goes."""
    customer_id: int = Field(sa_type=BigInteger)
    standing: int = 0
    """Shares that are debited at 09:00 of each meeting, as the member agreed; 0: none."""
    shares: int = 0
    paid: int = Field(default=0, sa_type=Amount)
    """The price paid for the shares."""
    paid_out: int = Field(default=0, sa_type=Amount)
    """What a leaver's shares brought, what they owed included."""
    left_at: AwareDatetime | None = Field(default=None, sa_type=Instant)


class MeetingState(StrEnum):
    """Where a meeting stands."""

    COMING = "coming"
    OPEN = "open"
    CLOSED = "closed"


class CircleMeeting(Table, table=True):
    """A meeting: open from 09:00 until the secretary closes it, 20:00 at the latest."""

    __tablename__ = "circle_meeting"
    __table_args__ = (
        CheckConstraint("state IN ('coming', 'open', 'closed')", name="known_state"),
        CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed"),
        CheckConstraint("(closed_at IS NULL) = (has_quorum IS NULL)", name="quorum_known"),
        Index("ix_circle_meeting_held_on", "held_on", "circle_id", postgresql_where=text("state <> 'closed'")),
    )

    circle_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    nr: int = Field(primary_key=True)
    held_on: date = Field(sa_type=Day)
    state: str
    closed_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    closed_by: int | None = Field(default=None, sa_type=BigInteger)
    """None: by the time."""
    has_quorum: bool | None = None
    """Whether half of the members were there."""
    cash: int | None = Field(default=None, sa_type=Amount)
    """What lay in the loan fund (2033) when it was closed."""
    social: int | None = Field(default=None, sa_type=Amount)
    """And in the social fund (2032)."""


class CirclePresence(Table, table=True):
    """Somebody who was at a meeting."""

    __tablename__ = "circle_presence"
    __table_args__ = (Index("ix_circle_presence_customer_id", "customer_id"),)

    circle_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    meeting: int = Field(primary_key=True)
    customer_id: int = Field(sa_type=BigInteger, primary_key=True)
    since: AwareDatetime = Field(sa_type=Instant)


class CircleSavingPayment(Table, table=True):
    """What a member paid in at a meeting: shares, social fund, fines."""

    __tablename__ = "circle_saving_payment"
    __table_args__ = (
        CheckConstraint("shares >= 0 AND amount >= 0 AND social >= 0 AND fines >= 0", name="not_negative"),
        CheckConstraint("amount + social + fines > 0", name="something"),
        CheckConstraint("(shares > 0) = (amount > 0)", name="shares_have_a_price"),
        Index("ix_circle_saving_payment_meeting", "circle_id", "meeting", "customer_id"),
        Index("ix_circle_saving_payment_customer_id", "customer_id"),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    key: str = Field(unique=True)
    circle_id: int = Field(sa_type=BigInteger)
    meeting: int
    customer_id: int = Field(sa_type=BigInteger)
    shares: int
    amount: int = Field(sa_type=Amount)
    """The shares' price."""
    social: int = Field(sa_type=Amount)
    fines: int = Field(sa_type=Amount)
    entry_id: int = Field(sa_type=BigInteger)
    on_date: date = Field(sa_type=Day)


class FineWhy(StrEnum):
    """What a member is fined for."""

    ABSENT = "absent"
    LATE = "late"
    LATE_LOAN = "late_loan"


class CircleFine(Table, table=True):
    """A fine of a meeting; one for each reason at most."""

    __tablename__ = "circle_fine"
    __table_args__ = (
        CheckConstraint("why IN ('absent', 'late', 'late_loan')", name="known_why"),
        CheckConstraint("amount > 0", name="positive"),
        CheckConstraint("paid_at IS NULL OR waived_at IS NULL", name="one_end"),
        Index("ix_circle_fine_once", "circle_id", "meeting", "customer_id", "why", unique=True),
        Index(
            "ix_circle_fine_open",
            "circle_id",
            "customer_id",
            postgresql_where=text("paid_at IS NULL AND waived_at IS NULL"),
        ),
        Index("ix_circle_fine_customer_id", "customer_id"),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    circle_id: int = Field(sa_type=BigInteger)
    meeting: int
    customer_id: int = Field(sa_type=BigInteger)
    why: str
    amount: int = Field(sa_type=Amount)
    imposed_by: int = Field(sa_type=BigInteger)
    imposed_at: AwareDatetime = Field(sa_type=Instant)
    paid_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    waived_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    """When it was taken back, in the same meeting."""


class RequestKind(StrEnum):
    """What a member asks a meeting for."""

    LOAN = "loan"  # out of the loan fund, 2033
    GRANT = "grant"  # out of the social fund, 2032


class RequestState(StrEnum):
    """What came of it."""

    OPEN = "open"
    PAID = "paid"  # passed, and paid out
    FAILED = "failed"  # too few were for it, or there
    VOID = "void"  # passed, and could not be paid: `reason` says why
    WITHDRAWN = "withdrawn"


class CircleRequest(Table, table=True):
    """A loan or a grant that a meeting votes on."""

    __tablename__ = "circle_request"
    __table_args__ = (
        CheckConstraint("kind IN ('loan', 'grant')", name="known_kind"),
        CheckConstraint("state IN ('open', 'paid', 'failed', 'void', 'withdrawn')", name="known_state"),
        CheckConstraint("amount > 0", name="positive"),
        CheckConstraint("(kind = 'loan') = (months IS NOT NULL)", name="loan_has_months"),
        CheckConstraint("(state = 'open') = (settled_at IS NULL)", name="settled"),
        CheckConstraint("(state = 'void') = (reason IS NOT NULL)", name="void_for_a_reason"),
        Index("ix_circle_request_meeting", "circle_id", "meeting"),
        Index("ix_circle_request_customer_id", "customer_id"),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    token: str = Field(unique=True)
    circle_id: int = Field(sa_type=BigInteger)
    meeting: int
    kind: str
    customer_id: int = Field(sa_type=BigInteger)
    amount: int = Field(sa_type=Amount)
    months: int | None = None
    automatic_debit: bool
    """Of a loan: whether its instalments are debited."""
    state: str
    asked_at: AwareDatetime = Field(sa_type=Instant)
    settled_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    reason: str | None = None
    """The code of what stood against paying it."""
    entry_id: int | None = Field(default=None, sa_type=BigInteger)
    words_sealed: bytes | None = None
    """What it is for, in the asker's words."""


class CircleRequestVote(Table, table=True):
    """How somebody who was there voted: the card counts and names nobody."""

    __tablename__ = "circle_request_vote"
    __table_args__ = (Index("ix_circle_request_vote_customer_id", "customer_id"),)

    request_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    customer_id: int = Field(sa_type=BigInteger, primary_key=True)
    is_yes: bool
    cast_at: AwareDatetime = Field(sa_type=Instant)


class ShareOutState(StrEnum):
    """Where a share-out stands."""

    PREVIEWED = "previewed"  # one officer has seen it and said yes; nothing is lent or repaid
    PAYING = "paying"  # a second has: the plan is kept, and paid part by part
    ENDED = "ended"
    DROPPED = "dropped"


class CircleShareOut(Table, table=True):
    """The end of a cycle. Its plan is kept in its parts, each of which is paid once under its own key."""

    __tablename__ = "circle_share_out"
    __table_args__ = (
        CheckConstraint("state IN ('previewed', 'paying', 'ended', 'dropped')", name="known_state"),
        CheckConstraint("cash >= 0", name="not_negative"),
        CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name="approved"),
        CheckConstraint("state NOT IN ('paying', 'ended') OR approved_by IS NOT NULL", name="by_two"),
        CheckConstraint("approved_by IS NULL OR approved_by <> previewed_by", name="two_people"),
        CheckConstraint("(state IN ('ended', 'dropped')) = (settled_at IS NOT NULL)", name="settled"),
        Index("ix_circle_share_out_one", "circle_id", unique=True, postgresql_where=text("state <> 'dropped'")),
        Index("ix_circle_share_out_paying", "id", postgresql_where=text("state = 'paying'")),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    circle_id: int = Field(sa_type=BigInteger)
    state: str
    cash: int = Field(sa_type=Amount)
    """What lay in the loan fund (2033) when the plan was made."""
    previewed_by: int = Field(sa_type=BigInteger)
    previewed_at: AwareDatetime = Field(sa_type=Instant)
    approved_by: int | None = Field(default=None, sa_type=BigInteger)
    approved_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    settled_at: AwareDatetime | None = Field(default=None, sa_type=Instant)


class CircleSharePart(Table, table=True):
    """What one member's shares are worth in a share-out, what is set off, and what is paid."""

    __tablename__ = "circle_share_part"
    __table_args__ = (
        CheckConstraint("shares >= 0 AND entitled >= 0 AND owed >= 0 AND fines >= 0", name="not_negative"),
        CheckConstraint("later >= 0", name="later_not_negative"),
        Index("ix_circle_share_part_customer_id", "customer_id"),
        Index("ix_circle_share_part_unpaid", "share_out_id", postgresql_where=text("paid_at IS NULL")),
    )

    share_out_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    """0 of a part that is only computed."""
    place: int = Field(primary_key=True)
    customer_id: int = Field(sa_type=BigInteger)
    shares: int
    entitled: int = Field(sa_type=Amount)
    owed: int = Field(sa_type=Amount)
    """Of a loan of the circle."""
    fines: int = Field(sa_type=Amount)
    """Not paid."""
    later: int = Field(default=0, sa_type=Amount)
    """What came in afterwards from who owed more, and was shared by this plan."""
    paid_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    entry_id: int | None = Field(default=None, sa_type=BigInteger)

    @property
    def paid(self) -> int:
        """What is paid out, after what is owed."""
        return max(0, self.entitled - self.owed - self.fines)

    @property
    def left_of_loan(self) -> int:
        """What of the loan the member goes on owing; fines that are not reached are let go."""
        return max(0, self.owed - self.entitled)

    @property
    def still_owed(self) -> int:
        """By how much the debts, fines too, are beyond what the shares are worth: who has that gets nothing."""
        return max(0, self.owed + self.fines - self.entitled)
