"""What operators are told: a proposal waits or is decided, a role was given or taken; what a person is told of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from finance_core.notices import Content


@dataclass(frozen=True, slots=True, kw_only=True)
class OfProposal(Content):
    """A proposal: its number, what it would do, and to what (`loan:5`)."""

    approval: int
    action: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalWaits(OfProposal):
    """To whoever may decide on it."""

    kind: ClassVar[str] = "operator.approval_waits"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalDecided(OfProposal):
    """To its maker: what became of it, and the checker's word on it."""

    kind: ClassVar[str] = "operator.approval_decided"
    state: str
    note: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OfRole(Content):
    """A role and whose it is (`customer:5`)."""

    subject: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleGranted(OfRole):
    """Somebody was given a role."""

    kind: ClassVar[str] = "operator.role_granted"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRevoked(OfRole):
    """A role was taken from somebody."""

    kind: ClassVar[str] = "operator.role_revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class AgeCorrected(Content):
    """To the person: their No to the question of age, of a day, was taken back."""

    kind: ClassVar[str] = "customer.age_corrected"
    said_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFrozen(Content):
    """To the person: nothing leaves the account until operators have looked at it; what goes on, and what to do."""

    kind: ClassVar[str] = "customer.account_frozen"
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountUnfrozen(Content):
    """To the person: money may leave again."""

    kind: ClassVar[str] = "customer.account_unfrozen"
    on: date


KINDS: Final[tuple[type[Content], ...]] = (
    ApprovalWaits,
    ApprovalDecided,
    RoleGranted,
    RoleRevoked,
    AgeCorrected,
    AccountFrozen,
    AccountUnfrozen,
)
"""What is told here, each kind once."""
