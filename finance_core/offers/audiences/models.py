"""Saved questions with their versions and daily counts, and the tags that people have."""

from datetime import date

from pydantic import AwareDatetime, SkipValidation
from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from finance_core.storage.base import Table
from finance_core.storage.columns import Day, Instant, JsonObject


class Audience(Table, table=True):
    """A question with a name. What it asks stands in its versions."""

    __tablename__ = "audience"

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    name: str = Field(unique=True)
    made_by: int = Field(sa_type=BigInteger)
    """The operator's customer id; 0 is the command line."""
    made_at: AwareDatetime = Field(sa_type=Instant)


class AudienceVersion(Table, table=True):
    """What an audience asked from then on. Append-only: a broadcast names the version that it was approved with."""

    __tablename__ = "audience_version"
    __table_args__ = (
        UniqueConstraint("audience_id", "number"),
        CheckConstraint("number >= 1", name="counted"),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    audience_id: int = Field(sa_type=BigInteger)
    number: int
    question: JsonObject = Field(sa_type=JSONB)
    """As `question.stored` writes it."""
    made_by: int = Field(sa_type=BigInteger)
    made_at: AwareDatetime = Field(sa_type=Instant)


class AudienceCount(Table, table=True):
    """How many people a version fitted when a day was closed, and how many of them could be told of each topic."""

    __tablename__ = "audience_count"
    __table_args__ = (Index("ix_audience_count_on_date", "on_date"),)

    version_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    on_date: date = Field(sa_type=Day, primary_key=True)
    matched: int
    loans: int
    saving: int
    news: int


class Tag(Table, table=True):
    """A name that people are given. With a question it is given and taken each day by that; else by hand or a file."""

    __tablename__ = "tag"

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    name: str = Field(unique=True)
    question: JsonObject | None = Field(default=None, sa_type=JSONB)
    made_by: int = Field(sa_type=BigInteger)
    made_at: AwareDatetime = Field(sa_type=Instant)


class CustomerTag(Table, table=True):
    """Somebody has a tag: since when, by whom, and whether by hand, by a file or by the tag's rule."""

    __tablename__ = "customer_tag"
    __table_args__ = (
        CheckConstraint("given IN ('hand', 'file', 'rule')", name="known_given"),
        Index("ix_customer_tag_customer_id", "customer_id"),
    )

    tag_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    customer_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    given: str
    tagged_by: int = Field(sa_type=BigInteger)
    """The operator's customer id; 0 is the command line, or the rule."""
    tagged_at: AwareDatetime = Field(sa_type=Instant)
