"""A schedule agreed anew on the very day of a due: what had been paid fell due, what became principal did not."""

from __future__ import annotations

from datetime import date

import pytest

from finance_core import ledger
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.money import CNY, Money
from finance_core.lines import REPORTS
from finance_core.loans import queries
from finance_core.loans.operations import restructure
from finance_core.loans.operations.restructure import RestructureTerms
from finance_core.reports.reading import table_of
from finance_core.storage.unit import Units
from finance_core.wallet import service as wallet
from finance_core.wallet.rails import SANDBOX
from tests.builders import a_customer, a_loan, the_catalogue, verified
from tests.core.test_reports_loans import rows_of
from tests.loan_book import days


@pytest.mark.parametrize("is_paid", [True, False])
async def test_a_due_of_the_day_of_a_new_schedule_counts_if_it_was_paid(
    cloned_units: Units, clock: ManualClock, *, is_paid: bool
) -> None:
    units = cloned_units
    await the_catalogue(units)
    dan = await a_customer(units, "Dan", tier=2)
    loan = await a_loan(units, dan)
    async with units.begin() as unit:
        first = (await queries.instalments(unit, loan.id))[0]
        due = Money(first.principal + first.interest, CNY)
        left = await ledger.balance(unit, ledger.Account("2010", dan.id))
        await wallet.withdraw(unit, dan.id, left - due if is_paid else left, "spent", SANDBOX)
    await days(units, clock, until="2026-04-12 12:00")
    async with units.begin() as unit:
        running = await queries.locked(unit, loan.id)
        offer = await restructure.offered(unit, running, RestructureTerms(9, 1, running.annual_rate), "offered")
        await restructure.take(unit, offer.id, dan.id, "dan agrees")
    await days(units, clock, until="2026-04-14 12:00")
    on = date(2026, 4, 13)
    async with units.begin() as unit:
        found = rows_of(await table_of(unit, REPORTS["due-collected"], first_on=date(2026, 4, 1), last_on=on))
        expected = rows_of(await table_of(unit, REPORTS["expected-cash-flow"], on=on))
    assert [(row["dues"], row["due"], row["on_time"]) for row in found] == ([(1, due, due)] if is_paid else [])
    assert "overdue" not in {row["step"] for row in expected}
    await verified(units)
