"""What operations leave on a loan: who collects it, and the new schedules that were offered to borrowers."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from finance_core.storage.base import Base
from finance_core.storage.columns import Day, Instant


class LoanHandover(Base):
    """A loan in a collector's hands, until it is taken back. Meanwhile the ladder of reminders stands still."""

    __tablename__ = "loan_handover"
    __table_args__ = (
        CheckConstraint("until_on >= from_on", name="in_order"),
        Index("ix_loan_handover_loan_id", "loan_id", unique=True, postgresql_where=text("until_on IS NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    loan_id: Mapped[int] = mapped_column(BigInteger)
    collector: Mapped[str]
    from_on: Mapped[date] = mapped_column(Day)
    until_on: Mapped[date | None] = mapped_column(Day)


class OfferState(StrEnum):
    """Where an offered schedule stands."""

    OPEN = "open"  # the borrower has not answered
    TAKEN = "taken"  # agreed to with the PIN: it is the loan's schedule
    DECLINED = "declined"  # by the borrower
    REPLACED = "replaced"  # a newer offer took its place


class RestructureOffer(Base):
    """A new schedule that two operators agreed on, before the borrower has. `params` are the approval's."""

    __tablename__ = "restructure_offer"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'taken', 'declined', 'replaced')", name="known_state"),
        CheckConstraint("(state = 'open') = (settled_at IS NULL)", name="settled"),
        Index("ix_restructure_offer_loan_id", "loan_id", unique=True, postgresql_where=text("state = 'open'")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    loan_id: Mapped[int] = mapped_column(BigInteger)
    customer_id: Mapped[int] = mapped_column(BigInteger)
    params: Mapped[dict[str, Any]] = mapped_column(JSONB)
    state: Mapped[str]
    offered_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
