"""The values that the ledger speaks in: accounts by their natural key, transfers, entries, and what posting answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Literal

from finance_core.kernel.money import CNY, Asset, Money
from finance_core.ledger.chart import BY_CODE, ChartLine, book_prefix

INST: Final = "INST"
"""The institution's own book. A fund's is `FUND:f`, its unit register `REG:f`."""

About = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Account:
    """The natural key of a ledger account: `Account("2010", 17)` is customer 17's wallet. Opened on first posting.

    Raises:
        ValueError: the chart has no such code, the book is not one that the code belongs to, or an account of the
            institution itself is given an owner.
    """

    code: str
    owner: int = 0
    asset: Asset = CNY
    book: str = INST

    def __post_init__(self) -> None:
        line = BY_CODE.get(self.code)
        if line is None:
            raise ValueError(f"the chart has no account {self.code}")
        prefix = book_prefix(self.code)
        if self.book != prefix and (INST in (prefix, self.book) or not self.book.startswith(prefix)):
            raise ValueError(f"account {self.code} does not belong to book {self.book}")
        if line.owned_by is None and self.owner != 0:
            raise ValueError(f"account {self.code} is the institution's own and has no owner")

    def __hash__(self) -> int:
        """Accounts are looked up for each transfer: what tells nearly all of them apart is enough."""
        return hash((self.owner, self.code))

    @property
    def line(self) -> ChartLine:
        """Its line of the chart."""
        return BY_CODE[self.code]

    @property
    def path(self) -> str:
        """The account in one word, as refusals and hashes name it: `INST:2010:17:CNY`."""
        return f"{self.book}:{self.code}:{self.owner}:{self.asset.code}"


def customer_wallet(customer_id: int, asset: Asset = CNY) -> Account:
    """Return the account of what a customer has in the wallet."""
    return Account("2010", customer_id, asset)


@dataclass(frozen=True, slots=True)
class Transfer:
    """One positive amount of one asset from a debit account to a credit account of the same book.

    Raises:
        ValueError: the amount is not positive, or the accounts are the same, of two books or of other assets.
    """

    debit: Account
    credit: Account
    amount: Money

    def __post_init__(self) -> None:
        if self.amount.amount <= 0:
            raise ValueError("a transfer moves a positive amount")
        if self.debit == self.credit:
            raise ValueError("a transfer has two accounts")
        if self.debit.book != self.credit.book:
            raise ValueError("a transfer stays in one book")
        if not self.debit.asset == self.credit.asset == self.amount.asset:
            raise ValueError("a transfer moves one asset")


@dataclass(frozen=True, slots=True)
class Entry:
    """A business event to be written: one key, one or more transfers, all or nothing.

    `key` makes it happen once: the same key with the same content answers with the first receipt. `on` is the business
    date, the unit's open date when left out. A figure computed for another date names it: `value_on` for interest,
    `about_on` for a late entry. `about` holds ids and short facts (never a name or a phone) for receipts and reports.
    """

    kind: str
    key: str
    transfers: tuple[Transfer, ...]
    about: About = field(default_factory=dict)
    on: date | None = None
    value_on: date | None = None
    about_on: date | None = None

    def __post_init__(self) -> None:
        if not self.transfers:
            raise ValueError("an entry moves something")


@dataclass(frozen=True, slots=True)
class Posted:
    """An entry stands in the book. `replayed`: it already stood there, under the same key with the same content."""

    entry_id: int
    reference: str
    replayed: bool


Reason = Literal["insufficient", "conflict", "day_closed", "hold_gone"]


@dataclass(frozen=True, slots=True)
class Refused:
    """An entry of a batch was not written. The account and the amounts (minor units) are those of `insufficient`."""

    key: str
    reason: Reason
    account: Account | None = None
    available: int = 0
    requested: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """What one entry did to one account. Amounts are signed on the account's normal side: + grew, − fell."""

    entry_id: int
    reference: str
    kind: str
    about: dict[str, str | int]
    amount: Money
    through: Money
    """What came in and left again in this entry, which the amount does not show."""
    balance_after: Money
    business_date: date
    value_on: date | None
    posted_at: datetime


@dataclass(frozen=True, slots=True)
class Statement:
    """An account over some days: the balance before the first, each entry, the balance after the last."""

    account: Account
    first_on: date
    last_on: date
    opening: Money
    lines: list[Line]
    closing: Money


@dataclass(frozen=True, slots=True)
class TrialLine:
    """All accounts with one code, of one asset, in one book, over some days. In minor units, on the normal side."""

    book: str
    code: str
    name: str
    asset: str
    opening: int
    debits: int
    credits: int
    closing: int
