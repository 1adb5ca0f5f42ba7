"""The ledger's tables. Only the functions of migration 0002 write to them; the service's role may read."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    LargeBinary,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from finance_core.storage.base import Base
from finance_core.storage.columns import Amount, Day, Instant


class ChartRow(Base):
    """A code of the chart of accounts (see `chart.py`)."""

    __tablename__ = "chart"
    __table_args__ = (
        CheckConstraint("side IN ('debit', 'credit')", name="known_side"),
        CheckConstraint(
            "kind IN ('asset', 'liability', 'equity', 'income', 'expense', 'memo', 'register')", name="known_kind"
        ),
    )

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    side: Mapped[str]
    owned_by: Mapped[str | None]
    floored: Mapped[bool]
    client_money: Mapped[bool]


class CompartmentRow(Base):
    """One asset in one book: what a transfer cannot leave."""

    __tablename__ = "compartment"
    __table_args__ = (
        UniqueConstraint("book", "asset"),
        UniqueConstraint("id", "book", "asset"),
        CheckConstraint("book = 'INST' OR book ~ '^(FUND|REG):[A-Za-z0-9_+-]+$'", name="book_name"),
        CheckConstraint("asset ~ '^[A-Z0-9_+-]+$'", name="asset_code"),
    )

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    book: Mapped[str]
    asset: Mapped[str]


class AccountRow(Base):
    """An account that has been opened. Never changed: what it is, its balance and entries depend on."""

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("code", "book", "asset", "owner"),
        ForeignKeyConstraint(
            ["compartment", "book", "asset"], ["compartment.id", "compartment.book", "compartment.asset"]
        ),
        CheckConstraint("id >> 40 = compartment", name="id_in_compartment"),
        CheckConstraint(
            "(code LIKE 'F%') = (book LIKE 'FUND:%') AND (code LIKE 'U%') = (book LIKE 'REG:%')", name="book_of_code"
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """Its compartment above bit 40, a running number below, so that a CHECK sees where a transfer's accounts are."""
    compartment: Mapped[int]
    book: Mapped[str]
    code: Mapped[str] = mapped_column(ForeignKey("chart.code"))
    owner: Mapped[int] = mapped_column(BigInteger)
    asset: Mapped[str]


class BalanceRow(Base):
    """The balance of a floored account, on its normal side, in minor units."""

    __tablename__ = "balance"
    __table_args__ = (
        CheckConstraint("sign IN (1, -1)", name="sign"),
        CheckConstraint("amount - held >= floor", name="floor"),
        CheckConstraint("held >= 0", name="held"),
        CheckConstraint("floor <= 0", name="credit_line"),
    )

    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("account.id"), primary_key=True, autoincrement=False)
    sign: Mapped[int] = mapped_column(SmallInteger)
    """1 when debits make it grow, -1 when credits do: the chart's side, at hand where millions are updated."""
    amount: Mapped[int] = mapped_column(Amount)
    held: Mapped[int] = mapped_column(Amount)
    """What live holds reserve."""
    floor: Mapped[int] = mapped_column(Amount)
    """The lowest that `amount - held` may become: 0, or minus a credit line."""
    moved_on: Mapped[date] = mapped_column(Day)
    """The latest business date with an entry (at first the date of opening)."""
    opening: Mapped[int] = mapped_column(Amount)
    """The balance before `moved_on`, so that the day being closed can still be read while the next one runs."""


class EntryRow(Base):
    """A journal entry. Append-only."""

    __tablename__ = "entry"
    __table_args__ = (
        Index("uq_entry_reverses", "reverses", unique=True, postgresql_where=text("reverses IS NOT NULL")),
        Index("ix_entry_business_date", "business_date"),
        CheckConstraint("kind ~ '^[a-z][a-z0-9_.]*$'", name="kind_word"),
        CheckConstraint("key ~ '^[^[:cntrl:]]+$' AND length(key) <= 200", name="key_line"),
        CheckConstraint("jsonb_typeof(about) = 'object'", name="about_object"),
        CheckConstraint("reverses < id", name="reverses_earlier"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    business_date: Mapped[date] = mapped_column(Day)
    value_on: Mapped[date | None] = mapped_column(Day)
    about_on: Mapped[date | None] = mapped_column(Day)
    posted_at: Mapped[datetime] = mapped_column(Instant)
    actor: Mapped[str]
    about: Mapped[dict[str, Any]] = mapped_column(JSONB)
    reverses: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("entry.id"))
    reference: Mapped[str] = mapped_column(unique=True)
    content_hash: Mapped[bytes] = mapped_column(LargeBinary)
    """A version byte, then SHA-256 over the canonical form of everything above and the transfers."""


class TransferRow(Base):
    """One debit and one credit of the same amount. Append-only.

    No foreign keys, on purpose: three key checks for each of the millions of rows of an income day cost more than the
    posting itself. The posting functions, which alone may insert, take entry and accounts from their tables, from which
    nothing is ever deleted; `verify` looks again.
    """

    __tablename__ = "transfer"
    __table_args__ = (
        Index("ix_transfer_debit_id_entry_id", "debit_id", "entry_id"),
        Index("ix_transfer_credit_id_entry_id", "credit_id", "entry_id"),
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("debit_id <> credit_id", name="two_accounts"),
        CheckConstraint("debit_id >> 40 = credit_id >> 40", name="one_book"),
    )

    entry_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    debit_id: Mapped[int] = mapped_column(BigInteger)
    credit_id: Mapped[int] = mapped_column(BigInteger)
    amount: Mapped[int] = mapped_column(Amount)


class HoldRow(Base):
    """A reservation on a floored account."""

    __tablename__ = "hold"
    __table_args__ = (
        Index("ix_hold_account_id", "account_id", postgresql_where=text("state = 'held'")),
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("state IN ('held', 'captured', 'released', 'expired')", name="known_state"),
        CheckConstraint("(state = 'captured') = (entry_id IS NOT NULL)", name="captured_by"),
        CheckConstraint("(state = 'held') = (ended_at IS NULL)", name="ended"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("account.id"))
    amount: Mapped[int] = mapped_column(Amount)
    key: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[str]
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    entry_id: Mapped[int | None] = mapped_column(BigInteger)
    """The entry that captured it."""


class RollupRow(Base):
    """What entries of one date did to an account without a balance row, as far as it has been added up."""

    __tablename__ = "rollup"

    account_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    business_date: Mapped[date] = mapped_column(Day, primary_key=True)
    debits: Mapped[int] = mapped_column(Amount)
    credits: Mapped[int] = mapped_column(Amount)


class RollupTailRow(Base):
    """What one entry did to an account without a balance row, not yet added up. Appended by posting."""

    __tablename__ = "rollup_tail"

    account_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    entry_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    business_date: Mapped[date] = mapped_column(Day)
    debits: Mapped[int] = mapped_column(Amount)
    credits: Mapped[int] = mapped_column(Amount)


class SealRow(Base):
    """A sealed day: SHA-256 over its entries and the seal before it. Append-only."""

    __tablename__ = "seal"

    business_date: Mapped[date] = mapped_column(Day, primary_key=True)
    entries: Mapped[int] = mapped_column(BigInteger)
    previous: Mapped[bytes] = mapped_column(LargeBinary)
    head: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_at: Mapped[datetime] = mapped_column(Instant)
