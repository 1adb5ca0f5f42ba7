"""Answered questionnaires, and what people were shown before they bought."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from finance_core.storage.base import Base
from finance_core.storage.columns import Day, Instant


class Assessment(Base):
    """One questionnaire, answered. The newest holds, for a year. Append-only."""

    __tablename__ = "assessment"
    __table_args__ = (
        CheckConstraint("risk_class BETWEEN 1 AND 5", name="known_class"),
        Index("ix_assessment_customer_id", "customer_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    customer_id: Mapped[int] = mapped_column(BigInteger)
    questionnaire: Mapped[str]
    """The version of the questions."""
    answers: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """The chosen option by question."""
    score: Mapped[int]
    risk_class: Mapped[int]
    """1 to 5: C1 … C5."""
    taken_at: Mapped[datetime] = mapped_column(Instant)
    taken_on: Mapped[date] = mapped_column(Day)
    valid_until: Mapped[date] = mapped_column(Day)
    """The last day on which it holds."""


class Disclosure(Base):
    """What a person was shown before a sale: the text itself, its hash, its figures. Append-only."""

    __tablename__ = "disclosure"
    __table_args__ = (Index("ix_disclosure_customer_id", "customer_id", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    """The idempotency key of the sale."""
    customer_id: Mapped[int] = mapped_column(BigInteger)
    product: Mapped[str]
    product_version: Mapped[int]
    risk: Mapped[str]
    """The product's, R1 to R5."""
    assessment_id: Mapped[int | None] = mapped_column(BigInteger)
    """The person's assessment that held then; None for a product that needs none."""
    language: Mapped[str]
    text: Mapped[str]
    text_hash: Mapped[str]
    """SHA-256 of the text, hexadecimal."""
    figures: Mapped[dict[str, Any]] = mapped_column(JSONB)
    confirmed_at: Mapped[datetime] = mapped_column(Instant)
