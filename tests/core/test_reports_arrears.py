"""Reports of arrears on a book that is small enough to add up by hand, in which loans did not only run.

Four borrow 3,000 each on 12 March, in six parts, and spend it. Cara pays her first due 17 days late and the second on
its day. Rosa pays nothing, and agrees to a new schedule on 2 May. Tom pays his first due on its day; on 20 May the
payment is taken back, as it never came. Wes pays nothing, and is written off on 25 May. That day is closed.
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
from finance_core.customers.models import Customer
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.money import CNY, Money
from finance_core.lines import ACTIONS, REPORTS
from finance_core.loans import queries
from finance_core.loans.models import InstalmentRow, Loan
from finance_core.loans.operations import common, restructure, reversal, write_off
from finance_core.loans.repayment import repayment
from finance_core.reports.reading import report_called, table_of
from finance_core.storage.engine import create_engine
from finance_core.storage.founding import found
from finance_core.storage.unit import Actor, Units
from finance_core.wallet import service as wallet
from finance_core.wallet.rails import SANDBOX
from handlers.desk.screens import reports as screens
from handlers.locales import translator
from tests.builders import a_customer, a_loan, an_operator, the_catalogue, verified, yuan
from tests.core.test_reports_loans import _close_until, rows_of
from tests.first_day import OPEN_ON, START, ZONE

if TYPE_CHECKING:
    from tests.embedded import Cluster

pytestmark = pytest.mark.asyncio(loop_scope="module")

MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)
ON = date(2026, 5, 25)
WHY = "the bank says that it never came"


@dataclass(frozen=True)
class Book:
    """The four loans, the schedule that each was signed with, and what the days left to remember."""

    units: Units
    loans: dict[str, Loan]
    parts: list[InstalmentRow]
    desk: tuple[Customer, Customer]
    rosas_arrears: int
    """What of Rosa's interest, fees and penalty became principal."""
    wes_owed: int
    """All that Wes owed when his loan was written off."""

    async def table(self, name: str, **asked: Any) -> list[dict[str, Any]]:
        async with self.units.begin() as unit:
            return rows_of(await table_of(unit, report_called(REPORTS, name), **(asked or {"on": ON})))

    def due(self, nr: int) -> Money:
        return Money(self.parts[nr - 1].principal + self.parts[nr - 1].interest, CNY)

    def principal(self, *numbers: int) -> Money:
        return Money(sum(self.parts[nr - 1].principal for nr in numbers), CNY)

    @property
    def rosas(self) -> Money:
        return yuan(3000) + Money(self.rosas_arrears, CNY)


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
    desk = await an_operator(units, "Olu"), await an_operator(units, "Mei")
    loans, people = {}, {}
    for name in ("Cara", "Rosa", "Tom", "Wes"):
        people[name] = await a_customer(units, name, tier=2)
        loans[name] = await a_loan(units, people[name])
        await _spends(units, people[name])
    async with units.begin() as unit:
        parts = await queries.instalments(unit, loans["Cara"].id)
        first = parts[0]
        await wallet.topup(
            unit, people["Tom"].id, Money(first.principal + first.interest, CNY), "tom has one due", SANDBOX
        )
    await _close_until(units, clock, datetime(2026, 4, 29, 2, tzinfo=UTC))
    async with units.begin() as unit:
        await wallet.topup(unit, people["Cara"].id, yuan(2000), "cara is paid at last", SANDBOX)
        due = (await queries.view(unit, loans["Cara"])).due_now
        await repayment.repay(unit, loans["Cara"].id, due, "cara pays what is due")
    await _close_until(units, clock, datetime(2026, 5, 2, 2, tzinfo=UTC))
    agreed = await _decided(units, desk, restructure.ACTION, loans["Rosa"], {"count": 9, "holiday": 1})
    assert agreed.result is not None
    async with units.begin() as unit:
        await restructure.take(unit, agreed.result["offer"], people["Rosa"].id, "rosa agrees")
    async with units.begin() as unit:
        capitalised = (await unit.session.get_one(Loan, loans["Rosa"].id)).capitalised
    await _close_until(units, clock, datetime(2026, 5, 20, 2, tzinfo=UTC))
    async with units.begin() as unit:
        [payment] = await reversal.reversible(unit, loans["Tom"].id)
    await _decided(units, desk, reversal.ACTION, loans["Tom"], {"payment": payment.id})
    await _spends(units, people["Tom"])
    await _close_until(units, clock, datetime(2026, 5, 25, 2, tzinfo=UTC))
    async with units.begin() as unit:
        owed = common.standing(await queries.instalments(unit, loans["Wes"].id)).total
    await _decided(units, desk, write_off.ACTION, loans["Wes"], {})
    await _close_until(units, clock, datetime(2026, 5, 26, 2, tzinfo=UTC))
    return Book(units, loans, parts, desk, capitalised, owed)


async def _spends(units: Units, who: Customer) -> None:
    async with units.begin() as unit:
        left = await ledger.balance(unit, ledger.Account("2010", who.id))
        await wallet.withdraw(unit, who.id, left, f"spent:{who.id}:{unit.now}", SANDBOX)


async def _decided(
    units: Units, desk: tuple[Customer, Customer], action: str, loan: Loan, params: dict[str, Any]
) -> approvals.Approval:
    maker, checker = desk
    async with units.begin(Actor("operator", maker.id)) as unit:
        made = await approvals.propose(
            unit, maker.id, ACTIONS.called(action), f"loan:{loan.id}", params, WHY, f"{action}:{loan.id}"
        )
    async with units.begin(Actor("operator", checker.id)) as unit:
        return await approvals.approve(unit, ACTIONS, made.id, checker.id, made.version)


async def test_a_loan_that_got_well_was_never_over_thirty_days_late(book: Book) -> None:
    march = [row for row in await book.table("vintages") if row["vintage"] == MARCH]
    assert [row["lent"] for row in march] == [yuan(12_000)] * 3
    assert [row["ever_late"] for row in march] == [yuan(0), yuan(0), yuan(6000)]  # Tom's and Wes's
    assert march[2]["ever_late_percent"] == Decimal(50)
    assert [row["written_off"] for row in march] == [yuan(0), yuan(0), yuan(3000)]


async def test_at_risk_is_what_is_late_on_the_day(book: Book) -> None:
    [par] = await book.table("par")
    assert par["outstanding"] == yuan(3000) - book.principal(1, 2) + book.rosas + yuan(3000)
    assert (par["par1"], par["par30"], par["par60"]) == (yuan(3000), yuan(3000), yuan(0))  # Tom's
    assert par["restructured"] == book.rosas
    before = await book.table("par", first_on=date(2026, 5, 19), last_on=date(2026, 5, 20), by="day")
    assert [row["par30"] for row in before] == [yuan(3000), yuan(6000)]  # Wes's, then Tom's with it


async def test_each_loan_is_in_the_bucket_of_its_oldest_due(book: Book) -> None:
    ages = {row["days_past_due"]: (row["loans"], row["outstanding"]) for row in await book.table("ageing")}
    well = yuan(3000) - book.principal(1, 2) + book.rosas
    assert {name: each for name, each in ages.items() if each[0]} == {
        "not past due": (2, well),
        "31–60": (1, yuan(3000)),
    }


async def test_what_is_required_is_booked_for_each_class(book: Book) -> None:
    found = await book.table("provisioning")
    assert {row["class"]: row["outstanding"] for row in found if row["outstanding"]} == {
        "pass": yuan(3000) - book.principal(1, 2),
        "special_mention": yuan(3000) + book.rosas,
    }
    assert [row["beyond"] for row in found] == [yuan(0)] * len(found)


async def test_what_became_principal_never_fell_due(book: Book) -> None:
    april, may = await book.table("due-collected", first_on=APRIL, last_on=ON)
    one, two = book.due(1), book.due(2)
    assert (april["dues"], april["due"]) == (4, one + one + one + one)
    assert (april["on_time"], april["late"], april["missing"]) == (yuan(0), one, one + one + one)
    assert (may["dues"], may["due"]) == (3, two + two + two)  # Rosa's was planned anew before
    assert (may["on_time"], may["late"], may["missing"]) == (two, yuan(0), two + two)


async def test_what_is_expected_is_what_the_schedules_in_force_have_left(book: Book) -> None:
    late, *_ = await book.table("expected-cash-flow")
    assert late["step"] == "overdue"
    assert late["principal"] == book.principal(1, 2)  # Tom's
    assert late["interest"] == book.due(1) + book.due(2) - book.principal(1, 2)


async def test_an_entry_by_hand_says_who_proposed_it_why_and_what_it_moved(book: Book) -> None:
    found = await book.table("manual-entries", first_on=MAY, last_on=ON)
    off = next(row for row in found if row["kind"] == "loan.write_off")
    maker, checker = book.desk
    assert (off["maker"], off["actor"], off["why"]) == (f"operator:{maker.id}", f"operator:{checker.id}", WHY)
    assert off["amount"] == Money(book.wes_owed, CNY)
    undone = next(row for row in found if row["reverses"])
    assert (undone["maker"], undone["why"], undone["amount"]) == (f"operator:{maker.id}", WHY, book.due(1))


@pytest.mark.parametrize(
    ("language", "names"), [("en", ("Income", "Expense", "Result")), ("zh", ("收入", "支出", "损益"))]
)
async def test_the_income_statement_in_a_chat_names_its_sums(book: Book, language: str, names: tuple[str, ...]) -> None:
    async with book.units.begin() as unit:
        found = await table_of(unit, REPORTS["income-statement"], first_on=MAY, last_on=ON)
    last = screens.table(translator(language), found).text.splitlines()[-3:]
    for name, line in zip(names, last, strict=True):
        assert name in line


async def test_the_book_agrees(book: Book) -> None:
    await verified(book.units)
