"""What debtors are told, and officers of those who cannot pay. The reminders are written by SQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from finance_core.kernel.money import Money
from finance_core.kernel.payloads import Payload
from finance_core.notices import Content, Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Debt(Content):
    """A sum that a debtor is told of: when it is due, how many days from today that is, whether it is debited."""

    loan: int
    due_on: date
    days: int
    automatic: bool
    sum: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Instalment(Debt):
    """A step of the ladder, with what is owed `besides`: late ones, or what is due today.

    `nr` of `count` is the instalment (the oldest one, where several are late), `borrowed` what the loan was of.
    `wallet` and `change_plus` are what lies there to pay it, the latter for a debit too if `from_change_plus`. A row
    that was queued before these were kept has none of them.
    """

    grace: int
    besides: Money
    nr: int = 0
    count: int = 0
    borrowed: Money | None = None
    wallet: Money | None = None
    change_plus: Money | None = None
    from_change_plus: bool = False
    of_circle: bool = False
    """Whether a savings circle has lent it: being late costs no interest, and no officer of ours looks at it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueSoon(Instalment):
    """An instalment falls due in some days."""

    kind: ClassVar[str] = "loan.due_soon"


@dataclass(frozen=True, slots=True, kw_only=True)
class DueToday(Instalment):
    """An instalment falls due today."""

    kind: ClassVar[str] = "loan.due_today"


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue(Payload):
    """What is owed of one overdue instalment, and since how many days."""

    nr: int
    days: int
    sum: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Late(Instalment):
    """What is overdue: `sum` in all, `days` is how late the oldest part of it is."""

    kind: ClassVar[str] = "loan.late"
    parts: tuple[Overdue, ...] = ()
    """The overdue instalments, oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseToday(Debt):
    """A promise is due today."""

    kind: ClassVar[str] = "loan.promise_today"


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseBroken(Debt):
    """A promise was not kept."""

    kind: ClassVar[str] = "loan.promise_broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseKept(Content):
    """A promise was kept."""

    kind: ClassVar[str] = "loan.promise_kept"
    sum: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class DebtReminder(Content):
    """Several debts in one message: made by delivery of the rows that go out together."""

    kind: ClassVar[str] = "debt.reminder"
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HardshipWaits(Content):
    """To officers: somebody cannot pay."""

    kind: ClassVar[str] = "officer.hardship"
    case: int
    loan: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LateLoanWaits(Content):
    """To officers: a debtor has been told that an officer looks at the loan now."""

    kind: ClassVar[str] = "officer.late_loan"
    loan: int
    days: int
    sum: Money


KINDS: Final[tuple[type[Content], ...]] = (
    DueSoon,
    DueToday,
    Late,
    PromiseToday,
    PromiseBroken,
    PromiseKept,
    DebtReminder,
    HardshipWaits,
    LateLoanWaits,
)
"""What is told here, each kind once."""
