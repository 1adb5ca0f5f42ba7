"""What the cards of buying shares and of leaving a cycle offer, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass

from finance_core.kernel.money import Money
from finance_core.kernel.payloads import Payload


@dataclass(frozen=True, slots=True, kw_only=True)
class BuyShares(Payload):
    """Buy shares at a meeting: `sum` is their price with the social fund's sum and the fines that are due."""

    sum: Money
    code: str
    meeting: int
    shares: int
    social: Money
    fines: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class SharesAreBought(Payload):
    """What was paid, what one has now, and the wallet's balance after it."""

    reference: str
    all_shares: int
    balance: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveSaving(Payload):
    """Leave a cycle that runs: what is paid out, after what is owed."""

    code: str
    title: str
    sum: Money
    owed: Money
    fines: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleIsLeft(Payload):
    """It is left: what was paid out."""

    sum: Money
