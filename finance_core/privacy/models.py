"""Accounts that are to be closed, and who asked for all that is held on them."""

from datetime import date
from enum import StrEnum

from pydantic import AwareDatetime, SkipValidation
from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, text
from sqlmodel import Field

from finance_core.storage.base import Table
from finance_core.storage.columns import Day, Instant


class ClosingState(StrEnum):
    """Where the closing of an account stands."""

    ASKED = "asked"  # goes when its days are over and nothing needs it any more
    KEPT = "kept"  # the person thought better of it
    ERASED = "erased"


class AccountClosing(Table, table=True):
    """An account that is to be closed. When it is erased nothing but this number says that there was somebody."""

    __tablename__ = "account_closing"
    __table_args__ = (
        CheckConstraint("state IN ('asked', 'kept', 'erased')", name="known_state"),
        CheckConstraint("(state = 'asked') = (settled_at IS NULL)", name="settled"),
        CheckConstraint("listed_at IS NULL OR state = 'erased'", name="listed"),
        Index("ix_account_closing_open", "customer_id", unique=True, postgresql_where=text("state <> 'kept'")),
        Index("ix_account_closing_due_on", "due_on", "id", postgresql_where=text("state = 'asked'")),
        Index("ix_account_closing_settled_at", "settled_at", postgresql_where=text("state = 'erased'")),
        Index("ix_account_closing_unlisted", "id", postgresql_where=text("state = 'erased' AND listed_at IS NULL")),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    key: str = Field(unique=True)
    customer_id: int = Field(sa_type=BigInteger)
    asked_at: AwareDatetime = Field(sa_type=Instant)
    due_at: AwareDatetime = Field(sa_type=Instant)
    """Until then one may change one's mind."""
    due_on: date = Field(sa_type=Day)
    """The date of `due_at` in the institution's zone."""
    state: str = ClosingState.ASKED
    settled_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    listed_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    """When it was written to the list of erasures, which is kept outside the database."""


class DataExport(Table, table=True):
    """Somebody asked for all that is held on them. The file is made when it is sent, and kept nowhere."""

    __tablename__ = "data_export"
    __table_args__ = (
        Index("ix_data_export_customer_id", "customer_id", "id"),
        Index("ix_data_export_expires_at", "expires_at"),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    key: str = Field(unique=True)
    customer_id: int = Field(sa_type=BigInteger)
    asked_at: AwareDatetime = Field(sa_type=Instant)
    expires_at: AwareDatetime = Field(sa_type=Instant)
    """What has not been sent by then is not sent any more."""
    language: str
