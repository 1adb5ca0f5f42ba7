"""Answered questionnaires, and what people were shown before they bought."""

from datetime import date

from pydantic import AwareDatetime, SkipValidation
from sqlalchemy import BigInteger, CheckConstraint, Identity, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from finance_core.storage.base import Table
from finance_core.storage.columns import Day, Instant, JsonObject


class Assessment(Table, table=True):
    """One questionnaire, answered. The newest holds, for a year. Append-only."""

    __tablename__ = "assessment"
    __table_args__ = (
        CheckConstraint("risk_class BETWEEN 1 AND 5", name="known_class"),
        Index("ix_assessment_customer_id", "customer_id", "id"),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    customer_id: int = Field(sa_type=BigInteger)
    questionnaire: str
    """The version of the questions."""
    answers: JsonObject = Field(sa_type=JSONB)
    """The chosen option by question."""
    score: int
    risk_class: int
    """1 to 5: C1 … C5."""
    taken_at: AwareDatetime = Field(sa_type=Instant)
    taken_on: date = Field(sa_type=Day)
    valid_until: date = Field(sa_type=Day)
    """The last day on which it holds."""


class Disclosure(Table, table=True):
    """What a person was shown before a sale: the text itself, its hash, its figures. Append-only."""

    __tablename__ = "disclosure"
    __table_args__ = (Index("ix_disclosure_customer_id", "customer_id", "id"),)

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    key: str = Field(unique=True)
    """The idempotency key of the sale."""
    customer_id: int = Field(sa_type=BigInteger)
    product: str
    product_version: int
    risk: str
    """The product's, R1 to R5."""
    assessment_id: int | None = Field(default=None, sa_type=BigInteger)
    """The person's assessment that held then; None for a product that needs none."""
    language: str
    text: str
    text_hash: str
    """SHA-256 of the text, hexadecimal."""
    figures: JsonObject = Field(sa_type=JSONB)
    confirmed_at: AwareDatetime = Field(sa_type=Instant)
