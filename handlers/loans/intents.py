"""What the cards of loans offer, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from finance_core.kernel.money import Money
from finance_core.kernel.payloads import DecimalText, Payload
from finance_core.kernel.periods import PeriodUnit
from finance_core.loans.rules.terms import Prepayment


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedLoan(Payload):
    """A loan as quoted on a day. `old`: it pays the running loan off; `application`: the offer that was approved.

    `all_in` is the rate that the card shows, in percent a year (None: a card from before it was kept).
    """

    product: str
    sum: Money
    count: int
    unit: PeriodUnit
    debit: str
    part: str
    old: bool
    application: int | None
    quoted_on: date
    all_in: DecimalText | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed(Payload):
    """The contract is signed; `received` went to the wallet."""

    loan: int
    reference: str
    received: Money
    old: bool
    is_line: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied(Payload):
    """The application that goes on: an officer looks at it, or who stands for it is named."""

    application: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw(Payload):
    """Draw on a line, as planned on a day (None: a card from before it was kept)."""

    loan: int
    sum: Money
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Repay(Payload):
    """Pay on a loan: a sum or `all`, what is paid ahead used so, from the wallet or Change Plus (`source`).

    `lacking` is what Change Plus adds to all that is in the wallet, where it comes from both.
    """

    loan: int
    sum: Money
    all: bool
    ahead: Prepayment | None
    source: str
    lacking: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaid(Payload):
    """What was paid, and whether that settled the loan."""

    reference: str
    settled: bool
    sum: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveBack(Payload):
    """Give a loan back within its cooling-off days."""

    loan: int
    sum: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Done(Payload):
    """It is done, under that reference."""

    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreeToPlan(Payload):
    """Agree to an offered schedule as it was shown on a day."""

    offer: int
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreed(Payload):
    """The new schedule has taken effect."""

    loan: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Recover(Payload):
    """Pay on a loan that is closed in the books."""

    loan: int
    sum: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered(Payload):
    """What was paid, and what is still owed."""

    sum: Money
    left: Money
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseSum(Payload):
    """Promise a sum by a day."""

    loan: int
    sum: Money
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class NamePeople(Payload):
    """Ask customers to stand for an application."""

    application: int
    people: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfGuarantee(Payload):
    """Accept a guarantee, pay what it asks for, or pay it back."""

    guarantee: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidBetween(Payload):
    """What was paid."""

    sum: Money
    reference: str


@dataclass(frozen=True, slots=True)
class Limited(Payload):
    """What a limit of one's own came to: from `from_on` on the new one holds; None: at once."""

    from_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockBorrowing(Payload):
    """Be lent nothing for so many days."""

    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLimit(Payload):
    """Owe at most a sum in loans; None lifts the limit that is set."""

    sum: Money | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocked(Payload):
    """Nothing is lent until the end of a day."""

    until: date
