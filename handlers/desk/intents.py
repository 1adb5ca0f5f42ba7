"""What the cards of the operators' desk offer, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from finance_core.kernel.json import JsonObject
from finance_core.kernel.money import Money
from finance_core.kernel.payloads import DecimalText, InstantText, Payload
from finance_core.loans.origination.decision import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseCase(Payload):
    """Close a case of hardship."""

    case: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseServiceCase(Payload):
    """Close what somebody asked a person."""

    case: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityDecision(Payload):
    """Approve a document that somebody handed in, or refuse it for a reason."""

    check: int
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityApproved(Payload):
    """The document is approved; the tier at which its person is now."""

    tier: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityRefused(Payload):
    """The document is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseReset(Payload):
    """Refuse the reset of a PIN."""

    reset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveApplication(Payload):
    """Approve an application, for a sum."""

    application: int
    sum: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineApplication(Payload):
    """Decline an application, for reasons."""

    application: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OperateFund(Payload):
    """Do an act of `/nav` to a fund; what the act does not need is None or empty."""

    act: str
    fund: str
    day: date
    number: DecimalText | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Operated(Payload):
    """The act is done; `approval`: it waits for a second operator, as that proposal."""

    approval: int | None = None

    def as_json(self) -> JsonObject:
        """Return the proposal's number, or nothing where none was made."""
        return {} if self.approval is None else Payload.as_json(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishIncome(Payload):
    """Publish a day's income: `rate` per 10,000 units, all that it `pays`."""

    on: date
    rate: DecimalText
    pays: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class SellInstruments(Payload):
    """Make cash of the fund's instruments."""

    sum: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Sold(Payload):
    """They are cash."""

    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeRole(Payload):
    """Take a role from a person, for a reason."""

    customer: int
    role: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectAge(Payload):
    """Forget that a person said to be under 18, for a reason."""

    customer: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Propose(Payload):
    """Put an action before a second person; `params` are the action's own."""

    action: str
    subject: str
    params: Mapping[str, object]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed(Payload):
    """The proposal, and until when it may be decided."""

    approval: int
    due_at: InstantText


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveProposal(Payload):
    """Approve a proposal in the version that was looked at."""

    approval: int
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalApproved(Payload):
    """What was done, to what, and how the proposal stands."""

    approval: int
    action: str
    subject: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveDays(Payload):
    """Let missed days be lived through, up to a date: the clock is right."""

    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class FreezeAccount(Payload):
    """Freeze a person's account, for a reason."""

    customer: int
    why: str
