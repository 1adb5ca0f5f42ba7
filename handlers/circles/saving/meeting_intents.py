"""What the cards of meetings offer, and what came of it. A circle is named by its code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from finance_core.kernel.money import Money
from finance_core.kernel.payloads import Payload


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseMeeting(Payload):
    """Close the meeting that is open."""

    code: str
    nr: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FineMember(Payload):
    """Fine a member at the meeting: why, and the sum that the rules say."""

    code: str
    customer: int
    name: str
    why: str
    sum: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class AskForGrant(Payload):
    """Ask the meeting for a grant out of the social fund, and what for."""

    sum: Money
    code: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskForLoan(Payload):
    """Ask the meeting for a loan out of its fund, and sign it; it is paid once it has passed.

    `on` is the day on which it was quoted, `debit` whether its instalments are debited.
    """

    sum: Money
    code: str
    months: int
    debit: bool
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class IsAsked(Payload):
    """The meeting is asked: the request's number."""

    request: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveShareOut(Payload):
    """Say yes to a share-out as it was shown: its number, and the cash in it."""

    code: str
    share_out: int
    sum: Money
