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
class Line:
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
        return self.principal - self.paid_principal

    @property
    def unpaid_interest(self) -> int:
        return self.interest - self.paid_interest

    @property
    def unpaid(self) -> int:
        return self.unpaid_principal + self.unpaid_interest + self.fee - self.paid_fee

    @property
    def paid(self) -> int:
        return self.paid_principal + self.paid_interest + self.paid_fee

    def pay(self, amount: int) -> int:
        """Lay `amount` on the fee, then the interest, then the principal; return what is left of it."""
        for part in ("fee", "interest", "principal"):
            paid = f"paid_{part}"
            laid = min(amount, max(getattr(self, part) - getattr(self, paid), 0))
            setattr(self, paid, getattr(self, paid) + laid)
            amount -= laid
        return amount


def pay_oldest_first(lines: Iterable[Line], amount: int) -> int:
    """Lay `amount` on `lines` in their order, each one whole before the next; return what is left of it."""
    for line in lines:
        amount = line.pay(amount)
    return amount


def is_drawn(terms: Terms, on: date) -> bool:
    """Return whether all of the loan is paid out by day `on`, so that repaying what is owed ends it."""
    return all(tranche.on <= on for tranche in terms.tranches)


def instalments(lines: Sequence[Line], lent: int, draws: Iterable[tuple[date, int]]) -> tuple[Instalment, ...]:
    """Return `lines` as instalments, with the balance after each of what was `lent` and of the later `draws`."""
    later = list(draws)
    result, repaid = [], 0
    for line in lines:
        repaid += line.principal
        balance = lent - repaid + sum(amount for on, amount in later if on <= line.due_on)
        days = (line.due_on - line.start_on).days
        result.append(
            Instalment(line.nr, line.due_on, days, line.principal, line.interest, line.fee, balance, 0, line.paid)
        )
    return tuple(result)
