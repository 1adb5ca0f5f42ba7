"""What the cards of a loan that is taken together offer, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from finance_core.kernel.money import Money
from finance_core.kernel.payloads import DecimalText, Payload


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeGroupLoan(Payload):
    """Propose to members of a circle to borrow together: `sum` to each over `count` instalments."""

    code: str
    people: tuple[int, ...]
    sum: Money
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLoanIsProposed(Payload):
    """The others are asked in private."""

    group: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AskForLine(Payload):
    """Ask for one's own line, as it was quoted on a day at that all-in rate."""

    group: int
    sum: Money
    count: int
    debit: str
    all_in: DecimalText
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class LineIsAsked(Payload):
    """What was decided on the line, and whether all may sign now."""

    state: str
    reasons: tuple[str, ...]
    application: int
    is_signed_now: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SignTogether(Payload):
    """Sign one's own line, and to stand for one's shares, as they were shown.

    `repaid` is all that the own line repays today, `stands_for` the most that the shares can come to in all.
    """

    group: int
    all_in: DecimalText
    repaid: Money
    stands_for: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedTogether(Payload):
    """How many have signed; once all have, which loan it is, what came into the wallet and under which reference."""

    signed: int
    of: int
    loan: int | None
    received: Money | None
    reference: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndGroupLoan(Payload):
    """End the application for all."""

    group: int
