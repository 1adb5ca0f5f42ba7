"""Notes that operators take about a person."""

from pydantic import AwareDatetime, SkipValidation
from sqlalchemy import BigInteger, Identity, Index
from sqlmodel import Field

from finance_core.storage.base import Table
from finance_core.storage.columns import Instant


class CustomerNote(Table, table=True):
    """One note, encrypted. Append-only: what was wrong is said in another one."""

    __tablename__ = "customer_note"
    __table_args__ = (Index("ix_customer_note_customer_id", "customer_id", "id"),)

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    key: str = Field(unique=True)
    customer_id: int = Field(sa_type=BigInteger)
    author_id: int = Field(sa_type=BigInteger)
    written_at: AwareDatetime = Field(sa_type=Instant)
    sealed: bytes
