"""What the wallet's cards offer, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from finance_core.change_plus.service import Speed
from finance_core.kernel.money import Money
from finance_core.kernel.payloads import Payload


@dataclass(frozen=True, slots=True, kw_only=True)
class TopUp(Payload):
    """Put money in."""

    sum: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw(Payload):
    """Take money outside."""

    sum: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved(Payload):
    """Money has moved: the receipt's reference, and the wallet's balance after it."""

    reference: str
    balance: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class SendMoney(Payload):
    """Send money: out of the wallet or straight from Change Plus (`source`), to a customer's id or by a link."""

    source: str
    sum: Money
    payee: int | None
    note: str
    token: str
    delay: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent(Moved):
    """It is on its way, under its token; `link` where whoever opens it gets it."""

    link: str | None
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskForMoney(Payload):
    """Ask a customer for money."""

    sum: Money
    payer: int
    note: str
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PayRequest(Payload):
    """Pay what was asked for."""

    sum: Money
    token: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOut(Payload):
    """Take money out of Change Plus; `pays_on` is the day that the card names, None: at once."""

    sum: Money
    speed: Speed
    pays_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenOut(Payload):
    """What came at once and what comes later, on which day, and the wallet's balance."""

    reference: str
    at_once: Money
    later: Money
    pays_on: date | None
    balance: Money
