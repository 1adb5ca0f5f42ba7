"""What loans do each day by themselves: at night they earn, age and are provided for, in the morning dues are debited.

`contact.ladder` reminds.
"""

from __future__ import annotations

from datetime import date, time
from typing import Final

from finance_core.loans.book.accrual import accrue
from finance_core.loans.book.aging import ON_BOOK, age
from finance_core.loans.book.falling_due import DUE, fall_due
from finance_core.loans.book.provisions import provide
from finance_core.loans.operations.waive import forgive_late_debit
from finance_core.loans.repayment.debits import collect
from finance_core.schedule.chunks import Chunk, in_chunks
from finance_core.schedule.steps import Step
from finance_core.storage.unit import Unit, Units

ACCRUED_ROWS: Final = 5_000
"""Loans of a chunk that accrues: almost each of them is a transfer."""
DEBITED_ROWS: Final = 250
"""Customers of a chunk that is debited: each of them is an entry, a payment written down and a receipt."""

_ACTIVE: Final = "SELECT id FROM loan WHERE state = 'active'"
_BORROWERS_DUE: Final = """
    SELECT l.customer_id AS id FROM loan l
    WHERE l.state = 'active' AND l.automatic_debit
        AND EXISTS (SELECT FROM instalment i WHERE i.loan_id = l.id AND i.settled_on IS NULL AND i.due_on <= :on)
"""


async def _accrue(units: Units, on: date) -> None:
    await in_chunks(units, "loans.accrue", on, _ACTIVE, lambda unit, chunk: accrue(unit, on, chunk), rows=ACCRUED_ROWS)


async def _age(units: Units, on: date) -> None:
    await in_chunks(units, "loans.age", on, ON_BOOK, lambda unit, chunk: age(unit, on, chunk))


async def _provide(units: Units, on: date) -> None:
    await in_chunks(units, "loans.provide", on, ON_BOOK, lambda unit, chunk: provide(unit, on, chunk))


async def _fall_due(units: Units, on: date) -> None:
    await in_chunks(units, "loans.fall_due", on, DUE, lambda unit, chunk: fall_due(unit, on, chunk))


async def _debit(units: Units, on: date) -> None:
    async def work(unit: Unit, chunk: Chunk) -> None:
        customers = sorted(set(chunk.ids))
        await forgive_late_debit(unit, customers, on)
        await collect(unit, customers, on.isoformat(), short_is_told=True)

    await in_chunks(units, "loans.debit", on, _BORROWERS_DUE, work, rows=DEBITED_ROWS)


ACCRUE: Final = Step("loans.accrue", time(0, 5), "close", "loans", _accrue, _ACTIVE, rank=110)
AGE: Final = Step("loans.age", time(0, 5), "close", "loans", _age, ON_BOOK, rank=210)
PROVIDE: Final = Step("loans.provide", time(0, 5), "close", "loans", _provide, ON_BOOK, rank=220)
FALL_DUE: Final = Step("loans.fall_due", time(0, 10), "open", "loans", _fall_due, DUE, rank=120)
DEBIT: Final = Step("loans.debit", time(9, 0), "open", "loans", _debit, _BORROWERS_DUE, rank=410)
