"""The amortisation schedule that a loan's terms give: which instalment falls due when, and what it is made of.

Interest is computed on the rounded balance, rounded once a period; the last instalment absorbs what rounding leaves.
Amounts are whole minor units of the principal's asset.
"""

from __future__ import annotations

from datetime import date
from itertools import accumulate
from typing import NamedTuple

from finance_core.kernel.money import Asset
from finance_core.kernel.periods import IsHoliday
from finance_core.loans.rules.loan_periods import LoanPeriods, loan_periods
from finance_core.loans.rules.methods import Split, empty_periods, splits_of
from finance_core.loans.rules.terms import Terms


class Instalment(NamedTuple):
    """One instalment of a schedule. Amounts in minor units; `days` are calendar days since the instalment before."""

    nr: int
    due_on: date
    days: int
    principal: int
    interest: int
    fee: int
    balance_after: int
    penalty: int = 0
    paid: int = 0

    @property
    def total(self) -> int:
        """What falls due, in minor units."""
        return self.principal + self.interest + self.fee + self.penalty


class Schedule(NamedTuple):
    """All instalments of a loan, oldest first, in minor units of `asset`."""

    asset: Asset
    disbursed_on: date
    instalments: tuple[Instalment, ...]

    @property
    def principal(self) -> int:
        """The sum of all principal, in minor units."""
        return sum(instalment.principal for instalment in self.instalments)

    @property
    def interest(self) -> int:
        """The sum of all interest, in minor units."""
        return sum(instalment.interest for instalment in self.instalments)

    @property
    def fee(self) -> int:
        """The sum of all fees, in minor units."""
        return sum(instalment.fee for instalment in self.instalments)

    @property
    def total(self) -> int:
        """What the borrower pays in all, by instalments."""
        return sum(instalment.total for instalment in self.instalments)


def schedule(terms: Terms, is_holiday: IsHoliday | None = None) -> Schedule:
    """Return the schedule of `terms` as it is planned at disbursement; `is_holiday` says when nothing can fall due.

    10,000.00 at 1 % a month over 12 gives eleven instalments of 888.49 and a last one of 888.47. It has
    fewer instalments than agreed when the level payment, rounded up, repays early, and one when the method is `bullet`.

    Raises:
        InvalidTerms: a tranche comes after the last due day, or the calendar ends.
    """
    time = loan_periods(terms, is_holiday)
    return Schedule(terms.principal.asset, terms.disbursed_on, tuple(_lines(terms, time, splits_of(terms, time))))


def full_schedule(terms: Terms, is_holiday: IsHoliday | None = None) -> Schedule:
    """Return the schedule of `terms` as `schedule` does, with the progressive family's empty last instalments kept.

    2.00 at no interest over 3, in whole units, is 1.00, 1.00 and 0.00: institutions that migrate have such lines. They
    cost no fee.

    Raises:
        InvalidTerms: a tranche comes after the last due day, or the calendar ends.
    """
    time = loan_periods(terms, is_holiday)
    splits = splits_of(terms, time)
    left = empty_periods(terms, time, splits)
    empty = [Instalment(period.nr, period.due_on, period.days, 0, 0, 0, 0) for period in left]
    return Schedule(terms.principal.asset, terms.disbursed_on, (*_lines(terms, time, splits), *empty))


def _lines(terms: Terms, time: LoanPeriods, splits: list[Split]) -> list[Instalment]:
    fee, made = terms.fee_each_instalment, Instalment._make
    balances = _balances(terms, time, splits)
    return [
        made((nr, due_on, due_on.toordinal() - start_on.toordinal(), principal, interest, fee, balance, 0, 0))
        for (nr, start_on, due_on, _, _), (principal, interest), balance in zip(
            time.periods, splits, balances, strict=False
        )
    ]


def _balances(terms: Terms, time: LoanPeriods, splits: list[Split]) -> list[int]:
    """Return the balance after each instalment; a tranche paid out on a due day is in that day's balance."""
    if not terms.tranches:
        repaid = accumulate((principal for principal, _ in splits), initial=0)
        return [terms.principal.amount - total for total in repaid][1:]
    balances, balance = [], terms.principal.amount
    for (_, _, due_on, _, _), (principal, _) in zip(time.periods, splits, strict=False):
        balance -= principal
        balances.append(balance + sum(tranche.amount for tranche in terms.tranches if tranche.on <= due_on))
    return balances
