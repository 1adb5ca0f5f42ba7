"""Applications with what was decided on them, signed contracts' papers, and who stands for a loan."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

from pydantic import AwareDatetime, SkipValidation
from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from finance_core.storage.base import Table
from finance_core.storage.columns import Amount, Day, Exact, Instant, JsonObject


class ApplicationState(StrEnum):
    """Where an application stands."""

    APPROVED = "approved"  # an offer, until it expires
    REFERRED = "referred"  # waits for an officer
    DECLINED = "declined"
    SIGNED = "signed"  # the contract is made
    REPLACED = "replaced"  # a newer application for the product took its place
    EXPIRED = "expired"  # the offer was not taken in time
    WITHDRAWN = "withdrawn"  # by the person, while it waited


class LoanApplication(Table, table=True):
    """What a person asked for, what they were quoted, and what was decided by whom.

    `quoted` is what was shown: all-in and contract rate, cost, fee, and the schedule. `facts` is what the decision
    looked at. Both are JSON with money in minor units.
    """

    __tablename__ = "loan_application"
    __table_args__ = (
        CheckConstraint("principal > 0", name="positive"),
        CheckConstraint("approved_principal BETWEEN 1 AND principal", name="approved_within"),
        CheckConstraint(
            "state IN ('approved', 'referred', 'declined', 'signed', 'replaced', 'expired', 'withdrawn')",
            name="known_state",
        ),
        CheckConstraint("state <> 'approved' OR expires_at IS NOT NULL", name="offer_expires"),
        CheckConstraint("(state = 'signed') = (loan_id IS NOT NULL)", name="signed_is_a_loan"),
        Index("ix_loan_application_customer_id", "customer_id", "id"),
        Index("ix_loan_application_queue", "referred_at", "id", postgresql_where=text("state = 'referred'")),
        Index(
            "ix_loan_application_one_waits",
            "customer_id",
            "product",
            unique=True,
            postgresql_where=text("state = 'referred'"),
        ),
        Index("ix_loan_application_expires_at", "expires_at", postgresql_where=text("state = 'approved'")),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    customer_id: int = Field(sa_type=BigInteger)
    product: str
    product_version: int
    asset: str
    principal: int = Field(sa_type=Amount)
    count: int
    unit: str
    refinances: bool
    """Whether it pays off the running loan of the same product."""
    grade: str
    all_in_rate: Decimal = Field(sa_type=Exact)
    quoted: JsonObject = Field(sa_type=JSONB)
    facts: JsonObject = Field(sa_type=JSONB)
    credit_limit: int = Field(sa_type=Amount)
    reasons: list[str] = Field(sa_type=JSONB)
    """Why it was declined, by the rules or by the officer."""
    concerns: list[str] = Field(sa_type=JSONB)
    """Why an officer is to look at it."""
    state: str
    asked_at: AwareDatetime = Field(sa_type=Instant)
    referred_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    decided_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    decided_by: str | None = None
    """`rules`, or the officer as an actor: `operator:5`."""
    approved_principal: int | None = Field(default=None, sa_type=Amount)
    expires_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    """When the offer ends."""
    loan_id: int | None = Field(default=None, sa_type=BigInteger)


class SelfLimit(Table, table=True):
    """What a person has set for themselves about borrowing, as of one choice: the latest row counts. Append-only."""

    __tablename__ = "self_limit"
    __table_args__ = (
        CheckConstraint("own_limit > 0", name="positive"),
        CheckConstraint("(own_limit IS NULL) = (own_limit_on IS NULL)", name="own_limit_has_a_day"),
        CheckConstraint("next_limit > 0", name="next_positive"),
        CheckConstraint("next_on IS NOT NULL OR next_limit IS NULL", name="next_has_a_day"),
        Index("ix_self_limit_customer_id", "customer_id", "id"),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    customer_id: int = Field(sa_type=BigInteger)
    made_at: AwareDatetime = Field(sa_type=Instant)
    made_on: date = Field(sa_type=Day)
    no_lending_until: date | None = Field(default=None, sa_type=Day)
    """The last day on which nothing is lent."""
    own_limit: int | None = Field(default=None, sa_type=Amount)
    """The most that they want to owe in loans, in minor units of the institution's asset."""
    own_limit_on: date | None = Field(default=None, sa_type=Day)
    """When that limit was set."""
    next_limit: int | None = Field(default=None, sa_type=Amount)
    """What they have raised it to, from `next_on` on; None with `next_on`: it is lifted."""
    next_on: date | None = Field(default=None, sa_type=Day)

    def limit_on(self, day: date) -> int | None:
        """Return the limit of their own that holds on a day, in minor units; None where there is none."""
        return self.next_limit if self.next_on is not None and self.next_on <= day else self.own_limit


class KeptSelfLimit(Table, table=True):
    """What somebody had set who was erased, under a keyed hash of their phone: it holds when they join anew."""

    __tablename__ = "kept_self_limit"
    __table_args__ = ()

    person_hash: bytes = Field(primary_key=True)
    no_lending_until: date | None = Field(default=None, sa_type=Day)
    own_limit: int | None = Field(default=None, sa_type=Amount)
    next_limit: int | None = Field(default=None, sa_type=Amount)
    next_on: date | None = Field(default=None, sa_type=Day)
    no_loans: bool
    kept_on: date = Field(sa_type=Day)


class LoanContract(Table, table=True):
    """The paper of a signed contract: its text as it was written, encrypted, and the SHA-256 of its print.

    The same hash stands in the entry that paid the loan out, which nobody can change.
    """

    __tablename__ = "loan_contract"

    loan_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    language: str
    sealed: bytes
    sha256: str
    signed_on: date = Field(sa_type=Day)


class GuaranteeState(StrEnum):
    """Where somebody stands who was asked to stand for a loan."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    VOID = "void"  # others were named instead
    BOUND = "bound"  # the loan is signed; it ends with the loan


class Guarantee(Table, table=True):
    """One person's promise for one loan: the share `share_nr` of `share_of`, at most `at_most` in all. Minor units.

    `called` is what has been asked for so far, `called_through` the last due day that is in it; `paid` of that has been
    paid, and `paid_back` by the borrower since.
    """

    __tablename__ = "guarantee"
    __table_args__ = (
        CheckConstraint("share_nr BETWEEN 1 AND share_of", name="share_within"),
        CheckConstraint("called BETWEEN 0 AND at_most", name="called_within"),
        CheckConstraint("paid BETWEEN 0 AND called", name="paid_within"),
        CheckConstraint("paid_back BETWEEN 0 AND paid", name="paid_back_within"),
        CheckConstraint("state IN ('asked', 'accepted', 'refused', 'void', 'bound')", name="known_state"),
        CheckConstraint("(state = 'bound') = (loan_id IS NOT NULL)", name="bound_to_a_loan"),
        Index("ix_guarantee_application_id", "application_id"),
        Index("ix_guarantee_customer_id", "customer_id", "id"),
        Index("ix_guarantee_loan_id", "loan_id", postgresql_where=text("loan_id IS NOT NULL")),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    application_id: int = Field(sa_type=BigInteger)
    loan_id: int | None = Field(default=None, sa_type=BigInteger)
    customer_id: int = Field(sa_type=BigInteger)
    share_nr: int
    share_of: int
    at_most: int = Field(sa_type=Amount)
    state: str
    asked_at: AwareDatetime = Field(sa_type=Instant)
    answered_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    called: int = Field(default=0, sa_type=Amount)
    called_through: date | None = Field(default=None, sa_type=Day)
    paid: int = Field(default=0, sa_type=Amount)
    paid_back: int = Field(default=0, sa_type=Amount)
