"""What the cards of savings circles that form offer, and what came of it: joining, beginning, going."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from finance_core.kernel.money import Money
from finance_core.kernel.payloads import Payload


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinSaving(Payload):
    """Join a savings circle: `standing` shares are debited at each meeting, `sum` with the social fund's.

    `first_on` is the day of the first meeting that its card said.
    """

    token: str
    standing: int
    sum: Money
    nickname: str
    first_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SavingIsJoined(Payload):
    """What came of it: how many are in it now, the invitation link."""

    title: str
    code: str
    link: str
    members: int
    is_chair: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginCycle(Payload):
    """Begin the cycle with those who are in it."""

    token: str
    members: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CycleHasBegun(Payload):
    """The cycle runs: its first meeting."""

    title: str
    code: str
    first_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class GoFromSaving(Payload):
    """Leave a savings circle before it begins, free; or call it off, where it is one's own."""

    token: str
    calls_off: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SavingIsLeft(Payload):
    """One is out of it, or it is called off."""

    title: str
