"""The loan book's reports, on a book of three loans that is small enough to add up by hand.

Ana and Bo borrow 3,000 each on 12 March, in six parts; Ana pays, Bo never does. Chidi borrows 1,200 in three parts on
2 April, and pays. Everything is looked at as of 19 May 2026, which is closed: Bo's first due day is 37 days past.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from finance_core import approvals, ledger
from finance_core.business_day.safeguarding import SWEEP
from finance_core.business_day.tick import Calendar, run_due
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.money import CNY, Money
from finance_core.ledger.daily import ROLL_UP
from finance_core.lines import ACTIONS, REPORTS
from finance_core.loans import daily as loans
from finance_core.loans import queries
from finance_core.loans.models import InstalmentRow, Loan
from finance_core.loans.operations import restructure, write_off
from finance_core.loans.repayment import repayment
from finance_core.reports.reading import report_called, table_of
from finance_core.reports.table import Table, Takes
from finance_core.storage.engine import create_engine
from finance_core.storage.founding import found
from finance_core.storage.unit import Actor, Units
from finance_core.wallet import service as wallet
from finance_core.wallet.rails import SANDBOX
from tests.builders import a_customer, a_loan, an_operator, the_catalogue, verified, yuan
from tests.first_day import OPEN_ON, START, ZONE

if TYPE_CHECKING:
    from tests.embedded import Cluster

pytestmark = pytest.mark.asyncio(loop_scope="module")

ON, TODAY = date(2026, 5, 19), date(2026, 5, 20)
LOANS_ALONE = Calendar(
    (loans.ACCRUE, loans.AGE, loans.PROVIDE, SWEEP, ROLL_UP, loans.FALL_DUE, loans.DEBIT),
    (),
)
MARCH, APRIL = date(2026, 3, 1), date(2026, 4, 1)


@dataclass(frozen=True)
class Book:
    """The three loans, with their schedules as they were signed."""

    units: Units
    clock: ManualClock
    ana: Loan
    bo: Loan
    chidi: Loan
    parts: dict[int, list[InstalmentRow]]

    async def table(self, name: str, **asked: Any) -> list[dict[str, Any]]:
        return rows_of(await self.read(name, **asked))

    async def read(self, name: str, **asked: Any) -> Table:
        async with self.units.begin() as unit:
            return await table_of(unit, report_called(REPORTS, name), **(asked or {"on": ON}))

    def principal(self, loan: Loan, *numbers: int) -> Money:
        """Return the principal of some instalments, as they were signed."""
        return Money(sum(self.parts[loan.id][nr - 1].principal for nr in numbers), CNY)

    def interest(self, loan: Loan, *numbers: int) -> Money:
        return Money(sum(self.parts[loan.id][nr - 1].interest for nr in numbers), CNY)


def rows_of(table: Table) -> list[dict[str, Any]]:
    names = [column.name for column in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table.rows]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def book(cluster: Cluster) -> AsyncIterator[Book]:
    with cluster.cloned() as url:
        engine = create_engine(url)
        async with engine.begin() as connection:
            await found(connection, ZONE, OPEN_ON)
        clock = ManualClock(START)
        yield await _lived(Units(engine, clock), clock)
        await engine.dispose()


async def _lived(units: Units, clock: ManualClock) -> Book:
    await the_catalogue(units)
    ana, bo, chidi = [await a_customer(units, name, money=1) for name in ("Ana", "Bo", "Chidi")]
    lent = [await a_loan(units, ana), await a_loan(units, bo)]
    async with units.begin() as unit:
        await wallet.withdraw(unit, bo.id, yuan(3001), "bo takes it home", SANDBOX)
    await _close_until(units, clock, datetime(2026, 4, 2, 2, tzinfo=UTC))
    lent.append(await a_loan(units, chidi, 1200, 3))
    async with units.begin() as unit:
        parts = {loan.id: await queries.instalments(unit, loan.id) for loan in lent}
    await _close_until(units, clock, datetime(2026, 5, 20, 2, tzinfo=UTC))
    return Book(units, clock, lent[0], lent[1], lent[2], parts)


async def _close_until(units: Units, clock: ManualClock, instant: datetime) -> None:
    """Close day after day, with the steps that loans have in it: two months of everything would take minutes."""
    clock.set(instant)
    await run_due(units, LOANS_ALONE)


async def test_the_loan_book_has_each_loan_as_it_stood(book: Book) -> None:
    ana, bo, chidi = await book.table("loan-book")
    assert ana["outstanding"] == yuan(3000) - book.principal(book.ana, 1, 2)
    assert (ana["days_past_due"], ana["bucket"], ana["class"]) == (0, "not past due", "pass")
    assert (bo["outstanding"], bo["days_past_due"], bo["bucket"]) == (yuan(3000), 37, "31–60")
    assert (bo["class"], bo["provision"]) == ("special_mention", yuan(60))
    assert (chidi["lent"], chidi["outstanding"]) == (yuan(1200), yuan(1200) - book.principal(book.chidi, 1))
    assert all(row["all_in_rate"] > 19 for row in (ana, bo, chidi))


async def test_totals_of_the_loan_book_are_the_general_ledgers(book: Book) -> None:
    whole = await book.read("loan-book")
    total: dict[str, Any] = dict(zip((column.name for column in whole.columns), whole.totals[0], strict=True))
    async with book.units.begin() as unit:
        closing = {line.code: line.closing for line in await ledger.trial_balance(unit, ON)}
    assert total["outstanding"].amount == closing["1100"]
    assert total["interest"].amount == closing["1110"]
    assert total["penalty"].amount == closing["1130"]
    assert total["provision"].amount == closing["1190"]
    await verified(book.units)


async def test_ageing_puts_every_loan_into_one_bucket(book: Book) -> None:
    ages = {row["days_past_due"]: row for row in await book.table("ageing")}
    others = yuan(4200) - book.principal(book.ana, 1, 2) - book.principal(book.chidi, 1)
    assert (ages["31–60"]["loans"], ages["31–60"]["outstanding"]) == (1, yuan(3000))
    assert (ages["not past due"]["loans"], ages["not past due"]["outstanding"]) == (2, others)
    assert ages["31–60"]["share"] == round(Decimal(300_000 * 100) / (300_000 + others.amount), 2)
    assert sum(row["loans"] for row in ages.values()) == 3
    assert list(ages) == ["not past due", "1–30", "31–60", "61–90", "91–180", "181–270", "271–360", "> 360"]


async def test_portfolio_at_risk_is_principal_of_late_loans_over_all_principal(book: Book) -> None:
    [par] = await book.table("par")
    whole = yuan(7200) - book.principal(book.ana, 1, 2) - book.principal(book.chidi, 1)
    assert par["outstanding"] == whole
    assert (par["par1"], par["par30"], par["par60"], par["par90"]) == (yuan(3000), yuan(3000), yuan(0), yuan(0))
    assert par["par30_percent"] == round(Decimal(300_000 * 100) / whole.amount, 2)


async def test_portfolio_at_risk_over_time_has_a_line_for_each_step(book: Book) -> None:
    series = await book.table("par", first_on=date(2026, 4, 10), last_on=date(2026, 4, 14), by="day")
    assert [row["par1"] for row in series] == [yuan(0), yuan(0), yuan(0), yuan(3000), yuan(3000)]
    months = await book.table("par", first_on=MARCH, last_on=ON)
    assert [row["on_date"] for row in months] == [date(2026, 3, 31), date(2026, 4, 30), ON]
    assert [row["par30"] for row in months] == [yuan(0), yuan(0), yuan(3000)]
    assert months[0]["outstanding"] == yuan(6000)


async def test_provisions_required_are_booked(book: Book) -> None:
    found = {row["class"]: row for row in await book.table("provisioning")}
    assert found["special_mention"]["required"] == found["special_mention"]["booked"] == yuan(60)
    assert (found["special_mention"]["product"], found["special_mention"]["rate"]) == ("lightning", Decimal(2))
    assert found["pass"]["beyond"] == yuan(0)
    assert set(found) == {"pass", "special_mention"}


async def test_expected_cash_is_what_the_schedules_have_left(book: Book) -> None:
    steps = await book.table("expected-cash-flow")
    late, *months = steps
    assert (late["step"], late["principal"]) == ("overdue", book.principal(book.bo, 1, 2))
    june = months[0]
    assert june["step"] == "2026-06-01"
    assert june["principal"] == book.principal(book.ana, 3) + book.principal(book.bo, 3) + book.principal(book.chidi, 2)
    assert june["interest"] == book.interest(book.ana, 3) + book.interest(book.bo, 3) + book.interest(book.chidi, 2)
    whole = sum((row["principal"] for row in steps), yuan(0))
    assert whole == yuan(7200) - book.principal(book.ana, 1, 2) - book.principal(book.chidi, 1)


async def test_what_fell_due_is_told_beside_what_was_collected_of_it(book: Book) -> None:
    april, may = await book.table("due-collected", first_on=APRIL, last_on=ON)
    one = book.principal(book.ana, 1) + book.interest(book.ana, 1)
    assert (april["dues"], april["due"], april["on_time"], april["late"]) == (2, one + one, one, yuan(0))
    assert april["collected_percent"] == Decimal(50)
    second = book.principal(book.ana, 2) + book.interest(book.ana, 2)
    chidis = book.principal(book.chidi, 1) + book.interest(book.chidi, 1)
    assert (may["dues"], may["missing"]) == (3, second)
    assert may["on_time"] == second + chidis


async def test_vintages_count_what_was_ever_late_by_months_on_book(book: Book) -> None:
    found = await book.table("vintages")
    march = [row for row in found if row["vintage"] == MARCH]
    assert [row["months_on_book"] for row in march] == [0, 1, 2]
    assert [row["ever_late_percent"] for row in march] == [Decimal(0), Decimal(0), Decimal(50)]
    assert (march[2]["loans"], march[2]["lent"], march[2]["ever_late"]) == (2, yuan(6000), yuan(3000))
    april = [row for row in found if row["vintage"] == APRIL]
    assert [row["ever_late"] for row in april] == [yuan(0), yuan(0)]


async def test_what_happens_later_changes_no_report_of_yesterday(book: Book) -> None:
    names = [name for name, each in REPORTS.items() if each.takes is not Takes.PERIOD]
    before = {name: await book.read(name) for name in names}
    flows = {name: await book.read(name, first_on=MARCH, last_on=ON) for name in ("due-collected", "income-statement")}
    async with book.units.begin() as unit:
        customer = book.bo.customer_id
        await wallet.topup(unit, customer, yuan(9000), "bo is back", SANDBOX)
        await repayment.repay(unit, book.bo.id, None, "bo pays it all")
    agreed = await _decided(book, restructure.ACTION, book.ana, {"count": 9})
    async with book.units.begin() as unit:
        assert agreed.result is not None
        await restructure.take(unit, agreed.result["offer"], book.ana.customer_id, "ana agrees")
    await _decided(book, write_off.ACTION, book.chidi, {})
    assert {name: await book.read(name) for name in names} == before
    for name, table in flows.items():
        assert await book.read(name, first_on=MARCH, last_on=ON) == table
    await verified(book.units)


async def _decided(book: Book, action: str, loan: Loan, params: dict[str, Any]) -> approvals.Approval:
    """Let one operator propose something to do to a loan, and another approve it."""
    maker, checker = await an_operator(book.units, "Olu"), await an_operator(book.units, "Mei")
    async with book.units.begin(Actor("operator", maker.id)) as unit:
        made = await approvals.propose(
            unit, maker.id, ACTIONS.called(action), f"loan:{loan.id}", params, "As they asked.", action
        )
    async with book.units.begin(Actor("operator", checker.id)) as unit:
        return await approvals.approve(unit, ACTIONS, made.id, checker.id, made.version)


async def test_todays_reports_tell_what_was_agreed_anew_written_off_and_who_did_it(book: Book) -> None:
    """After the test before: Bo has paid, Ana's loan is restructured, Chidi's written off."""
    [row] = await book.table("restructured", on=TODAY)
    assert (row["loan"], row["restructured_on"], row["times"], row["class"]) == (
        book.ana.id,
        TODAY,
        1,
        "special_mention",
    )
    [kept] = await book.table("loan-book", on=TODAY)
    capitalised = yuan("8.12")  # eight days at 0.05 % of what Ana had left
    assert kept["outstanding"] == yuan(3000) - book.principal(book.ana, 1, 2) + capitalised
    [par] = await book.table("par", on=TODAY)
    assert (par["restructured"], par["restructured_percent"]) == (kept["outstanding"], Decimal(100))
    left = yuan(1200) - book.principal(book.chidi, 1)
    april = [row for row in await book.table("vintages", on=TODAY) if row["vintage"] == APRIL]
    assert [row["written_off"] for row in april] == [yuan(0), left]
    steps = await book.table("expected-cash-flow", on=TODAY)
    assert sum((row["principal"] for row in steps), yuan(0)) == kept["outstanding"]
    day = {"first_on": TODAY, "last_on": TODAY}
    assert "loan.write_off" in {row["kind"] for row in await book.table("manual-entries", **day)}
    acts = {(row["act"], row["subject"]) for row in await book.table("audit", **day)}
    assert any(subject == f"loan:{book.chidi.id}" for _, subject in acts)
