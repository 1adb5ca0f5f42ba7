"""What a savings circle lends: whose money moves, what it earns for whom, and what it stays out of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final

import pytest
from sqlalchemy import text

from finance_core import ledger
from finance_core.customers.models import Customer
from finance_core.journeys.redemptions import redeem_again
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.errors import Conflict, InsufficientFunds, RuleViolation
from finance_core.lines import REPORTS
from finance_core.loans import queries
from finance_core.loans.book import funding
from finance_core.loans.book.equations import EQUATIONS
from finance_core.loans.models import Loan, LoanState
from finance_core.loans.operations import common, recovery
from finance_core.loans.operations.reversal import reverse_payment, reversible
from finance_core.loans.operations.write_off import write_off
from finance_core.loans.origination import circle_loans
from finance_core.loans.origination.contract import Contract, Paper, bare
from finance_core.loans.origination.self_limits import block
from finance_core.loans.repayment import repayment
from finance_core.loans.repayment.repayment import Repaid
from finance_core.reports.table import Asked, Grain
from finance_core.storage.unit import Units
from handlers.loans.documents.contract import Names, contract_document
from handlers.locales import translator
from tests.builders import SHANGHAI, a_customer, a_loan, the_catalogue, verified, yuan
from tests.circle_loans import lent, saved
from tests.loan_book import booked, days, emptied, fresh, pay, rows_of, topped_up

CIRCLE: Final = 4711
THEIRS: Final = ("2033", "2034", "2035")
"""A circle's cash, what it has lent, interest due to it."""
OURS: Final = ("4010", "4020", "4030", "5010", "5050")


@pytest.fixture(autouse=True)
async def _on_sale(units: Units) -> None:
    await the_catalogue(units)


@pytest.fixture
async def ana(units: Units) -> Customer:
    """A member who has put 1,000.00 into the circle, and has 1,000.00 left."""
    ana = await a_customer(units, money=2000)
    await saved(units, CIRCLE, ana, 1000)
    return ana


@pytest.fixture
async def chidi(units: Units) -> Customer:
    return await a_customer(units, "Chidi", money=50)


async def in_circle(units: Units) -> list[str]:
    return [f"{(await booked(units, code, CIRCLE)).decimal:.2f}" for code in THEIRS]


async def income_and_losses(units: Units, loan: Loan) -> list[int]:
    """Return what the institution has earned and lost by the loan's product, in minor units."""
    return [(await booked(units, code, loan.product_number)).amount for code in OURS]


async def settled(units: Units, loan: Loan) -> Repaid:
    async with units.begin() as unit:
        return await repayment.repay(unit, loan.id, None, f"settled:{loan.id}")


async def test_a_circle_lends_out_of_its_own_cash_and_interest_is_its_own(
    units: Units, clock: ManualClock, ana: Customer, chidi: Customer
) -> None:
    loan = await lent(units, CIRCLE, chidi, 300, 2)
    assert await in_circle(units) == ["700.00", "300.00", "0.00"]
    assert [(row.principal, row.interest) for row in await rows_of(units, loan)] == [(15000, 450), (15000, 225)]

    await days(units, clock, until="2026-04-12 12:00")
    assert await in_circle(units) == ["700.00", "300.00", "4.50"]
    await pay(units, loan, "154.50")
    assert await in_circle(units) == ["854.50", "150.00", "0.00"]
    await verified(units)

    await days(units, clock, until="2026-05-12 12:00")
    await topped_up(units, chidi, 10)
    ended = await settled(units, loan)
    assert ended.settled
    assert ended.amount == yuan("152.25")
    assert await in_circle(units) == ["1006.75", "0.00", "0.00"]
    assert await income_and_losses(units, loan) == [0] * 5
    await verified(units)


async def test_repaid_early_interest_is_to_the_day(
    units: Units, clock: ManualClock, ana: Customer, chidi: Customer
) -> None:
    loan = await lent(units, CIRCLE, chidi, 300, 2)
    await days(units, clock, until="2026-03-22 12:00")
    ended = await settled(units, loan)
    assert ended.amount == yuan("301.45")  # 4.50 × 10 of 31 days
    assert await in_circle(units) == ["1001.45", "0.00", "0.00"]
    await verified(units)


async def test_no_more_is_lent_than_the_circle_has_in_cash(units: Units, ana: Customer, chidi: Customer) -> None:
    await lent(units, CIRCLE, chidi, 800)
    with pytest.raises(InsufficientFunds):
        await lent(units, CIRCLE, ana, "200.01")
    assert await in_circle(units) == ["200.00", "800.00", "0.00"]


@pytest.mark.parametrize(
    ("monthly", "on", "in_a_year"),
    [("1.8", "2026-03-12", "23.87"), ("1.9", "2026-03-12", None), ("0.94", "2026-03-12", "11.88")],
)
async def test_the_cap_binds_what_a_month_comes_to_in_a_year(
    units: Units, monthly: str, on: str, in_a_year: str | None
) -> None:
    async with units.begin() as unit:
        assert unit.open_on == date.fromisoformat(on)
        if in_a_year is None:
            with pytest.raises(RuleViolation) as refused:
                await circle_loans.require_within_cap(unit, Decimal(monthly))
            assert refused.value.details == {"rate": "25.34", "cap": "24.00", "most": "1.80"}
        else:
            assert await circle_loans.require_within_cap(unit, Decimal(monthly)) == Decimal(in_a_year)


async def test_once_the_cap_is_12_percent_a_month_may_cost_094(units: Units, clock: ManualClock) -> None:
    async with units.begin() as unit:
        product = (await circle_loans.quote(unit, yuan(300), 3, Decimal("0.94"))).product
    assert circle_loans.all_in_of(Decimal("0.94")) <= product.cap_on(date(2027, 12, 31))
    assert circle_loans.all_in_of(Decimal("0.95")) > product.cap_on(date(2027, 12, 31))


async def test_a_late_loan_has_no_penalty_no_class_no_allowance_and_no_suspense(
    units: Units, clock: ManualClock, ana: Customer, chidi: Customer
) -> None:
    loan = await lent(units, CIRCLE, chidi, 300, 1)
    own = await a_loan(units, ana, 1000, automatic_debit=False)
    await emptied(units, ana)
    await days(units, clock, until="2026-07-20 12:00")
    late, of_ours = await fresh(units, loan), await fresh(units, own)
    assert (late.overdue_since, late.loan_class, late.provision, late.non_accrual_since) == (
        date(2026, 4, 12), "pass", 0, None,
    )  # fmt: skip
    assert of_ours.non_accrual_since is not None
    assert of_ours.provision > 0
    async with units.begin() as unit:
        owed = common.standing(await queries.instalments(unit, loan.id))
    assert (owed.fee, owed.penalty) == (0, 0)
    assert owed.interest == 450  # its month's: who is late is fined by the meeting
    assert await in_circle(units) == ["700.00", "300.00", "4.50"]
    assert await income_and_losses(units, loan) == [0] * 5
    await verified(units)


async def test_reports_of_the_institution_leave_it_out(
    units: Units, clock: ManualClock, ana: Customer, chidi: Customer
) -> None:
    loan = await lent(units, CIRCLE, chidi, 300, 1)
    own = await a_loan(units, ana, 1000)
    await days(units, clock, until="2026-05-20 12:00")
    on = date(2026, 5, 19)
    asked = Asked(on, first_on=date(2026, 3, 1), by=Grain.MONTH)
    assert [row[0] for row in await _rows(units, "loan-book", asked)] == [own.id]
    for name in ("par", "ageing", "vintages", "due-collected", "expected-cash-flow", "provisioning"):
        assert not _mentions(await _rows(units, name, asked), yuan(300), loan), name


async def _rows(units: Units, name: str, asked: Asked) -> Sequence[Sequence[object]]:
    async with units.begin() as unit:
        return (await REPORTS[name].read(unit, asked)).rows


def _mentions(rows: Sequence[Sequence[object]], amount: object, loan: Loan) -> bool:
    return any(amount in row or "circle_loan" in row for row in rows)


async def test_the_circle_bears_a_loss_and_what_comes_later_is_its_cash(
    units: Units, clock: ManualClock, ana: Customer, chidi: Customer
) -> None:
    loan = await lent(units, CIRCLE, chidi, 300, 1)
    await days(units, clock, until="2026-04-20 12:00")
    async with units.begin() as unit:
        locked = await repayment.locked_active(unit, loan.id)
        await write_off(unit, locked, "lost")
    assert await in_circle(units) == ["700.00", "0.00", "0.00"]
    assert (await fresh(units, loan)).state == LoanState.WRITTEN_OFF
    assert (await booked(units, "9010", loan.id)) == yuan("304.50")
    assert await income_and_losses(units, loan) == [0] * 5
    await verified(units)

    async with units.begin() as unit:
        await recovery.recover(unit, loan.id, chidi.id, yuan(100), "found")
    assert await in_circle(units) == ["800.00", "0.00", "0.00"]
    assert (await booked(units, "4050", loan.product_number)) == yuan(0)
    await verified(units)


async def test_given_back_within_the_day_nothing_was_lent(units: Units, ana: Customer, chidi: Customer) -> None:
    loan = await lent(units, CIRCLE, chidi, 300)
    async with units.begin() as unit:
        await repayment.give_back(unit, loan.id, "back")
    assert await in_circle(units) == ["1000.00", "0.00", "0.00"]
    await verified(units)


async def test_while_the_circle_shares_out_nothing_is_lent_and_nothing_repaid(
    units: Units, clock: ManualClock, ana: Customer, chidi: Customer
) -> None:
    loan = await lent(units, CIRCLE, chidi, 300, 1)
    async with units.begin() as unit:
        await funding.hold(unit, CIRCLE)
        await funding.hold(unit, CIRCLE)
    for attempt in (lent(units, CIRCLE, ana, 100), settled(units, loan)):
        with pytest.raises(Conflict, match="circle_sharing_out"):
            await attempt
    async with units.begin() as unit:
        await repayment.repay(unit, loan.id, yuan(50), "set off", by_share_out=True)
        await funding.release(unit, CIRCLE)
    await settled(units, loan)
    await verified(units)


async def test_operators_change_nothing_of_it(units: Units, ana: Customer, chidi: Customer) -> None:
    loan = await lent(units, CIRCLE, chidi, 300)
    async with units.begin() as unit:
        with pytest.raises(RuleViolation, match="loan_of_circle"):
            await common.running(unit, f"loan:{loan.id}")


async def test_verify_finds_a_loan_whose_money_is_said_to_be_anothers(
    units: Units, ana: Customer, chidi: Customer
) -> None:
    loans = [await lent(units, CIRCLE, chidi, 300), await a_loan(units, ana)]
    funded = [each for each in EQUATIONS if each.name.startswith("loan funding")]
    for loan, circle in ((loans[0], None), (loans[0], CIRCLE + 1), (loans[1], CIRCLE)):
        async with units.begin() as unit, unit.session.begin_nested() as tried:
            said = text("UPDATE loan SET funding_circle = :circle, late_fee = 0, penalty_rate = 0 WHERE id = :loan")
            await unit.session.execute(said, {"circle": circle, "loan": loan.id})
            wrong = (await ledger.verify(unit, funded)).first_wrong
            assert wrong is not None
            assert f"{loan.key}:disbursed" in str(wrong)
            await tried.rollback()
    await verified(units)


async def test_a_payment_that_is_taken_back_leaves_the_circle_as_before(
    units: Units, clock: ManualClock, ana: Customer, chidi: Customer
) -> None:
    loan = await lent(units, CIRCLE, chidi, 300, 2)
    await days(units, clock, until="2026-03-22 12:00")
    await pay(units, loan, 100)
    await days(units, clock, until="2026-04-20 12:00")
    async with units.begin() as unit:
        locked = await queries.locked(unit, loan.id)
        [paid] = await reversible(unit, loan.id)
        await reverse_payment(unit, locked, paid, "bounced", redeem_again)
    assert (await in_circle(units))[:2] == ["700.00", "300.00"]
    await verified(units)


async def test_who_excludes_themselves_borrows_of_no_circle_and_an_income_bears_40_percent(
    units: Units, ana: Customer, chidi: Customer
) -> None:
    async with units.begin() as unit:
        (await unit.session.get_one(Customer, chidi.id)).monthly_income = yuan(300).amount
    with pytest.raises(RuleViolation, match="circle_loan_income"):
        await lent(units, CIRCLE, chidi, 350, 3)  # 116.67 and 5.25 are more than 120.00
    await lent(units, CIRCLE, chidi, 300, 3)
    async with units.begin() as unit:
        await block(unit, ana.id, 30)
    with pytest.raises(RuleViolation, match="self_excluded"):
        await lent(units, CIRCLE, ana, 100)


async def test_it_counts_in_what_falls_due_and_in_nothing_else_of_a_decision(
    units: Units, clock: ManualClock, ana: Customer, chidi: Customer
) -> None:
    from finance_core.loans.origination.applicants import applicant
    from finance_core.loans.origination.quoting import product_named

    await lent(units, CIRCLE, chidi, 300, 1)
    await days(units, clock, until="2026-04-20 12:00")
    async with units.begin() as unit:
        who = await unit.session.get_one(Customer, chidi.id)
        facts = await applicant(unit, who, await product_named(unit, "lightning"))
    assert facts.own_instalments == yuan("304.50")
    assert (facts.owed, facts.days_past_due, facts.loans_repaid) == (yuan(0), 0, 0)


@pytest.mark.parametrize(
    ("language", "who", "late"),
    [("en", "The members of the savings circle", "costs no interest and no penalty"), ("zh", "互助会成员", "没有罚息")],
)
async def test_its_contract_says_who_lends_and_that_being_late_costs_nothing_more(
    units: Units, ana: Customer, chidi: Customer, language: str, who: str, late: str
) -> None:
    t, printed = translator(language), []

    async def write(agreed: Contract) -> Paper:
        printed.append(contract_document(t, agreed, SHANGHAI, Names("Chidi", "Susu", {})).as_text())
        return await bare(agreed)

    async with units.begin() as unit:
        await circle_loans.lend(
            unit, CIRCLE, chidi.id, yuan(300), 2, Decimal("1.5"), "written", automatic_debit=True, write=write
        )
    [paper] = printed
    assert who in paper
    assert late in paper
    assert "Susu" not in paper.split("Chidi")[0]
    await verified(units)
