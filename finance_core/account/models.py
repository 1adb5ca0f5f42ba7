"""How somebody shows who they are: a code, a named person, a document with a selfie; what was changed by it."""

from datetime import date
from enum import StrEnum

from pydantic import AwareDatetime, SkipValidation
from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, text
from sqlmodel import Field

from finance_core.storage.base import Table
from finance_core.storage.columns import Day, Instant


class RecoveryCode(Table, table=True):
    """A code that stands in for a named contact when the PIN is forgotten. Its hash is kept, encrypted."""

    __tablename__ = "recovery_code"

    customer_id: int = Field(sa_type=BigInteger, primary_key=True)
    sealed: bytes
    made_at: AwareDatetime = Field(sa_type=Instant)
    hidden_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    """When it was taken out of the chat: before, it opens nothing, as whoever holds the phone could read it there."""


class NamedContact(Table, table=True):
    """Whom a person has named to confirm, when the PIN is forgotten, that it is they who ask."""

    __tablename__ = "named_contact"
    __table_args__ = (
        CheckConstraint("contact_id <> customer_id", name="another"),
        Index("ix_named_contact_contact_id", "contact_id"),
    )

    customer_id: int = Field(sa_type=BigInteger, primary_key=True)
    contact_id: int = Field(sa_type=BigInteger)
    named_at: AwareDatetime = Field(sa_type=Instant)
    agreed_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    """None until the contact has said yes: before, they confirm nothing."""


class Proof(StrEnum):
    """By what a reset of the PIN is proved, besides the phone."""

    SELFIE = "selfie"  # of tier 2: it shows four digits from the bot
    CODE = "code"  # the recovery code
    CONTACT = "contact"  # the named person confirms


class ResetState(StrEnum):
    """Where a reset of the PIN stands."""

    ASKED = "asked"  # the phone was shared again; the proof is awaited
    PROVED = "proved"  # waits for two operators
    APPROVED = "approved"  # the person chooses a new PIN
    SET = "set"  # the new PIN stands; the old one, typed, undoes it
    STOPPED = "stopped"
    REFUSED = "refused"
    EXPIRED = "expired"


class PinReset(Table, table=True):
    """One reset of a PIN that was forgotten. One is open for each person."""

    __tablename__ = "pin_reset"
    __table_args__ = (
        CheckConstraint("proof IN ('selfie', 'code', 'contact')", name="known_proof"),
        CheckConstraint(
            "state IN ('asked', 'proved', 'approved', 'set', 'stopped', 'refused', 'expired')", name="known_state"
        ),
        CheckConstraint("state NOT IN ('proved', 'approved', 'set') OR proved_at IS NOT NULL", name="proved"),
        CheckConstraint("state NOT IN ('approved', 'set') OR approved_at IS NOT NULL", name="approved"),
        CheckConstraint("state <> 'set' OR (set_at IS NOT NULL AND old_pin_sealed IS NOT NULL)", name="set"),
        Index(
            "ix_pin_reset_open",
            "customer_id",
            unique=True,
            postgresql_where=text("state IN ('asked', 'proved', 'approved')"),
        ),
        Index("ix_pin_reset_customer_id", "customer_id", "id"),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    customer_id: int = Field(sa_type=BigInteger)
    proof: str
    digits_sealed: bytes | None = None
    """The four digits that the selfie shows."""
    contact_id: int | None = Field(default=None, sa_type=BigInteger)
    wrong: int = 0
    """Recovery codes that were wrong."""
    state: str
    asked_at: AwareDatetime = Field(sa_type=Instant)
    ends_at: AwareDatetime = Field(sa_type=Instant)
    proved_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    approved_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    old_pin_sealed: bytes | None = None
    """The hash of the PIN before, which stops what was not its owner's doing."""
    set_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    ended_at: AwareDatetime | None = Field(default=None, sa_type=Instant)


class AccountMove(Table, table=True):
    """A phone or a Telegram account that an account was reached by, before another took its place."""

    __tablename__ = "account_move"
    __table_args__ = (
        CheckConstraint("kind IN ('phone', 'telegram')", name="known_kind"),
        CheckConstraint("state IN ('done', 'stopped')", name="known_state"),
        CheckConstraint(
            "(kind = 'phone' AND old_phone_sealed IS NOT NULL)"
            " OR (kind = 'telegram' AND old_telegram_id IS NOT NULL AND other_id IS NOT NULL)",
            name="what_was",
        ),
        Index("ix_account_move_customer_id", "customer_id", "id"),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    customer_id: int = Field(sa_type=BigInteger)
    kind: str
    old_phone_sealed: bytes | None = None
    old_telegram_id: int | None = Field(default=None, sa_type=BigInteger)
    other_id: int | None = Field(default=None, sa_type=BigInteger)
    """The empty account that the new Telegram had: it has the old one since."""
    state: str
    made_at: AwareDatetime = Field(sa_type=Instant)
    stopped_at: AwareDatetime | None = Field(default=None, sa_type=Instant)


class CheckState(StrEnum):
    """Where a check of somebody's identity stands."""

    SUBMITTED = "submitted"
    APPROVED = "approved"
    REFUSED = "refused"


class IdentityCheck(Table, table=True):
    """A document that somebody has sent in: its number encrypted and, as a keyed hash, found on another customer."""

    __tablename__ = "identity_check"
    __table_args__ = (
        CheckConstraint("kind IN ('passport', 'national_id', 'residence_permit')", name="known_kind"),
        CheckConstraint("state IN ('submitted', 'approved', 'refused')", name="known_state"),
        CheckConstraint("(state = 'submitted') = (decided_at IS NULL)", name="decided"),
        CheckConstraint("decided_by IS NULL OR decided_by <> customer_id", name="by_another"),
        CheckConstraint("(state = 'refused') = (reason IS NOT NULL)", name="reason"),
        Index("ix_identity_check_open", "customer_id", unique=True, postgresql_where=text("state = 'submitted'")),
        Index("ix_identity_check_customer_id", "customer_id", "id"),
        Index("ix_identity_check_number_hash", "number_hash"),
        Index(
            "ix_identity_check_expires_on",
            "expires_on",
            postgresql_where=text("state = 'approved' AND asked_again_at IS NULL"),
        ),
        Index("ix_identity_check_approved_expires_on", "expires_on", postgresql_where=text("state = 'approved'")),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    customer_id: int = Field(sa_type=BigInteger)
    kind: str
    number_sealed: bytes
    number_hash: bytes
    expires_on: date = Field(sa_type=Day)
    state: str
    submitted_at: AwareDatetime = Field(sa_type=Instant)
    decided_by: int | None = Field(default=None, sa_type=BigInteger)
    decided_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    reason: str | None = None
    """Why it was refused: one of `Refusal`."""
    asked_again_at: AwareDatetime | None = Field(default=None, sa_type=Instant)


class IdentityPicture(Table, table=True):
    """A picture, made anew by the render process and encrypted. Of a check, a reset, or of neither yet."""

    __tablename__ = "identity_picture"
    __table_args__ = (
        CheckConstraint("purpose IN ('document', 'selfie', 'reset')", name="known_purpose"),
        Index("ix_identity_picture_customer_id", "customer_id", "id"),
        Index(
            "ix_identity_picture_loose",
            "taken_at",
            postgresql_where=text("check_id IS NULL AND reset_id IS NULL"),
        ),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    customer_id: int = Field(sa_type=BigInteger)
    purpose: str
    token: str = Field(unique=True)
    """What its encryption is bound to."""
    check_id: int | None = Field(default=None, sa_type=BigInteger)
    reset_id: int | None = Field(default=None, sa_type=BigInteger)
    taken_at: AwareDatetime = Field(sa_type=Instant)
    sealed: bytes
