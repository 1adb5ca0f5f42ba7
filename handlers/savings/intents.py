"""What the cards of saving offer, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from finance_core.journeys.plans.rules import Every
from finance_core.kernel.money import Money
from finance_core.kernel.payloads import DecimalText, Payload


@dataclass(frozen=True, slots=True, kw_only=True)
class PutIn(Payload):
    """Put money into Change Plus; `shown` is the card's text."""

    sum: Money
    earns_on: date
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HasPutIn(Payload):
    """The order is given."""

    reference: str
    balance: Money
    earns_on: date
    seen_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDeposit(Payload):
    """Open a deposit on the terms of that day; `rate` in percent a year, `shown` the card's text."""

    sum: Money
    days: int
    rate: DecimalText
    on: date
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened(Payload):
    """The contract stands."""

    reference: str
    balance: Money
    matures_on: date
    deposit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeEarly(Payload):
    """Take a part of a deposit early, for so much interest, giving so much up (minor units)."""

    deposit: int
    sum: Money
    interest: int
    given_up: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenEarly(Payload):
    """What was paid, what stays, and the wallet's balance."""

    reference: str
    paid: Money
    left: Money
    balance: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPlan(Payload):
    """What a plan's card said, in which language, of which fund."""

    language: str
    text: str
    fund: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MakePlan(Payload):
    """Make a plan; `slots` are what was said, to draw the card anew."""

    sum: Money
    every: Every
    first_on: date
    due_day: int | None
    target: str
    name: str
    goal: Money | None
    goal_on: date | None
    slots: Mapping[str, str]
    shown: ShownPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundUp(Payload):
    """Round sends up to whole steps (in major units); `slots` are what was said."""

    step: str
    slots: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanMade(Payload):
    """The plan stands; round-ups have no first day."""

    plan: int
    first_on: date | None
