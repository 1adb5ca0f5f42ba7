"""Reports of the general ledger, on a book small enough to add up by hand."""

from __future__ import annotations

from datetime import date

import pytest

from finance_core import ledger
from finance_core.customers.models import Customer
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.errors import InvalidInput, NotFound
from finance_core.kernel.money import Money
from finance_core.lines import REPORTS
from finance_core.reports.reading import report_called, table_of
from finance_core.reports.table import Kind, Row, Table
from finance_core.storage.unit import Units
from tests.builders import a_customer, a_loan, live, the_catalogue, verified, yuan

TODAY = date(2026, 3, 12)
TYPES = {Kind.MONEY: Money, Kind.COUNT: int, Kind.TEXT: str}


@pytest.fixture
def units(cloned_units: Units) -> Units:
    return cloned_units


@pytest.fixture(autouse=True)
async def bo(units: Units) -> Customer:
    """Ana pays 1,000 in and borrows 3,000; Bo pays 250 in."""
    await the_catalogue(units)
    ana = await a_customer(units, "Ana", money=1000)
    bo = await a_customer(units, "Bo", money=250)
    await a_loan(units, ana)
    return bo


async def table(units: Units, name: str, on: date = TODAY) -> Table:
    async with units.begin() as unit:
        return await table_of(unit, report_called(REPORTS, name), on=on)


def cells(table: Table, *names: str) -> list[tuple[object, ...]]:
    places = [[column.name for column in table.columns].index(name) for name in names]
    return [tuple(row[place] for place in places) for row in table.rows]


def named(table: Table, row: Row) -> dict[str, object]:
    return dict(zip((column.name for column in table.columns), row, strict=True))


async def test_the_trial_balance_has_each_account_on_its_side_and_debits_equal_credits(units: Units) -> None:
    found = await table(units, "trial-balance")
    assert cells(found, "code", "debit_balance", "credit_balance") == [
        ("1030", yuan(1250), yuan(0)),
        ("1100", yuan(3000), yuan(0)),
        ("2010", yuan(0), yuan(4250)),
    ]
    [total] = found.totals
    assert named(found, total)["debits"] == named(found, total)["credits"] == yuan(4250)
    assert named(found, total)["debit_balance"] == named(found, total)["credit_balance"] == yuan(4250)


async def test_the_balance_sheet_balances_with_a_result_that_is_not_closed(units: Units, clock: ManualClock) -> None:
    await live(units, clock, until="2026-03-14 09:00")
    found = await table(units, "balance-sheet", date(2026, 3, 13))
    sheet = {(row[1], row[3]): row[5] for row in found.rows}
    assert sheet["asset", "Loan principal"] == yuan(3000)
    assert sheet["asset", "Interest receivable"] == yuan(3)  # two days at 1.50
    assert sheet["asset", "Allowance for loan losses"] == yuan(-30)  # 1 % of what is not past due
    assert sheet["equity", "result not yet closed"] == yuan(-27)
    totals = {row[1]: row[5] for row in found.totals}
    assert totals["asset"] == totals["liability and equity"]
    assert totals["equity"] == yuan(-27)
    await verified(units)


async def test_an_income_statement_is_of_its_days_only(units: Units, clock: ManualClock) -> None:
    await live(units, clock, until="2026-03-16 09:00")
    async with units.begin() as unit:
        found = await table_of(unit, REPORTS["income-statement"], first_on=date(2026, 3, 13), last_on=date(2026, 3, 14))
    assert cells(found, "code", "product", "amount") == [("4010", "lightning", yuan(3))]
    assert [(row[0], row[5]) for row in found.totals] == [
        ("income", yuan(3)),
        ("expense", yuan(0)),
        ("result", yuan(3)),
    ]


async def test_a_reversal_of_today_leaves_yesterdays_reports_as_they_were(
    units: Units, clock: ManualClock, bo: Customer
) -> None:
    await live(units, clock, until="2026-03-13 09:00")
    names = ("trial-balance", "balance-sheet", "safeguarding")
    before = [await table(units, name) for name in names]
    async with units.begin() as unit:
        [topup] = await ledger.history(unit, ledger.Account("2010", bo.id))
        await ledger.reverse(unit, topup.entry_id, "test:reversal", "a top-up that never was")
    assert [await table(units, name) for name in names] == before
    today = await table(units, "trial-balance", date(2026, 3, 13))
    assert ("2010", yuan(4000)) in cells(today, "code", "credit_balance")


async def test_client_money_is_covered_once_the_day_is_closed(units: Units, clock: ManualClock) -> None:
    await live(units, clock, until="2026-03-13 09:00")
    totals = {row[0]: row[4] for row in (await table(units, "safeguarding")).totals}
    assert totals == {"client money": yuan(4250), "held for it": yuan(4250), "beyond it": yuan(0)}


@pytest.mark.parametrize(
    ("name", "how", "code"),
    [
        ("balance-sheet", {"on": date(2026, 3, 13)}, "report_date_ahead"),
        ("balance-sheet", {"first_on": TODAY, "last_on": TODAY}, "report_takes_date"),
        ("balance-sheet", {"by": "month"}, "report_steps"),
        ("income-statement", {"on": TODAY}, "report_takes_period"),
        ("income-statement", {"first_on": TODAY, "last_on": date(2026, 3, 1)}, "report_period_backwards"),
        ("trial-balance", {"on": TODAY, "first_on": TODAY}, "report_takes_period"),
    ],
)
async def test_what_a_report_does_not_take_is_refused(
    units: Units, name: str, how: dict[str, object], code: str
) -> None:
    async with units.begin() as unit:
        with pytest.raises(InvalidInput, match=code):
            await table_of(unit, report_called(REPORTS, name), **how)  # type: ignore[arg-type]


async def test_a_report_that_does_not_exist_is_not_found(units: Units) -> None:
    async with units.begin() as unit:
        with pytest.raises(NotFound, match="report"):
            await table_of(unit, report_called(REPORTS, "profits"))


@pytest.mark.parametrize("name", REPORTS)
async def test_every_report_fills_its_columns_with_what_they_say(units: Units, clock: ManualClock, name: str) -> None:
    await live(units, clock, until="2026-03-14 09:00")
    async with units.begin() as unit:
        found = await table_of(unit, report_called(REPORTS, name))
    for row in [*found.rows, *found.totals]:
        for column, cell in zip(found.columns, row, strict=True):
            assert cell is None or isinstance(cell, TYPES.get(column.kind, object)), (column.name, cell)
