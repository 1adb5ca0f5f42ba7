"""What happens to a loan's figures after disbursement: fees, arrears, suspense, classes and provisions, to the cent."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

import pytest
from sqlalchemy import text

from finance_core.kernel.clock import ManualClock
from finance_core.kernel.money import CNY, Money
from finance_core.loans import queries
from finance_core.loans.models import LoanState
from finance_core.loans.repayment import repayment
from finance_core.loans.rules.classes import (
    LoanClass,
    class_of,
    days_past_due,
    provision_owner,
    required_provision,
)
from finance_core.storage.unit import Units
from tests.builders import a_customer, balance, verified, yuan
from tests.loan_book import booked, borrow, days, emptied, fresh, pay, rows_of, sell, topped_up

WITH_FEES = {
    "fees": {"at_disbursement": "30", "each_instalment": "5", "late": "8"},
    "rates": {"per": "year", **dict.fromkeys("ABCD", "6")},
    "minimum": "2500",
}


@pytest.fixture
def units(cloned_units: Units) -> Units:
    """Units that really commit: months in one outer transaction pile up savepoints, which slow each other down."""
    return cloned_units


async def test_the_fee_at_disbursement_is_withheld_and_earned_by_the_day(units: Units, clock: ManualClock) -> None:
    number = await sell(units, "fees", **WITH_FEES)
    ana = await a_customer(units)
    loan = await borrow(units, ana, "fees")
    assert await balance(units, ana) == yuan(2970)
    assert await booked(units, "2060", loan.id) == yuan(30)
    await days(units, clock, until="2026-03-22 12:00")
    earned = Money(3000 * 10 // 184, CNY)  # ten of the 184 days to 12 September
    assert await booked(units, "2060", loan.id) == yuan(30) - earned
    assert await booked(units, "4020", number) == earned
    await verified(units)
    await topped_up(units, ana, 100)
    await pay(units, loan, None)
    assert await booked(units, "2060", loan.id) == yuan(0)
    assert await booked(units, "4020", number) == yuan(30)
    await verified(units)


async def test_cooling_off_gives_the_fee_back_and_leaves_no_income(units: Units, clock: ManualClock) -> None:
    number = await sell(units, "fees", **WITH_FEES)
    ana = await a_customer(units, money=100)
    loan = await borrow(units, ana, "fees")
    await days(units, clock, until="2026-03-18 12:00")
    async with units.begin() as unit:
        await repayment.give_back(unit, loan.id, "given back")
    assert await balance(units, ana) == yuan(100)
    for code in ("4010", "4020"):
        assert await booked(units, code, number) == yuan(0)
    await verified(units)
    await days(units, clock, until="2026-03-19 12:00")
    assert await booked(units, "1190", provision_owner(number, LoanClass.PASS)) == yuan(0)
    await verified(units)


async def test_an_instalments_fee_falls_due_on_its_morning_and_is_debited_with_it(
    units: Units, clock: ManualClock
) -> None:
    await sell(units, "fees", **WITH_FEES)
    ana = await a_customer(units, money=1000)
    loan = await borrow(units, ana, "fees")
    await days(units, clock, until="2026-04-12 00:09")
    assert await booked(units, "1120", loan.id) == yuan(0)
    await days(units, clock, until="2026-04-12 08:00")
    assert await booked(units, "1120", loan.id) == yuan(5)
    await days(units, clock, until="2026-04-12 09:30")
    assert await booked(units, "1120", loan.id) == yuan(0)
    first = (await rows_of(units, loan))[0]
    assert (first.paid_fee, first.settled_on) == (500, date(2026, 4, 12))
    await verified(units)


async def test_paying_on_the_due_day_before_its_morning_pays_the_fee_too(units: Units, clock: ManualClock) -> None:
    await sell(units, "fees", **WITH_FEES)
    ana = await a_customer(units)
    loan = await borrow(units, ana, "fees")
    await days(units, clock, until="2026-04-12 00:06")
    async with units.begin() as unit:
        due = (await queries.view(unit, loan)).due_now
    await pay(units, loan, f"{due.amount / 100:.2f}")
    assert (await rows_of(units, loan))[0].settled_on == date(2026, 4, 12)
    await days(units, clock, until="2026-04-13 12:00")
    assert await booked(units, "1120", loan.id) == yuan(0)
    await verified(units)


async def test_the_late_fee_is_charged_once_beyond_the_grace_days(units: Units, clock: ManualClock) -> None:
    await sell(units, "fees", **WITH_FEES)
    ana = await a_customer(units)
    loan = await borrow(units, ana, "fees")
    await emptied(units, ana)
    await days(units, clock, until="2026-04-15 12:00")
    assert (await rows_of(units, loan))[0].late_fee == 0
    await days(units, clock, until="2026-04-20 12:00")
    assert (await rows_of(units, loan))[0].late_fee == 800
    assert await booked(units, "1120", loan.id) == yuan(13)
    await verified(units)


async def test_a_payment_is_laid_on_penalty_fee_interest_and_principal(units: Units, clock: ManualClock) -> None:
    await sell(units, "fees", **WITH_FEES)
    ana = await a_customer(units)
    loan = await borrow(units, ana, "fees")
    await emptied(units, ana)
    await days(units, clock, until="2026-04-20 12:00")
    owed = (await rows_of(units, loan))[0]
    assert owed.penalty > 0
    await topped_up(units, ana, 100)
    await pay(units, loan, 20)
    first = (await rows_of(units, loan))[0]
    interest = 2000 - owed.penalty - 1300
    assert (first.paid_penalty, first.paid_fee, first.paid_interest, first.paid_principal) == (
        owed.penalty,
        1300,
        interest,
        0,
    )
    await verified(units)


async def test_a_product_may_say_another_order(units: Units, clock: ManualClock) -> None:
    await sell(units, "fees", **WITH_FEES, allocation=["interest", "principal", "fee", "penalty"])
    ana = await a_customer(units)
    loan = await borrow(units, ana, "fees")
    await emptied(units, ana)
    await days(units, clock, until="2026-04-20 12:00")
    await topped_up(units, ana, 20)
    await pay(units, loan, 20)
    first = (await rows_of(units, loan))[0]
    assert (first.paid_penalty, first.paid_fee) == (0, 0)
    assert (first.paid_interest, first.paid_principal) == (
        first.interest + first.late_interest,
        2000 - first.interest - first.late_interest,
    )
    await verified(units)


async def test_income_is_suspended_beyond_90_days_released_by_cash_and_again_after_three_dues(
    units: Units, clock: ManualClock
) -> None:
    number = await sell(
        units, "fees", tenors=[{"unit": "week", "counts": [26]}], default={"unit": "week", "count": 26},
        fees={"each_instalment": "1", "late": "3"}, minimum="2500",
        rates={"per": "year", **dict.fromkeys("ABCD", "12")},
    )  # fmt: skip
    ana = await a_customer(units)
    loan = await borrow(units, ana, "fees", parts=26)
    await emptied(units, ana)
    # due on 19 March for the first time: 90 days past due at the close of 17 June, 91 at that of 18 June
    await days(units, clock, until="2026-06-18 12:00")
    await verified(units)
    assert (await fresh(units, loan)).non_accrual_since is None
    income, penalties = await booked(units, "4010", number), await booked(units, "4030", number)
    assert income > yuan(0) < penalties
    fees = await booked(units, "4020", number)
    await days(units, clock, until="2026-06-19 12:00")
    assert (await fresh(units, loan)).non_accrual_since == date(2026, 6, 18)
    assert await booked(units, "4010", number) == await booked(units, "4030", number) == yuan(0)
    receivable = await booked(units, "1110", loan.id) + await booked(units, "1130", loan.id)
    assert await booked(units, "1195", loan.id) == receivable > income + penalties
    assert await booked(units, "4020", number) == fees
    await verified(units)

    await days(units, clock, until="2026-06-26 12:00")
    assert await booked(units, "4010", number) == yuan(0)
    assert await booked(units, "4020", number) == fees
    assert await booked(units, "1110", loan.id) + await booked(units, "1130", loan.id) > receivable
    await verified(units)

    # beyond 90 days principal comes first, so nothing is released yet
    await topped_up(units, ana, 4000)
    await pay(units, loan, 100)
    first = (await rows_of(units, loan))[0]
    assert (first.paid_principal, first.paid_interest) == (10_000, 0)
    assert await booked(units, "4010", number) == yuan(0)
    async with units.begin() as unit:
        due = (await queries.view(unit, loan)).due_now
    await pay(units, loan, f"{due.amount / 100:.2f}")
    running = await booked(units, "1110", loan.id)
    assert await booked(units, "1195", loan.id) == running < yuan(1)
    assert await booked(units, "4010", number) > yuan(0) < await booked(units, "4030", number)
    await verified(units)

    # still in suspense until three dues are met: 2, 9 and 16 July
    await days(units, clock, until="2026-07-16 12:00")
    suspended = await booked(units, "1195", loan.id)
    assert (await fresh(units, loan)).non_accrual_since == date(2026, 6, 18)
    await verified(units)
    await days(units, clock, until="2026-07-18 12:00")
    assert (await fresh(units, loan)).non_accrual_since is None
    assert await booked(units, "1195", loan.id) == yuan(0) <= suspended
    await days(units, clock, until="2026-07-24 12:00")
    await verified(units)
    async with units.begin() as unit:
        kinds = (await unit.session.scalars(text("SELECT kind FROM loan_event ORDER BY id"))).all()
    assert [kind for kind in kinds if "accrual" in kind] == ["non_accrual", "accrual_again"]


async def test_arrears_are_known_by_date_and_classes_take_their_provision_along(
    units: Units, clock: ManualClock
) -> None:
    number = await sell(units, "plain")
    ana = await a_customer(units)
    loan = await borrow(units, ana, "plain")

    async def allowance(loan_class: LoanClass) -> Money:
        return await booked(units, "1190", provision_owner(number, loan_class))

    await emptied(units, ana)
    await days(units, clock, until="2026-03-13 12:00")
    assert await allowance(LoanClass.PASS) == yuan(30)
    await days(units, clock, until="2026-04-13 12:00")
    assert await allowance(LoanClass.PASS) == yuan(30)
    await days(units, clock, until="2026-04-14 12:00")
    assert await allowance(LoanClass.PASS) == yuan(0)
    assert await allowance(LoanClass.SPECIAL_MENTION) == yuan(60)
    assert await booked(units, "5010", provision_owner(number, LoanClass.SPECIAL_MENTION)) == yuan(30)
    await verified(units)
    await topped_up(units, ana, 1000)
    await pay(units, loan, 600)
    await days(units, clock, until="2026-04-15 12:00")
    outstanding = sum(row.principal - row.paid_principal for row in await rows_of(units, loan))
    assert await allowance(LoanClass.PASS) == Money((outstanding + 50) // 100, CNY)
    assert await allowance(LoanClass.SPECIAL_MENTION) == yuan(0)
    await verified(units)
    async with units.begin() as unit:
        rows = await unit.session.execute(text("SELECT from_on, since FROM arrears ORDER BY from_on"))
        assert [tuple(row) for row in rows] == [
            (date(2026, 4, 12), date(2026, 4, 12)),
            (date(2026, 4, 14), None),
        ]
    await topped_up(units, ana, 4000)
    await pay(units, loan, None)
    await days(units, clock, until="2026-04-16 12:00")
    assert await allowance(LoanClass.PASS) == yuan(0)
    assert (await fresh(units, loan)).state == LoanState.SETTLED
    await verified(units)


async def test_sql_classes_and_provides_as_the_rules_do(units: Units) -> None:
    on = date(2028, 3, 1)
    sinces = [None, *(on - timedelta(days=days) for days in (0, 1, 30, 31, 89, 90, 91, 270, 271, 360, 361, 2000))]
    restructured = [None, *(on - timedelta(days=days) for days in (-1, 0, 1, 365, 366, 367)), date(2027, 2, 28)]
    async with units.begin() as unit:
        for since, restructured_on in product(sinces, restructured):
            values = {"since": since, "restructured": restructured_on, "on": on}
            said = await unit.session.scalar(_CLASS, values)
            expected = class_of(days_past_due(since, on), restructured_on, on)
            assert said == expected, values
            for outstanding in (0, 1, 49, 50, 149, 150, 12_345, 10**12 + 51):
                row = (await unit.session.execute(_PROVISION, {"class": said, "amount": outstanding})).one()
                assert row == (required_provision(outstanding, expected), provision_owner(7, expected))


_CLASS = text("SELECT loan_class(CAST(:since AS date), CAST(:restructured AS date), CAST(:on AS date))")
_PROVISION = text("SELECT required_provision(CAST(:amount AS bigint), :class), provision_owner(7, :class)")
