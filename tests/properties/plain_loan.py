"""A loan written straight down, day by day, as one would on paper: what the service's set-based SQL is held against.

It shares with the service what is proved elsewhere (schedules, the spreading of a payment, planning anew), and nothing
of how a day is closed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from finance_core.loans.book.allocation import ORDER, ORDER_BEYOND_90, Owed, Part, spread, total
from finance_core.loans.repayment.prepayment import Left, replanned
from finance_core.loans.rules.classes import LoanClass, class_of, required_provision
from finance_core.loans.rules.interest import accrued_interest
from finance_core.loans.rules.schedule import schedule
from finance_core.loans.rules.terms import Prepayment, Terms

DAY: Final = timedelta(days=1)
PARTS: Final = ("principal", "interest", "fee", "penalty")


@dataclass
class Row:
    """One instalment; amounts in minor units, `late` and `dear` in 36,500ths."""

    nr: int
    start_on: date
    due_on: date
    principal: int
    interest: int
    fee: int
    began_on: date  # from here on what was not earned before is earned in equal shares
    before: int = 0
    late: Decimal = Decimal(0)
    dear: Decimal = Decimal(0)
    penalty: int = 0
    late_fee: int = 0
    fell_due: bool = False
    paid: dict[str, int] = field(default_factory=lambda: dict.fromkeys(PARTS, 0))
    settled_on: date | None = None

    def earned(self, upto: date) -> int:
        """Interest of the days before `upto`, late interest not included."""
        return self.before + accrued_interest(self.interest - self.before, self.began_on, self.due_on, upto)

    @property
    def late_interest(self) -> int:
        return int(self.late // 36_500)

    def owed(self, upto: date) -> dict[str, int]:
        """What is receivable of it, each part."""
        fee = (self.fee if self.fell_due else 0) + self.late_fee
        due = {
            "principal": self.principal,
            "interest": self.earned(upto) + self.late_interest,
            "fee": fee,
            "penalty": self.penalty,
        }
        return {name: due[name] - self.paid[name] for name in PARTS}


class PlainLoan:
    """One loan from its disbursement on. Days are closed in order; payments come in between."""

    def __init__(
        self, terms: Terms, penalty_rate: Decimal, grace_days: int, late_fee: int, *, late_earns: bool = True
    ) -> None:
        self.late_rate = terms.annual_rate if late_earns else Decimal(0)
        self.terms, self.penalty_rate, self.grace_days, self.late_fee = terms, penalty_rate, grace_days, late_fee
        self.today = terms.disbursed_on
        self.rows: list[Row] = []
        starts_on = terms.disbursed_on
        for line in schedule(terms).instalments:
            self.rows.append(Row(line.nr, starts_on, line.due_on, line.principal, line.interest, line.fee, starts_on))
            starts_on = line.due_on
        self.fee_ends_on = self.rows[-1].due_on
        self.fee_earned = 0
        self.income = dict.fromkeys(("interest", "fee", "penalty"), 0)
        self.suspended = dict.fromkeys(("interest", "fee", "penalty"), 0)
        self.suspends = False
        self.cured_on: date | None = None
        self.since: date | None = None
        self.ended = False
        self.loan_class, self.provision = LoanClass.PASS, 0

    def receivable(self) -> dict[str, int]:
        """What the ledger should have on 1100, 1110, 1120 and 1130 before today is earned."""
        owed = [row.owed(self.today) for row in self.rows]
        return {name: sum(each[name] for each in owed) for name in PARTS}

    def close(self) -> None:
        """Let the night come: today is earned, looked at, provided for; then the morning of the next day."""
        day, self.today = self.today, self.today + DAY
        if not self.ended:
            self._earn(day)
        self._age(day)
        if not self.ended:
            self._fall_due()

    def pay(self, amount: int, ahead: Prepayment) -> int:
        """Lay a payment on what is owed; return what was taken."""
        owing = self._owing()
        taken = min(amount, total(owing))
        parts = spread(owing, taken, self.today)
        settles = taken == total(owing)
        before = self.receivable()
        early = [part for part in parts if self._row(part).due_on > self.today and part.principal]
        if early and not settles:
            self._replan(early[-1], ahead)
        for part in parts:
            self._lay(part)
        for name in self.suspended:
            left = before[name] - sum(getattr(part, name) for part in parts)
            self._release(name, max(self.suspended[name] - left, 0))
        if settles:
            self._end()
        return taken

    def _earn(self, day: date) -> None:
        for row in self.rows:
            if row.settled_on is not None or row.began_on > day:
                continue
            self._income("interest", row.earned(day + DAY) - row.earned(day))
            if row.due_on > day:
                continue
            overdue, told = row.principal - row.paid["principal"], row.late_interest
            row.late += overdue * self.late_rate
            row.dear += overdue * self.penalty_rate
            self._income("interest", row.late_interest - told)
            if (self.today - row.due_on).days > self.grace_days:
                self._income("penalty", int(row.dear // 36_500) - row.penalty)
                row.penalty = int(row.dear // 36_500)
                self._income("fee", self.late_fee - row.late_fee)
                row.late_fee = self.late_fee
        if not self.suspends:
            self._earn_fee(self.terms.disbursed_on, self.today)

    def _earn_fee(self, start_on: date, upto: date) -> None:
        earned = accrued_interest(self.terms.fee_at_disbursement, start_on, self.fee_ends_on, upto)
        self.income["fee"] += earned - self.fee_earned
        self.fee_earned = earned

    def _age(self, day: date) -> None:
        unpaid = [row.due_on for row in self.rows if row.due_on <= day and row.settled_on is None]
        since = min(unpaid, default=None)
        if since != self.since:
            self.since, self.cured_on = since, day if since is None else None
        days = (day - since).days if since else 0
        if not self.ended and days > 90 and not self.suspends:
            self._suspend()
        elif not self.ended and self.suspends and self.cured_on is not None:
            met = sum(self.cured_on < row.due_on <= day for row in self.rows)
            if met >= 3:
                self.suspends = False
                for name in self.suspended:
                    self._release(name, self.suspended[name])
        self.loan_class = class_of(days, None, day)
        self.provision = required_provision(self.receivable()["principal"], self.loan_class)

    def _suspend(self) -> None:
        self.suspends = True
        for name in ("interest", "penalty"):
            self.suspended[name] = self.receivable()[name]
            self.income[name] -= self.suspended[name]

    def _fall_due(self) -> None:
        for row in self.rows:
            if row.due_on == self.today and row.settled_on is None:
                row.fell_due = True
                self._income("fee", row.fee)
                self._settle_if_paid(row)

    def _owing(self) -> list[Owed]:
        open_rows = [row for row in self.rows if row.settled_on is None]
        oldest = min((row.due_on for row in open_rows), default=self.today)
        order = ORDER_BEYOND_90 if (self.today - oldest).days > 90 else ORDER
        return [
            Owed(1, row.nr, row.due_on, owed["penalty"], owed["fee"], owed["interest"], owed["principal"], order)
            for row in open_rows
            for owed in [row.owed(self.today)]
        ]

    def _replan(self, part: Part, ahead: Prepayment) -> None:
        running = [row for row in self.rows if row.due_on > self.today]
        left = [
            Left(row.nr, row.start_on, row.due_on, row.principal - row.paid["principal"],
                 row.interest - row.earned(self.today))
            for row in running
        ]  # fmt: skip
        splits = replanned(self.terms, left, part.principal, ahead)
        for row, (principal, interest) in zip(running, splits, strict=False):
            row.before, row.began_on = row.earned(self.today), max(row.began_on, self.today)
            row.principal, row.interest = principal + row.paid["principal"], interest + row.before
        running[0].principal += part.principal
        for row in running[len(splits) :]:
            self.rows.remove(row)

    def _lay(self, part: Part) -> None:
        row = self._row(part)
        for name in PARTS:
            row.paid[name] += getattr(part, name)
        if row.paid["principal"] == row.principal and (self.today - row.due_on).days <= self.grace_days:
            row.dear = Decimal(row.penalty * 36_500)
        self._settle_if_paid(row)

    def _settle_if_paid(self, row: Row) -> None:
        if row.due_on <= self.today and not any(row.owed(self.today).values()):
            row.settled_on = self.today

    def _end(self) -> None:
        self.ended = True
        self.income["fee"] += self.terms.fee_at_disbursement - self.fee_earned
        self.fee_earned = self.terms.fee_at_disbursement
        for row in self.rows:
            if row.settled_on is None:
                row.before = row.interest = row.earned(self.today)
                row.fee = row.fee if row.fell_due else 0
                row.settled_on = self.today

    def _income(self, name: str, amount: int) -> None:
        if self.suspends:
            self.suspended[name] += amount
        else:
            self.income[name] += amount

    def _release(self, name: str, amount: int) -> None:
        self.suspended[name] -= amount
        self.income[name] += amount

    def _row(self, part: Part) -> Row:
        return next(row for row in self.rows if row.nr == part.nr)
