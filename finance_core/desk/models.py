"""What waits at the desk without a table of its own, whose an entry is, and who is away until when."""

from enum import StrEnum

from pydantic import AwareDatetime, SkipValidation
from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, text
from sqlmodel import Field

from finance_core.storage.base import Table
from finance_core.storage.columns import Instant


class EntryState(StrEnum):
    """Where an entry stands."""

    OPEN = "open"
    SETTLED = "settled"


class DeskEntry(Table, table=True):
    """Something that waits for an operator who holds a permission."""

    __tablename__ = "desk_entry"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'settled')", name="known_state"),
        CheckConstraint("(state = 'settled') = (settled_at IS NOT NULL)", name="settled"),
        Index("ix_desk_entry_due_at", "due_at", "id", postgresql_where=text("state = 'open'")),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    key: str = Field(unique=True)
    """Names it for good: opened twice it is one entry, and whoever settles it knows it by this."""
    kind: str
    """What it is, `identity`: the chat has a word and a way for each."""
    customer_id: int | None = Field(default=None, sa_type=BigInteger)
    """Whose it is: they, and their other accounts, do not deal with it."""
    subject: str
    """What it leads to, `identity:7`."""
    permission: str
    opened_at: AwareDatetime = Field(sa_type=Instant)
    due_at: AwareDatetime = Field(sa_type=Instant)
    state: str = EntryState.OPEN
    settled_by: int | None = Field(default=None, sa_type=BigInteger)
    settled_at: AwareDatetime | None = Field(default=None, sa_type=Instant)


class DeskOwner(Table, table=True):
    """Whose an entry of the queue is (`proposal:5`), where its own table does not say."""

    __tablename__ = "desk_owner"

    entry: str = Field(primary_key=True)
    owner_id: int = Field(sa_type=BigInteger)
    since: AwareDatetime = Field(sa_type=Instant)


class Absence(Table, table=True):
    """An operator is away, and a colleague looks after their entries. A new one ends the one before."""

    __tablename__ = "absence"
    __table_args__ = (
        CheckConstraint("colleague_id <> operator_id", name="another"),
        CheckConstraint("until_at > from_at", name="forwards"),
        Index("ix_absence_running", "operator_id", postgresql_where=text("ended_at IS NULL")),
        Index("ix_absence_colleague_id", "colleague_id", postgresql_where=text("ended_at IS NULL")),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    operator_id: int = Field(sa_type=BigInteger)
    colleague_id: int = Field(sa_type=BigInteger)
    from_at: AwareDatetime = Field(sa_type=Instant)
    until_at: AwareDatetime = Field(sa_type=Instant)
    ended_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    """When the operator came back before `until_at`, or said it anew."""
