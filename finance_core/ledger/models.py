"""The ledger's tables. Only the functions of migrations 0002, 0054, 0057 write to them; the service's role may read."""

from datetime import date

from pydantic import AwareDatetime, SkipValidation
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Identity,
    Index,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from finance_core.storage.base import Table
from finance_core.storage.columns import Amount, Day, Instant, JsonObject


class ChartRow(Table, table=True):
    """A code of the chart of accounts (see `chart.py`)."""

    __tablename__ = "chart"
    __table_args__ = (
        CheckConstraint("side IN ('debit', 'credit')", name="known_side"),
        CheckConstraint(
            "kind IN ('asset', 'liability', 'equity', 'income', 'expense', 'memo', 'register')", name="known_kind"
        ),
    )

    code: str = Field(primary_key=True)
    name: str
    kind: str
    side: str
    owned_by: str | None = None
    floored: bool
    client_money: bool


class CompartmentRow(Table, table=True):
    """One asset in one book: what a transfer cannot leave."""

    __tablename__ = "compartment"
    __table_args__ = (
        UniqueConstraint("book", "asset"),
        UniqueConstraint("id", "book", "asset"),
        CheckConstraint("book = 'INST' OR book ~ '^(FUND|REG):[A-Za-z0-9_+-]+$'", name="book_name"),
        CheckConstraint("asset ~ '^[A-Z0-9_+-]+$'", name="asset_code"),
    )

    id: SkipValidation[int] = Field(default=None, sa_column_args=(Identity(always=True),), primary_key=True)
    book: str
    asset: str


class AccountRow(Table, table=True):
    """An account that has been opened. Never changed: what it is, its balance and entries depend on."""

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("code", "book", "asset", "owner"),
        ForeignKeyConstraint(
            ["compartment", "book", "asset"], ["compartment.id", "compartment.book", "compartment.asset"]
        ),
        CheckConstraint("id >> 40 = compartment", name="id_in_compartment"),
        Index(
            "ix_account_wallet",
            "asset",
            "owner",
            postgresql_include=["id"],
            postgresql_where=text("code = '2010' AND book = 'INST'"),
        ),
        CheckConstraint(
            "(code LIKE 'F%') = (book LIKE 'FUND:%') AND (code LIKE 'U%') = (book LIKE 'REG:%')", name="book_of_code"
        ),
    )

    id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    """Its compartment above bit 40, a running number below, so that a CHECK sees where a transfer's accounts are."""
    compartment: int
    book: str
    code: str = Field(foreign_key="chart.code")
    owner: int = Field(sa_type=BigInteger)
    asset: str


class BalanceRow(Table, table=True):
    """The balance of a floored account, on its normal side, in minor units."""

    __tablename__ = "balance"
    __table_args__ = (
        CheckConstraint("sign IN (1, -1)", name="sign"),
        CheckConstraint("amount - held >= floor", name="floor"),
        CheckConstraint("held >= 0", name="held"),
        CheckConstraint("floor <= 0", name="credit_line"),
    )

    account_id: int = Field(
        sa_type=BigInteger, foreign_key="account.id", primary_key=True, sa_column_kwargs={"autoincrement": False}
    )
    sign: int = Field(sa_type=SmallInteger)
    """1 when debits make it grow, -1 when credits do: the chart's side, at hand where millions are updated."""
    amount: int = Field(sa_type=Amount)
    held: int = Field(sa_type=Amount)
    """What live holds reserve."""
    floor: int = Field(sa_type=Amount)
    """The lowest that `amount - held` may become: 0, or minus a credit line."""
    moved_on: date = Field(sa_type=Day)
    """The latest business date with an entry (at first the date of opening)."""
    opening: int = Field(sa_type=Amount)
    """The balance before `moved_on`, so that the day being closed can still be read while the next one runs."""


class EntryRow(Table, table=True):
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

    id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    key: str = Field(unique=True)
    kind: str
    business_date: date = Field(sa_type=Day)
    value_on: date | None = Field(default=None, sa_type=Day)
    about_on: date | None = Field(default=None, sa_type=Day)
    posted_at: AwareDatetime = Field(sa_type=Instant)
    actor: str
    about: JsonObject = Field(sa_type=JSONB)
    reverses: int | None = Field(default=None, sa_type=BigInteger, foreign_key="entry.id")
    reference: str
    """A permutation of the id, see `reference.py`: unique without an index of its own."""
    content_hash: bytes
    """A version byte, then SHA-256 over the canonical form of everything above and the transfers."""


class TransferRow(Table, table=True):
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

    entry_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    position: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    debit_id: int = Field(sa_type=BigInteger)
    credit_id: int = Field(sa_type=BigInteger)
    amount: int = Field(sa_type=Amount)


class HoldRow(Table, table=True):
    """A reservation on a floored account."""

    __tablename__ = "hold"
    __table_args__ = (
        Index("ix_hold_account_id", "account_id", postgresql_where=text("state = 'held'")),
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("state IN ('held', 'captured', 'released', 'expired')", name="known_state"),
        CheckConstraint("(state = 'captured') = (entry_id IS NOT NULL)", name="captured_by"),
        CheckConstraint("(state = 'held') = (ended_at IS NULL)", name="ended"),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    account_id: int = Field(sa_type=BigInteger, foreign_key="account.id")
    amount: int = Field(sa_type=Amount)
    key: str = Field(unique=True)
    created_at: AwareDatetime = Field(sa_type=Instant)
    expires_at: AwareDatetime = Field(sa_type=Instant)
    state: str
    ended_at: AwareDatetime | None = Field(default=None, sa_type=Instant)
    entry_id: int | None = Field(default=None, sa_type=BigInteger)
    """The entry that captured it."""


class RollupRow(Table, table=True):
    """What entries of one date did to an account without a balance row, as far as it has been added up."""

    __tablename__ = "rollup"

    account_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    business_date: date = Field(sa_type=Day, primary_key=True)
    debits: int = Field(sa_type=Amount)
    credits: int = Field(sa_type=Amount)


class RollupTailRow(Table, table=True):
    """What one entry did to an account without a balance row, not yet added up. Appended by posting."""

    __tablename__ = "rollup_tail"

    account_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    entry_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    business_date: date = Field(sa_type=Day)
    debits: int = Field(sa_type=Amount)
    credits: int = Field(sa_type=Amount)


class SealRow(Table, table=True):
    """A sealed day: SHA-256 over its entries and the seal before it. Append-only."""

    __tablename__ = "seal"

    business_date: date = Field(sa_type=Day, primary_key=True)
    entries: int = Field(sa_type=BigInteger)
    previous: bytes
    head: bytes
    sealed_at: AwareDatetime = Field(sa_type=Instant)
