"""Lines drawn in tranches: the memo of what is promised, draws that plan the rest anew, what expires."""

from __future__ import annotations

from datetime import date

import pytest

from finance_core import ledger
from finance_core.customers.models import Customer
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.errors import InvalidInput, NotFound, RuleViolation
from finance_core.kernel.money import Money
from finance_core.ledger import Account
from finance_core.loans import queries
from finance_core.loans.book import schedules
from finance_core.loans.models import Loan, LoanState
from finance_core.loans.origination import credit_lines
from finance_core.loans.repayment import repayment
from finance_core.storage.unit import Units
from tests.builders import a_customer, a_loan, balance, live, the_catalogue, verified, yuan


@pytest.fixture
def units(cloned_units: Units) -> Units:
    return cloned_units


@pytest.fixture(autouse=True)
async def _on_sale(units: Units) -> None:
    await the_catalogue(units)


async def a_line(units: Units, *, money: int = 500, pay_out: int = 1000) -> tuple[Customer, Loan]:
    """A *Trader* of 3,000 over 13 weeks of which 1,000 is paid out at signing."""
    customer = await a_customer(units, money=money)
    return customer, await a_loan(units, customer, 3000, None, product="trader", pay_out=yuan(pay_out))


async def draw(units: Units, customer: Customer, loan: Loan, amount: int, key: str = "draw") -> Loan:
    async with units.begin() as unit:
        drawn, _ = await credit_lines.draw(unit, loan.id, customer.id, yuan(amount), key)
    return drawn


async def promised(units: Units, loan: Loan) -> Money:
    async with units.begin() as unit:
        return await ledger.balance(unit, Account("9020", loan.id))


async def test_what_is_signed_and_not_drawn_is_a_memo_and_bears_no_interest(units: Units) -> None:
    ana, loan = await a_line(units)
    assert await balance(units, ana) == yuan(1500)
    assert await promised(units, loan) == yuan(2000)
    async with units.begin() as unit:
        rows = await queries.instalments(unit, loan.id)
    assert sum(row.principal for row in rows) == 100_000
    assert (loan.draws_left, loan.draw_until) == (3, date(2026, 4, 26))
    await verified(units)


async def test_a_draw_pays_out_takes_its_part_of_the_memo_and_keeps_the_due_days(
    units: Units, clock: ManualClock
) -> None:
    ana, loan = await a_line(units)
    await live(units, clock, until="2026-03-22 12:00")
    async with units.begin() as unit:
        before = await queries.instalments(unit, loan.id)
        due_days, unpaid = [row.due_on for row in before], [row for row in before if row.settled_on is None]
        drawing = await credit_lines.preview(unit, loan, yuan(1500))
    wallet = await balance(units, ana)
    await draw(units, ana, loan, 1500)
    assert await balance(units, ana) == wallet + yuan(1500)
    assert await promised(units, loan) == yuan(500)
    async with units.begin() as unit:
        after = await queries.instalments(unit, loan.id)
        kept = await schedules.as_of(unit, loan.id, date(2026, 3, 22))
    assert [row.due_on for row in after] == due_days
    assert sum(row.principal for row in after) == 250_000
    left = [row.principal + row.interest - row.paid_principal - row.paid_interest for row in after]
    assert [each.total for each in drawing.lines] == left[-len(drawing.lines) :]
    assert len(drawing.lines) == len(unpaid)
    assert drawing.cost.amount == sum(row.interest for row in after) - sum(row.interest for row in before)
    assert [line["principal"] for line in kept] == [row.principal for row in after]
    await verified(units)


async def test_a_line_that_is_drawn_in_parts_is_repaid_to_the_end(units: Units, clock: ManualClock) -> None:
    ana, loan = await a_line(units, money=1000)
    for day, amount in (("2026-03-16", 500), ("2026-03-30", 700), ("2026-04-15", 800)):
        await live(units, clock, until=f"{day} 12:00")
        await draw(units, ana, loan, amount, f"draw of {day}")
        await verified(units)
    assert await promised(units, loan) == yuan(0)
    await live(units, clock, until="2026-06-12 10:00")
    async with units.begin() as unit:
        assert (await queries.by_id(unit, loan.id, ana.id)).state == LoanState.SETTLED
    await verified(units)


async def test_a_draw_with_the_same_key_happens_once(units: Units) -> None:
    ana, loan = await a_line(units)
    await draw(units, ana, loan, 500)
    again = await draw(units, ana, loan, 500)
    assert (again.principal, again.draws_left) == (150_000, 2)
    assert await balance(units, ana) == yuan(2000)
    await verified(units)


@pytest.mark.parametrize(("amount", "code"), [(100, "draw_range"), (2100, "draw_range"), (250, "draw_step")])
async def test_a_draw_that_is_no_draw_is_refused(units: Units, amount: int, code: str) -> None:
    ana, loan = await a_line(units)
    with pytest.raises(InvalidInput, match=code):
        await draw(units, ana, loan, amount)


async def test_no_more_than_the_agreed_draws_are_made(units: Units) -> None:
    ana, loan = await a_line(units)
    for number in range(3):
        await draw(units, ana, loan, 200, f"draw {number}")
    with pytest.raises(RuleViolation, match="line_closed"):
        await draw(units, ana, loan, 200, "one too many")


async def test_somebody_elses_line_is_nobodys(units: Units) -> None:
    _, loan = await a_line(units)
    bo = await a_customer(units, "Bo")
    with pytest.raises(NotFound, match="loan"):
        await draw(units, bo, loan, 500)


async def test_who_owes_what_is_due_draws_nothing_more(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units)
    loan = await a_loan(units, ana, 3000, None, product="trader", pay_out=yuan(1000), automatic_debit=False)
    await live(units, clock, until="2026-03-20 12:00")
    with pytest.raises(RuleViolation, match="line_in_arrears"):
        await draw(units, ana, loan, 500)


async def test_what_is_not_drawn_in_time_expires(units: Units, clock: ManualClock) -> None:
    ana, loan = await a_line(units, money=1000)
    await live(units, clock, until="2026-04-26 12:00")
    assert await promised(units, loan) == yuan(2000)
    await live(units, clock, until="2026-04-27 00:30")
    assert await promised(units, loan) == yuan(0)
    with pytest.raises(RuleViolation, match="line_closed"):
        await draw(units, ana, loan, 500)
    await verified(units)


async def test_a_line_ends_with_its_loan(units: Units, clock: ManualClock) -> None:
    _, loan = await a_line(units)
    async with units.begin() as unit:
        await repayment.repay(unit, loan.id, None, "settle")
    await live(units, clock, until="2026-03-13 00:30")
    assert await promised(units, loan) == yuan(0)
    await verified(units)


async def test_a_line_that_is_given_back_ends_too(units: Units, clock: ManualClock) -> None:
    ana, loan = await a_line(units, money=0)
    await draw(units, ana, loan, 500)
    async with units.begin() as unit:
        await repayment.give_back(unit, loan.id, "back")
    assert await balance(units, ana) == yuan(0)
    await live(units, clock, until="2026-03-13 00:30")
    assert await promised(units, loan) == yuan(0)
    await verified(units)


async def test_a_product_that_is_no_line_is_paid_out_whole(units: Units) -> None:
    ana = await a_customer(units)
    with pytest.raises(InvalidInput, match="draw_range"):
        await a_loan(units, ana, 3000, 6, pay_out=yuan(1000))
