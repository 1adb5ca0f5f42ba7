"""The auto-sweep, and payments straight from Change Plus."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text
from sqlmodel import select

from finance_core.change_plus import queries, service
from finance_core.change_plus.product import fund_on_sale
from finance_core.customers.models import Customer
from finance_core.journeys import change_plus, pay_from_change_plus
from finance_core.journeys.notices import Swept
from finance_core.journeys.plans import service as plans
from finance_core.journeys.plans.rules import Every
from finance_core.journeys.plans.service import Wanted
from finance_core.journeys.redemptions import redeem_again
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.errors import Conflict, NotFound, RuleViolation
from finance_core.loans.models import LoanPayment
from finance_core.loans.operations import reversal
from finance_core.loans.origination import signing
from finance_core.loans.repayment import repayment
from finance_core.storage.unit import Units
from finance_core.wallet import service as wallet
from finance_core.wallet.rails import SANDBOX
from tests.builders import CIPHER, a_customer, balance, live, the_catalogue, verified, yuan
from tests.notices import written
from tests.wealth_cases import new_terms, position, put_in, value

ASKED = """
    INSERT INTO guarantee (application_id, customer_id, loan_id, share_nr, share_of, at_most, state, asked_at, called,
        paid, paid_back)
    VALUES (1, :bo, 1, 1, 1, 50000, 'bound', now(), 9000, 0, 0)
"""


@pytest.fixture
def units(cloned_units: Units) -> Units:
    return cloned_units


@pytest.fixture(autouse=True)
async def _on_sale(units: Units) -> None:
    await the_catalogue(units)


async def sweeping(units: Units, customer: Customer, floor: int | None) -> None:
    async with units.begin() as unit:
        await service.choose_sweep(unit, customer.id, None if floor is None else yuan(floor))


async def test_each_evening_what_is_above_the_floor_goes_in_and_below_it_nothing(
    units: Units, clock: ManualClock
) -> None:
    ana, bo, cy = [await a_customer(units, name, money=2_000) for name in ("Ana", "Bo", "Cy")]
    for person, floor in ((ana, 500), (bo, 1_900), (cy, None)):
        await put_in(units, person, 100)
        await sweeping(units, person, floor)
    await live(units, clock, until="2026-03-12 20:01")
    assert [await balance(units, person) for person in (ana, bo, cy)] == [yuan(500), yuan(1_900), yuan(1_900)]
    assert (await position(units, ana)).on_the_way_in == yuan(1_500)
    assert await written(units, Swept)
    told = "SELECT count(*) FROM outbox WHERE kind = 'receipt.change_plus_swept'"
    assert await value(units, told) == 1
    await verified(units)
    await live(units, clock, until="2026-03-16 09:00")
    assert (await position(units, ana)).confirmed == yuan(1_500)
    await verified(units)


async def test_what_falls_due_within_three_days_stays_in_the_wallet(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units, money=5_000)
    async with units.begin() as unit:
        await signing.sign(unit, ana.id, yuan(3_000), 6, "a loan", automatic_debit=True, from_change_plus=False)
    await put_in(units, ana, 100)
    await live(units, clock, until="2026-04-09 12:00")
    await sweeping(units, ana, 0)
    await live(units, clock, until="2026-04-09 20:01")
    left = await balance(units, ana)
    assert yuan(500) < left < yuan(540), "the instalment of the 12th"
    await live(units, clock, until="2026-04-12 09:01")
    assert await balance(units, ana) < yuan(1)
    assert await value(units, "SELECT settled_on IS NOT NULL FROM instalment WHERE nr = 1") is True
    await verified(units)


async def test_a_plans_next_sum_and_a_guarantors_share_stay_in_the_wallet(units: Units, clock: ManualClock) -> None:
    ana, bo = await a_customer(units, money=1_000), await a_customer(units, "Bo", money=1_000)
    for person in (ana, bo):
        await put_in(units, person, 100)
        await sweeping(units, person, 0)
    async with units.begin() as unit:
        for first_on, amount in ((date(2026, 3, 15), 120), (date(2026, 3, 16), 300)):
            await plans.make(unit, CIPHER, ana.id, Wanted(yuan(amount), Every.WEEK, first_on), f"plan of {amount}")
        await unit.session.execute(text(ASKED), {"bo": bo.id, "ana": ana.id})
    await live(units, clock, until="2026-03-12 20:01")
    assert await balance(units, ana) == yuan(120), "what is due on the 15th; the 16th is the fourth day"
    assert await balance(units, bo) == yuan(90), "what was asked for and is not paid"
    await verified(units)


async def test_a_sweep_stops_at_the_tiers_limit_and_at_the_funds_day_quota(units: Units, clock: ManualClock) -> None:
    ana, bo = [await a_customer(units, name, money=30_000) for name in ("Ana", "Bo")]
    for person in (ana, bo):
        await put_in(units, person, 1)
        await sweeping(units, person, 0)
    await new_terms(units, day_quota="12000")
    await live(units, clock, until="2026-03-12 20:01")
    held = [(await position(units, person)).total for person in (ana, bo)]
    assert held == [yuan(10_000), yuan(1)], "the limit of tier 1; the quota leaves no room for a second 9,999.00"
    await verified(units)


async def test_the_sweep_is_part_of_the_contract(units: Units) -> None:
    ana = await a_customer(units, money=100)
    with pytest.raises(NotFound, match="holding"):
        await sweeping(units, ana, 0)


async def test_a_send_out_of_change_plus_is_one_entry_and_counts_towards_the_quota(
    units: Units, clock: ManualClock
) -> None:
    ana, bo = await a_customer(units, money=9_000), await a_customer(units, "Bo")
    await put_in(units, ana, 8_000)
    await live(units, clock, until="2026-03-13 10:00")
    await put_in(units, ana, 1_000, "unconfirmed")
    async with units.begin() as unit:
        sent, receipt = await change_plus.send(unit, CIPHER, ana.id, bo.id, yuan(1_300), "rent", "a token")
    assert receipt.balance == yuan(0)
    entries = "SELECT array_agg(kind) FROM entry WHERE reference = :reference"
    assert await value(units, entries, reference=receipt.reference) == ["wallet.send"]
    assert await value(units, "SELECT count(*) FROM transfer JOIN entry ON id = entry_id WHERE reference = :it",
                       it=receipt.reference) == 5  # fmt: skip
    async with units.begin() as unit:
        assert await queries.fast_left(unit, await fund_on_sale(unit), ana.id) == yuan(9_700)
        await wallet.accept(unit, sent.token, bo.id)
    assert (await position(units, ana)).total == yuan(7_700)
    assert await balance(units, bo) == yuan(1_300)
    await verified(units)


async def test_a_send_beyond_what_may_leave_at_once_moves_nothing(units: Units, clock: ManualClock) -> None:
    ana, bo = await a_customer(units, money=30_000, tier=2), await a_customer(units, "Bo")
    await put_in(units, ana, 30_000)
    await live(units, clock, until="2026-03-13 10:00")
    with pytest.raises(RuleViolation, match="fast_quota"):
        async with units.begin() as unit:
            await change_plus.send(unit, CIPHER, ana.id, bo.id, yuan(10_001), "", "a token")
    assert (await position(units, ana)).confirmed == yuan(30_000)
    await verified(units)


async def test_an_instalment_out_of_change_plus_is_one_entry(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units, money=1_000)
    async with units.begin() as unit:
        await signing.sign(unit, ana.id, yuan(3_000), 6, "a loan", automatic_debit=True, from_change_plus=True)
    await put_in(units, ana, 4_000)
    await live(units, clock, until="2026-04-12 09:01")
    codes = """
        SELECT array_agg(DISTINCT a.code ORDER BY a.code) FROM entry e JOIN transfer t ON t.entry_id = e.id
            JOIN account a ON a.id IN (t.debit_id, t.credit_id)
        WHERE e.kind = 'loan.debit'
    """
    async with units.begin() as unit:
        touched = await unit.session.scalar(text(codes))
    assert {"1100", "1110", "1200", "2010", "F2030", "F3010", "U1000", "U2010"} <= set(touched)
    await verified(units)


async def test_a_request_is_paid_out_of_change_plus_by_one_entry(units: Units, clock: ManualClock) -> None:
    ana, bo = await a_customer(units, money=900), await a_customer(units, "Bo")
    await put_in(units, ana, 900)
    await live(units, clock, until="2026-03-13 10:00")
    async with units.begin() as unit:
        await wallet.request(unit, CIPHER, bo.id, ana.id, yuan(120), "dinner", "asked")
    async with units.begin() as unit:
        receipt = await pay_from_change_plus.pay_request(unit, "asked", ana.id)
    assert receipt.balance == yuan(0)
    assert await balance(units, bo) == yuan(120)
    assert (await position(units, ana)).confirmed == yuan(780)
    kinds = "SELECT array_agg(kind) FROM entry WHERE reference = :reference"
    assert await value(units, kinds, reference=receipt.reference) == ["wallet.request_paid"]
    with pytest.raises(Conflict, match="request_paid"):
        async with units.begin() as unit:
            await pay_from_change_plus.pay_request(unit, "asked", ana.id)
    await verified(units)


async def test_a_person_repays_out_of_change_plus_once_and_no_more_than_is_owed(
    units: Units, clock: ManualClock
) -> None:
    ana = await a_customer(units, money=0)
    async with units.begin() as unit:
        loan, _ = await signing.sign(
            unit, ana.id, yuan(3_000), 6, "a loan", automatic_debit=False, from_change_plus=False
        )
    await put_in(units, ana, 3_000)
    await live(units, clock, until="2026-03-13 10:00")
    for _ in range(2):
        async with units.begin() as unit:
            paid = await pay_from_change_plus.repay(unit, ana.id, loan.id, yuan(500), "pays 500")
        assert paid.amount == yuan(500)
    assert (await position(units, ana)).confirmed == yuan(2_500)
    with pytest.raises(RuleViolation, match="change_plus_short"):
        async with units.begin() as unit:
            await pay_from_change_plus.repay(unit, ana.id, loan.id, None, "pays all")
    async with units.begin() as unit:
        await wallet.topup(unit, ana.id, yuan(10), "for the interest", SANDBOX)
        await service.put_in(unit, ana.id, yuan(10), "and in")
        settled = await pay_from_change_plus.repay(unit, ana.id, loan.id, None, "pays all of it")
    assert settled.settled
    assert await balance(units, ana) == yuan(0), "what is not owed stays in Change Plus"
    await verified(units)


async def test_a_payment_out_of_change_plus_that_is_taken_back_leaves_its_money_in_the_wallet(
    units: Units, clock: ManualClock
) -> None:
    ana = await a_customer(units, money=0)
    async with units.begin() as unit:
        loan, _ = await signing.sign(
            unit, ana.id, yuan(3_000), 6, "a loan", automatic_debit=False, from_change_plus=False
        )
    await put_in(units, ana, 3_000)
    await live(units, clock, until="2026-03-13 10:00")
    async with units.begin() as unit:
        await pay_from_change_plus.repay(unit, ana.id, loan.id, yuan(500), "pays 500")
    await live(units, clock, until="2026-03-16 10:00")
    async with units.begin() as unit:
        locked = await repayment.locked_active(unit, loan.id)
        payment = (await unit.session.scalars(select(LoanPayment).where(LoanPayment.loan_id == loan.id))).one()
        await reversal.reverse_payment(unit, locked, payment, "never came", redeem_again)
    assert await balance(units, ana) == yuan(500)
    assert yuan(2_500) <= (await position(units, ana)).confirmed < yuan(2_501)
    await verified(units)
