"""The customer's row. What names a person is encrypted; what is looked up by it is a keyed hash."""

from datetime import date

from pydantic import AwareDatetime, SkipValidation
from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, text
from sqlmodel import Field

from finance_core.storage.base import Table
from finance_core.storage.columns import Amount, Day, Instant


class Customer(Table, table=True):
    """A person who has pressed /start. Operators are customers who hold a role."""

    __tablename__ = "customer"
    __table_args__ = (
        CheckConstraint("tier BETWEEN 0 AND 2", name="known_tier"),
        CheckConstraint("chat_id > 0 OR telegram_id < 0 AND chat_id = 0", name="private_chat"),
        CheckConstraint("income_notice IN ('daily', 'weekly', 'off')", name="known_income_notice"),
        CheckConstraint("pin_failures >= 0", name="pin_failures_counted"),
        CheckConstraint("adult_confirmed_at IS NULL OR adult_denied_at IS NULL", name="one_age"),
        Index("ix_customer_plain", "id", postgresql_where=text("username IS NOT NULL")),
        Index(
            "ix_customer_joined",
            "zone",
            "language",
            "tier",
            "id",
            postgresql_where=text(
                "terms_accepted_at IS NOT NULL AND phone_hash IS NOT NULL AND pin_hash IS NOT NULL AND telegram_id > 0"
            ),
        ),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    telegram_id: int = Field(sa_type=BigInteger, unique=True)
    """Below zero for who was erased: it is no account of Telegram's, and `chat_id` is 0."""
    chat_id: int = Field(sa_type=BigInteger)
    username: str | None = None
    """From before it was encrypted; emptied when the schema is brought up to date."""
    username_sealed: bytes | None = None
    username_hash: bytes | None = Field(default=None, unique=True)
    name_sealed: bytes
    language: str
    zone: str
    tier: int = 0
    terms_version: str | None = None
    terms_accepted_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    phone_sealed: bytes | None = None
    phone_hash: bytes | None = Field(default=None, unique=True)
    adult_confirmed_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    adult_denied_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    """When the person said to be under 18. It stands until an operator corrects it."""
    monthly_income: int | None = Field(default=None, sa_type=Amount)
    """As said at the first application, in minor units of the institution's asset."""
    other_instalments: int | None = Field(default=None, sa_type=Amount)
    """What the person pays elsewhere each month, as said at the first application."""

    pin_hash: str | None = None
    pin_failures: int = 0
    pin_failing_since: AwareDatetime | None = Field(default=None, sa_type=Instant)
    pin_locked_until: AwareDatetime | None = Field(default=None, sa_type=Instant)
    outflow_locked_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    """Set by /lock, which needs no PIN: nothing leaves until the person unlocks with it."""

    discreet: bool = False
    plain: bool = False
    """Words alone: no pictures that are drawn, no emoji."""
    income_notice: str = "weekly"
    unreachable_since: AwareDatetime | None = Field(default=None, sa_type=Instant)
    created_at: AwareDatetime = Field(sa_type=Instant)

    @property
    def has_joined(self) -> bool:
        """Terms accepted, phone shared, PIN set: everything that a contract needs."""
        return self.terms_accepted_at is not None and self.phone_hash is not None and self.pin_hash is not None

    @property
    def is_erased(self) -> bool:
        """Whether nothing but a number is left of them."""
        return self.telegram_id < 0


class CustomerActivity(Table, table=True):
    """The institution's day on which somebody wrote or tapped last; written once a day. No row: never, so far."""

    __tablename__ = "customer_activity"

    customer_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    last_active_on: date = Field(sa_type=Day)


class Consent(Table, table=True):
    """What a person has agreed to or taken back. Append-only: the last line of a topic (and `about`) counts."""

    __tablename__ = "consent"
    __table_args__ = (
        CheckConstraint(
            "topic IN ('loans', 'saving', 'news', 'fewer', 'no_loans', 'nothing_chosen', 'bureau', 'debit')",
            name="known_topic",
        ),
        CheckConstraint("(topic = 'debit') = (about <> '')", name="debit_is_of_a_loan"),
        Index("ix_consent_customer_id", "customer_id", "topic", "about", "id"),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    customer_id: int = Field(sa_type=BigInteger)
    topic: str
    about: str = ""
    """`loan:5` for the debit of a loan; empty for what is about no one thing."""
    given: bool
    at: AwareDatetime = Field(sa_type=Instant)
    wording: str
    """The words that the person tapped or wrote. Empty for what was given before lines were kept."""
    wording_version: str
    language: str
    place: str
    """`joining`, `settings`, `word`, `first loan`, `contract`, `loan`, `document`, or the button of a broadcast."""


class ConsentGiven(Table, table=True):
    """What a person agrees to now, of what is about no one thing. A trigger on `consent` alone writes it."""

    __tablename__ = "consent_given"

    topic: str = Field(primary_key=True)
    customer_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})


class Outflow(Table, table=True):
    """What a customer sent out in one calendar year: the tiers' limits are held against it under its row lock."""

    __tablename__ = "outflow"
    __table_args__ = (CheckConstraint("amount >= 0", name="not_negative"),)

    customer_id: int = Field(sa_type=BigInteger, primary_key=True)
    year: int = Field(primary_key=True)
    amount: int = Field(sa_type=Amount)


class Block(Table, table=True):
    """Somebody takes neither money nor requests from somebody else."""

    __tablename__ = "block"
    __table_args__ = (CheckConstraint("blocker_id <> blocked_id", name="another"),)

    blocker_id: int = Field(sa_type=BigInteger, primary_key=True)
    blocked_id: int = Field(sa_type=BigInteger, primary_key=True)
    blocked_at: AwareDatetime = Field(sa_type=Instant)


class NameWord(Table, table=True):
    """A word of somebody's name as a keyed hash: an operator finds them by it. Written anew when the name changes."""

    __tablename__ = "name_word"
    __table_args__ = (Index("ix_name_word_customer_id", "customer_id"),)

    hash: bytes = Field(primary_key=True)
    customer_id: int = Field(sa_type=BigInteger, primary_key=True)


class AccountFreeze(Table, table=True):
    """An operator has frozen somebody's account: nothing leaves it until two operators have lifted that."""

    __tablename__ = "account_freeze"
    __table_args__ = (
        CheckConstraint("(lifted_by IS NULL) = (lifted_at IS NULL)", name="lifted_by_somebody"),
        CheckConstraint("lifted_by IS NULL OR approval_id IS NOT NULL", name="lifted_by_two"),
        Index("ix_account_freeze_customer_id", "customer_id", "id"),
        Index("ix_account_freeze_standing", "customer_id", unique=True, postgresql_where=text("lifted_at IS NULL")),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    customer_id: int = Field(sa_type=BigInteger)
    reason_sealed: bytes
    frozen_by: int = Field(sa_type=BigInteger)
    """The operator's customer id; 0 is the service itself."""
    frozen_at: AwareDatetime = Field(sa_type=Instant)
    lifted_by: int | None = Field(default=None, sa_type=BigInteger)
    lifted_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    approval_id: int | None = Field(default=None, sa_type=BigInteger)
    """The approval that has lifted it."""


class SamePerson(Table, table=True):
    """Two accounts are one person's, as was said when a role was given. The older account comes first."""

    __tablename__ = "same_person"
    __table_args__ = (
        CheckConstraint("customer_id < other_id", name="in_order"),
        Index("ix_same_person_other_id", "other_id"),
    )

    customer_id: int = Field(sa_type=BigInteger, primary_key=True)
    other_id: int = Field(sa_type=BigInteger, primary_key=True)
    said_by: str
    """The actor, `operator:5`; `system:0` is the command line."""
    said_at: AwareDatetime = Field(sa_type=Instant)


class AccountHold(Table, table=True):
    """A while in which an account lets less out: its PIN was reset, or its phone or Telegram account changed."""

    __tablename__ = "account_hold"
    __table_args__ = (
        CheckConstraint("why IN ('pin_reset', 'phone', 'telegram')", name="known_why"),
        Index("ix_account_hold_customer_id", "customer_id", "id"),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    customer_id: int = Field(sa_type=BigInteger)
    why: str
    since: AwareDatetime = Field(sa_type=Instant)
    outflow_until: AwareDatetime = Field(sa_type=Instant)
    changes_until: AwareDatetime = Field(sa_type=Instant)
    """Until when nobody new is paid, and neither phone nor Telegram account changes."""
    ended_at: AwareDatetime | None = Field(default=None, sa_type=Instant)


class OperatorRole(Table, table=True):
    """A role that a person holds, or held: who gave it, who took it, when. Nothing is deleted."""

    __tablename__ = "operator_role"
    __table_args__ = (
        CheckConstraint(
            "role IN ('support', 'credit_officer', 'treasurer', 'marketing', 'auditor', 'administrator')",
            name="known_role",
        ),
        CheckConstraint("(revoked_by IS NULL) = (revoked_at IS NULL)", name="revoked_by_somebody"),
        Index(
            "ix_operator_role_customer_id_role",
            "customer_id",
            "role",
            unique=True,
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    customer_id: int = Field(sa_type=BigInteger)
    role: str
    granted_by: str
    """The actor, `operator:5`; `system:0` is the command line."""
    granted_at: AwareDatetime = Field(sa_type=Instant)
    revoked_by: str | None = None
    revoked_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
