"""What operations leave on a loan: who collects it, and the new schedules that were offered to borrowers."""

from datetime import date
from enum import StrEnum

from pydantic import AwareDatetime, SkipValidation
from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from finance_core.storage.base import Table
from finance_core.storage.columns import Day, Instant, JsonObject


class LoanHandover(Table, table=True):
    """A loan in a collector's hands, until it is taken back. Meanwhile the ladder of reminders stands still."""

    __tablename__ = "loan_handover"
    __table_args__ = (
        CheckConstraint("until_on >= from_on", name="in_order"),
        Index("ix_loan_handover_loan_id", "loan_id", unique=True, postgresql_where=text("until_on IS NULL")),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    loan_id: int = Field(sa_type=BigInteger)
    collector: str
    from_on: date = Field(sa_type=Day)
    until_on: date | None = Field(default=None, sa_type=Day)


class OfferState(StrEnum):
    """Where an offered schedule stands."""

    OPEN = "open"  # the borrower has not answered
    TAKEN = "taken"  # agreed to with the PIN: it is the loan's schedule
    DECLINED = "declined"  # by the borrower
    REPLACED = "replaced"  # a newer offer took its place


class RestructureOffer(Table, table=True):
    """A new schedule that two operators agreed on, before the borrower has. `params` are the approval's."""

    __tablename__ = "restructure_offer"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'taken', 'declined', 'replaced')", name="known_state"),
        CheckConstraint("(state = 'open') = (settled_at IS NULL)", name="settled"),
        Index("ix_restructure_offer_loan_id", "loan_id", unique=True, postgresql_where=text("state = 'open'")),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    loan_id: int = Field(sa_type=BigInteger)
    customer_id: int = Field(sa_type=BigInteger)
    params: JsonObject = Field(sa_type=JSONB)
    state: str
    offered_at: AwareDatetime = Field(sa_type=Instant)
    expires_at: AwareDatetime = Field(sa_type=Instant)
    settled_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
