"""Instalments while money comes in: what each is made of, what was paid on it, and how a sum is laid on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from finance_core.loans.rules.schedule import Instalment
from finance_core.loans.rules.terms import Terms


class EventKind(StrEnum):
    """What happens to a running loan on a day."""

    REPAY = "repay"  # an amount is paid
    SETTLE = "settle"  # everything that is owed is paid
    CLOSE = "close"  # the day is looked at: what is overdue has gone on earning until then


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happens on a day; `amount` in minor units, of a repayment only."""

    on: date
    kind: EventKind
    amount: int = 0


@dataclass(slots=True)
class RunningInstalment:
    """One instalment and what was paid on it, in minor units. `extra` is principal paid beyond what it aims at."""

    nr: int
    start_on: date
    due_on: date
    principal: int = 0
    interest: int = 0
    fee: int = 0
    extra: int = 0
    paid_principal: int = 0
    paid_interest: int = 0
    paid_fee: int = 0

    @property
    def unpaid_principal(self) -> int:
        """In minor units."""
        return self.principal - self.paid_principal

    @property
    def unpaid_interest(self) -> int:
        """In minor units."""
        return self.interest - self.paid_interest

    @property
    def unpaid(self) -> int:
        """All that is not paid of it, the fee included, in minor units."""
        return self.unpaid_principal + self.unpaid_interest + self.fee - self.paid_fee

    @property
    def paid(self) -> int:
        """All that was paid on it, in minor units."""
        return self.paid_principal + self.paid_interest + self.paid_fee

    def pay(self, amount: int) -> int:
        """Lay `amount` on the fee, then the interest, then the principal; return what is left of it."""
        for part in ("fee", "interest", "principal"):
            paid = f"paid_{part}"
            laid = min(amount, max(getattr(self, part) - getattr(self, paid), 0))
            setattr(self, paid, getattr(self, paid) + laid)
            amount -= laid
        return amount


def pay_oldest_first(instalments: Iterable[RunningInstalment], amount: int) -> int:
    """Lay `amount` on `instalments` in their order, each one whole before the next; return what is left of it."""
    for instalment in instalments:
        amount = instalment.pay(amount)
    return amount


def is_drawn(terms: Terms, on: date) -> bool:
    """Return whether all of the loan is paid out by day `on`, so that repaying what is owed ends it."""
    return all(tranche.on <= on for tranche in terms.tranches)


def as_instalments(
    instalments: Sequence[RunningInstalment], lent: int, draws: Iterable[tuple[date, int]]
) -> tuple[Instalment, ...]:
    """Return `instalments` as a schedule has them, with the balance after each, of what was `lent` and drawn."""
    later = list(draws)
    result, repaid = [], 0
    for instalment in instalments:
        repaid += instalment.principal
        balance = lent - repaid + sum(amount for on, amount in later if on <= instalment.due_on)
        days = (instalment.due_on - instalment.start_on).days
        result.append(
            Instalment(
                instalment.nr,
                instalment.due_on,
                days,
                instalment.principal,
                instalment.interest,
                instalment.fee,
                balance,
                0,
                instalment.paid,
            )
        )
    return tuple(result)
