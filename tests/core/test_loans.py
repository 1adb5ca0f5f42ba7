"""The life of a *Lightning* loan, in the ledger and in its instalments."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from finance_core.kernel.clock import ManualClock
from finance_core.kernel.errors import Conflict, InsufficientFunds, InvalidInput, RuleViolation
from finance_core.kernel.money import CNY, Money
from finance_core.loans import queries
from finance_core.loans.models import Loan, LoanState
from finance_core.loans.origination import quoting
from finance_core.loans.repayment import repayment
from finance_core.loans.repayment.previews import CHOICES, previews
from finance_core.loans.rules.terms import Prepayment
from finance_core.storage.unit import Units
from finance_core.wallet.rails import SANDBOX
from tests.builders import a_customer, a_loan, balance, live, the_catalogue, verified, yuan
from tests.loan_book import days


@pytest.fixture
def units(cloned_units: Units) -> Units:
    """Units that really commit: months in one outer transaction pile up savepoints, which slow each other down."""
    return cloned_units


@pytest.fixture(autouse=True)
async def _on_sale(units: Units) -> None:
    await the_catalogue(units)


async def test_a_quote_has_the_all_in_rate_the_schedule_and_the_cost_in_money(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units)
    async with units.begin() as unit:
        quote = await quoting.quote(unit, ana, yuan(3000), 6)
    assert [line.due_on for line in quote.schedule.instalments][:2] == [date(2026, 4, 12), date(2026, 5, 12)]
    assert quote.schedule.principal == 300_000
    assert quote.cost.amount == quote.schedule.interest
    assert Decimal(19) < quote.all_in_rate < Decimal(20)


@pytest.mark.parametrize(
    ("sum_", "parts", "code"),
    [
        (499, 6, "loan_amount_range"),
        (3050, 6, "loan_amount_range"),
        (60_000, 6, "loan_amount_range"),
        (3000, 5, "loan_count"),
    ],
)
async def test_terms_that_are_not_sold_are_refused(units: Units, sum_: int, parts: int, code: str) -> None:
    ana = await a_customer(units)
    async with units.begin() as unit:
        with pytest.raises(InvalidInput, match=code):
            await quoting.quote(unit, ana, yuan(sum_), parts)


async def test_signing_pays_the_principal_into_the_wallet_once(units: Units) -> None:
    ana = await a_customer(units, money=100)
    await a_loan(units, ana)
    assert await balance(units, ana) == yuan(3100)
    await verified(units)


async def test_a_second_loan_is_declined_while_one_runs(units: Units) -> None:
    ana = await a_customer(units)
    await a_loan(units, ana)
    with pytest.raises(RuleViolation, match="loan_open"):
        await a_loan(units, ana, 500, 3)


async def test_the_instalment_is_debited_on_the_due_morning(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units, money=1000)
    loan = await a_loan(units, ana)
    await live(units, clock, until="2026-04-12 08:59")
    assert await balance(units, ana) == yuan(4000)
    await live(units, clock, until="2026-04-12 09:01")
    async with units.begin() as unit:
        view = await queries.view(unit, loan)
    first = view.instalments[0]
    assert await balance(units, ana) == yuan(4000) - yuan(f"{(first.principal + first.interest) / 100:.2f}")
    assert first.settled_on == date(2026, 4, 12)
    assert view.days_past_due == 0
    await verified(units)


async def test_a_missed_instalment_costs_a_penalty_only_beyond_the_grace_days(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units)
    loan = await a_loan(units, ana)
    await _empty_wallet(units, ana.id)
    await days(units, clock, until="2026-04-15 23:00")
    async with units.begin() as unit:
        assert (await queries.view(unit, loan)).instalments[0].penalty == 0
    await days(units, clock, until="2026-04-16 01:00")
    async with units.begin() as unit:
        first = (await queries.view(unit, loan)).instalments[0]
    overdue = first.principal
    # 18.25 % a year is 0.05 % a day; the penalty's part is 24 − 18.25 = 5.75 % a year, from the due day: four days
    assert first.penalty == int(overdue * Decimal("5.75") * 4 / 36_500)
    assert first.late_interest == int(overdue * Decimal("18.25") * 4 / 36_500)
    await verified(units)


async def test_paying_within_the_grace_days_costs_no_penalty_later_either(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units)
    loan = await a_loan(units, ana)
    await _empty_wallet(units, ana.id)
    await days(units, clock, until="2026-04-14 12:00")
    await _topup(units, ana.id, 600)
    async with units.begin() as unit:
        await repayment.repay(unit, loan.id, yuan(600), "paid within grace")
    await days(units, clock, until="2026-04-20 12:00")
    async with units.begin() as unit:
        view = await queries.view(unit, loan)
    assert view.instalments[0].penalty == 0
    assert view.instalments[0].settled_on == date(2026, 4, 14)
    await verified(units)


async def test_money_that_comes_in_is_tried_on_what_is_overdue(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units)
    loan = await a_loan(units, ana)
    await _empty_wallet(units, ana.id)
    await days(units, clock, until="2026-04-13 12:00")
    from finance_core.journeys import money_in

    async with units.begin() as unit:
        await money_in.topup(unit, ana.id, yuan(200), "a little money", SANDBOX)
    assert await balance(units, ana) == yuan(0)
    async with units.begin() as unit:
        assert (await queries.view(unit, loan)).repaid > yuan(0)
    await verified(units)


async def test_settling_early_pays_interest_to_the_day_only(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units, money=100)
    loan = await a_loan(units, ana)
    await days(units, clock, until="2026-03-22 12:00")
    async with units.begin() as unit:
        view = await queries.view(unit, loan)
        assert view.settlement == yuan(3000) + yuan(15)  # ten days at 1.50
        assert view.interest_to_come > yuan(100)
        repaid = await repayment.repay(unit, loan.id, None, "settle")
    assert repaid.settled
    assert await balance(units, ana) == yuan(100) - yuan(15)
    async with units.begin() as unit:
        assert (await queries.by_id(unit, loan.id, ana.id)).state == LoanState.SETTLED
        with pytest.raises(Conflict, match="loan_settled"):
            await repayment.repay(unit, loan.id, yuan(1), "again")
    await verified(units)


async def test_paying_ahead_makes_what_follows_smaller_and_keeps_the_due_days(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units)
    loan = await a_loan(units, ana)
    await days(units, clock, until="2026-03-22 12:00")
    async with units.begin() as unit:
        before = await queries.instalments(unit, loan.id)
        due_days, level = [row.due_on for row in before], before[1].principal + before[1].interest
        repaid = await repayment.repay(unit, loan.id, yuan(1000), "ahead")
    assert repaid.paid_ahead == yuan(985)  # fifteen yuan of interest to the day come first
    async with units.begin() as unit:
        after = await queries.instalments(unit, loan.id)
    assert [row.due_on for row in after] == due_days
    assert sum(row.principal for row in after) == 300_000
    assert after[1].principal + after[1].interest < level * 0.85
    await verified(units)
    await days(units, clock, until="2026-09-13 12:00")
    async with units.begin() as unit:
        assert (await queries.by_id(unit, loan.id, ana.id)).state == LoanState.ACTIVE
    await verified(units)


@pytest.mark.parametrize("choice", CHOICES)
@pytest.mark.parametrize("on", ["2026-03-12 12:00", "2026-03-22 12:00", "2026-04-12 12:00", "2026-05-04 12:00"])
async def test_what_is_promised_of_a_payment_ahead_is_what_comes_of_it(
    units: Units, clock: ManualClock, choice: Prepayment, on: str
) -> None:
    ana = await a_customer(units, money=1000)
    loan = await a_loan(units, ana, 2000)
    await days(units, clock, until=on)
    async with units.begin() as unit:
        before = await queries.view(unit, await queries.by_id(unit, loan.id, ana.id))
        rows = [dict(row) for row in before.instalments]
        promised = (await previews(unit, loan.id, yuan(1000)))[choice]
        assert [dict(row) for row in before.instalments] == rows  # nothing was done by looking
    assert await balance(units, ana) == yuan(3000) - await paid_on(units, loan)
    await verified(units)
    async with units.begin() as unit:
        await repayment.repay(unit, loan.id, yuan(1000), "ahead", ahead=choice)
    async with units.begin() as unit:
        after = await queries.view(unit, await queries.by_id(unit, loan.id, ana.id))
    left = [(row.due_on, Money(row.left, CNY)) for row in after.instalments if row.left]
    assert [(each.due_on, each.amount) for each in promised.to_come] == left
    assert promised.saves == before.cost - after.cost > yuan(0)
    await verified(units)


async def test_a_thousand_of_two_leaves_a_small_first_instalment_and_five_others(units: Units) -> None:
    ana = await a_customer(units)
    loan = await a_loan(units, ana, 2000)
    async with units.begin() as unit:
        smaller, fewer = (await previews(unit, loan.id, yuan(1000))).values()
    assert [each.amount for each in smaller.to_come[:3]] == [yuan("15.50"), yuan("209.23"), yuan("209.23")]
    assert sum((each.amount for each in fewer.to_come[1:]), fewer.to_come[0].amount) < yuan(1100)


async def test_only_what_is_owed_is_taken(units: Units) -> None:
    ana = await a_customer(units, money=5000)
    loan = await a_loan(units, ana)
    async with units.begin() as unit:
        repaid = await repayment.repay(unit, loan.id, yuan(9999), "too much")
    assert (repaid.amount, repaid.settled) == (yuan(3000), True)
    assert await balance(units, ana) == yuan(5000)
    await verified(units)


async def test_a_repayment_beyond_the_wallet_is_refused(units: Units) -> None:
    ana = await a_customer(units)
    loan = await a_loan(units, ana)
    await _empty_wallet(units, ana.id)
    async with units.begin() as unit:
        with pytest.raises(InsufficientFunds):
            await repayment.repay(unit, loan.id, yuan(500), "no money")


async def test_giving_back_within_the_cooling_off_days_costs_nothing(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units)
    loan = await a_loan(units, ana)
    await days(units, clock, until="2026-03-19 12:00")
    async with units.begin() as unit:
        await repayment.give_back(unit, loan.id, "give back")
    assert await balance(units, ana) == yuan(0)
    await verified(units)
    await days(units, clock, until="2026-04-13 12:00")
    await verified(units)


async def test_a_loan_paid_by_its_debits_ends_settled(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units, money=1000)
    loan = await a_loan(units, ana, 500, 3)
    await days(units, clock, until="2026-06-12 10:00")
    async with units.begin() as unit:
        assert (await queries.by_id(unit, loan.id, ana.id)).state == LoanState.SETTLED
    await verified(units)


async def test_days_without_the_scheduler_end_at_the_same_book(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units, money=1000)
    loan = await a_loan(units, ana)
    await days(units, clock, until="2026-04-10 12:00")
    clock.set(datetime(2026, 4, 14, 4, 0, tzinfo=UTC))
    await days(units, clock, until="2026-04-14 12:01")
    async with units.begin() as unit:
        view = await queries.view(unit, loan)
    assert view.instalments[0].settled_on == date(2026, 4, 12)
    assert view.instalments[0].late_interest == 0
    await verified(units)


async def _empty_wallet(units: Units, customer_id: int) -> None:
    from finance_core import ledger
    from finance_core.wallet import service as wallet

    async with units.begin() as unit:
        left = await ledger.balance(unit, ledger.Account("2010", customer_id))
        await wallet.withdraw(unit, customer_id, left, f"emptied:{customer_id}", SANDBOX)


async def _topup(units: Units, customer_id: int, amount: int) -> None:
    from finance_core.wallet import service as wallet

    async with units.begin() as unit:
        await wallet.topup(unit, customer_id, yuan(amount), f"topped up:{customer_id}:{amount}", SANDBOX)


async def paid_on(units: Units, loan: Loan) -> Money:
    async with units.begin() as unit:
        return Money(sum(row.paid for row in await queries.instalments(unit, loan.id)), CNY)
