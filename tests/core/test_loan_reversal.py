"""A payment that never came is taken back after later ones: the loan is what it would be had it never been booked."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any, Final

import pytest
from sqlalchemy import text

from finance_core import approvals, ledger
from finance_core.customers.models import Customer
from finance_core.journeys import pay_from_change_plus
from finance_core.journeys.redemptions import redeem_again
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.errors import Conflict, NotFound, RuleViolation
from finance_core.kernel.money import CNY, Money
from finance_core.ledger import Account
from finance_core.lines import ACTIONS
from finance_core.loans import queries
from finance_core.loans.models import Loan, LoanPayment, LoanState
from finance_core.loans.operations import restructure, reversal, waive
from finance_core.loans.repayment import repayment
from finance_core.loans.rules.terms import Prepayment
from finance_core.storage.unit import Actor, Units
from finance_core.wallet import service as wallet
from finance_core.wallet.rails import SANDBOX
from tests.builders import a_customer, a_loan, an_operator, balance, live, the_catalogue, verified, yuan
from tests.loan_book import days
from tests.wealth_cases import position, put_in

ACCOUNTS: Final = ("1100", "1110", "1120", "1130", "1195", "2060", "9010")
# What was earned less what was waived: which month bears a waiver is its own day's.
EARNED: Final = text(
    """
    SELECT CASE income.code WHEN '5050' THEN '40' || right(owed.code, 2) ELSE income.code END AS code,
        sum(CASE WHEN t.credit_id = income.id THEN t.amount ELSE -t.amount END)
    FROM account owed
        JOIN transfer t ON owed.id IN (t.debit_id, t.credit_id)
        JOIN account income ON income.id IN (t.debit_id, t.credit_id)
            AND income.code IN ('4010', '4020', '4030', '5050')
    WHERE owed.owner = :loan AND owed.code IN ('1100', '1110', '1120', '1130', '1195', '2060')
    GROUP BY 1
    HAVING sum(CASE WHEN t.credit_id = income.id THEN t.amount ELSE -t.amount END) <> 0
    """
)
_numbers = count(1)


@pytest.fixture
def units(cloned_units: Units) -> Units:
    """Units that really commit: months in one outer transaction pile up savepoints, which slow each other down."""
    return cloned_units


@pytest.fixture(autouse=True)
async def _on_sale(units: Units) -> None:
    await the_catalogue(units)


async def borrowers(units: Units, *names: str) -> list[tuple[Customer, Loan]]:
    """People with the same loan from the same day, who have spent it."""
    made = []
    for name in names:
        person = await a_customer(units, name)
        loan = await a_loan(units, person)
        async with units.begin(Actor("customer", person.id)) as unit:
            (await unit.session.get_one(Customer, person.id)).tier = 2
            await unit.session.flush()
            await wallet.withdraw(unit, person.id, yuan(3000), f"spent:{person.id}", SANDBOX)
        made.append((person, loan))
    return made


async def pays(
    units: Units, who: tuple[Customer, Loan], amount: str | int | None, ahead: Prepayment | None = None
) -> LoanPayment:
    """Bring money and repay with it at once; None settles. Return the payment."""
    person, loan = who
    async with units.begin(Actor("customer", person.id)) as unit:
        due = (await queries.view(unit, loan)).settlement if amount is None else yuan(amount)
        await wallet.topup(unit, person.id, due, f"brought:{next(_numbers)}", SANDBOX)
        await repayment.repay(unit, loan.id, None if amount is None else due, f"paid:{next(_numbers)}", ahead=ahead)
        return (await reversal.reversible(unit, loan.id))[0]


async def has_waived(units: Units, who: tuple[Customer, Loan], amount: int) -> None:
    """Waive so many cents of penalty."""
    async with units.begin() as unit:
        loan = await repayment.locked_active(unit, who[1].id)
        await repayment.bring_up_to_date(unit, loan)
        due = [each for each in await queries.owed(unit, [loan.id], unit.open_on) if each.due_on <= unit.open_on]
        await waive.waive(unit, loan, waive.laid(due, "penalty", amount), f"waived:{next(_numbers)}")


async def takes_back(units: Units, who: tuple[Customer, Loan], payment: LoanPayment) -> None:
    """Take a payment back, as two operators do."""
    maker, checker = await an_operator(units, "Olu"), await an_operator(units, "Mei")
    params = {"payment": payment.id}
    async with units.begin(Actor("operator", maker.id)) as unit:
        subject, key = f"loan:{who[1].id}", f"reversal:{next(_numbers)}"
        action = ACTIONS.called(reversal.ACTION)
        made = await approvals.propose(unit, maker.id, action, subject, params, "it bounced", key)
    async with units.begin(Actor("operator", checker.id)) as unit:
        await approvals.approve(unit, ACTIONS, made.id, checker.id, made.version)


async def facts(units: Units, who: tuple[Customer, Loan]) -> dict[str, Any]:
    """Return all that the rows and the ledger say of a loan, but for whose it is."""
    loan_id = who[1].id
    async with units.begin() as unit:
        rows = await unit.session.scalars(
            text("SELECT to_jsonb(i) - 'loan_id' FROM instalment i WHERE loan_id = :loan ORDER BY nr"),
            {"loan": loan_id},
        )
        loan = await unit.session.get_one(Loan, loan_id)
        names = ("state", "non_accrual_since", "fee_earned", "capitalised")
        suspended = ("suspended_principal", "suspended_interest", "suspended_fee", "suspended_penalty")
        return {
            "rows": list(rows),
            "loan": {name: getattr(loan, name) for name in (*names, *suspended)},
            "accounts": {code: (await ledger.balance(unit, Account(code, loan_id))).amount for code in ACCOUNTS},
            "earned": {row.code: int(row[1]) for row in await unit.session.execute(EARNED, {"loan": loan_id})},
        }


async def test_the_loan_is_what_it_would_be_without_the_payment_whatever_came_after_it(
    units: Units, clock: ManualClock
) -> None:
    """Ana and Bo: late, a penalty waived, part-paid, fewer parts by choice. Cy and Di: settled by the later payment."""
    ana, bo, cy, di = await borrowers(units, "Ana", "Bo", "Cy", "Di")
    await days(units, clock, until="2026-04-20 12:00")
    never_came = [await pays(units, ana, "100.50"), await pays(units, cy, 500)]
    await days(units, clock, until="2026-05-02 12:00")
    for late in (ana, bo):
        await has_waived(units, late, 30)
        await pays(units, late, 150)
    await days(units, clock, until="2026-05-20 12:00")
    for late in (ana, bo):
        await pays(units, late, 1400, Prepayment.REDUCE_TERM)
    settlement = await pays(units, cy, None)
    await pays(units, di, f"{settlement.amount / 100:.2f}")
    await days(units, clock, until="2026-06-05 12:00")
    assert (await facts(units, cy))["loan"]["state"] == LoanState.SETTLED
    for who, payment in zip((ana, cy), never_came, strict=True):
        await takes_back(units, who, payment)
    await verified(units)
    assert await balance(units, ana[0]) == yuan("100.50")
    assert await balance(units, cy[0]) == yuan(500)
    for whose, without in ((ana, bo), (cy, di)):
        assert await facts(units, whose) == await facts(units, without)
    await days(units, clock, until="2026-06-13 12:00")
    await verified(units)
    for whose, given_back in ((ana, "100.50"), (cy, 500)):
        assert await balance(units, whose[0]) < yuan(given_back), "what came back is debited when something is due"


async def test_without_the_payment_it_was_in_arrears_for_longer_and_no_longer_accrues(
    units: Units, clock: ManualClock
) -> None:
    ana, bo = await borrowers(units, "Ana", "Bo")
    await days(units, clock, until="2026-04-20 12:00")
    never_came = await pays(units, ana, 1100)
    await days(units, clock, until="2026-07-20 12:00")
    for late in (ana, bo):
        await pays(units, late, 20)
    assert (await facts(units, ana))["loan"]["non_accrual_since"] is None
    assert (await facts(units, bo))["accounts"]["1195"] > 0
    await takes_back(units, ana, never_came)
    assert await facts(units, ana) == await facts(units, bo)
    await verified(units)


async def test_what_came_out_of_change_plus_stays_out_when_the_payment_is_taken_back(
    units: Units, clock: ManualClock
) -> None:
    ana = await a_customer(units, money=1000)
    loan = await a_loan(units, ana)
    await put_in(units, ana, 1000)
    await live(units, clock, until="2026-03-13 10:00")
    for number in range(2):
        async with units.begin(Actor("customer", ana.id)) as unit:
            await pay_from_change_plus.repay(unit, ana.id, loan.id, yuan(300), f"out of it {number}")
    async with units.begin() as unit:
        never_came = (await reversal.reversible(unit, loan.id))[1]
    await takes_back(units, (ana, loan), never_came)
    assert await balance(units, ana) == yuan(3300)
    assert (await position(units, ana)).confirmed == yuan(400)
    await verified(units)


async def test_what_cannot_be_taken_back_by_itself_is_refused(units: Units, clock: ManualClock) -> None:
    ana, bo = await borrowers(units, "Ana", "Bo")
    first = await pays(units, ana, 50)
    other = await pays(units, bo, 50)
    await takes_back(units, ana, first)
    refused: Sequence[tuple[int, type[Exception], str]] = (
        (first.id, Conflict, "payment_reversed"),
        (other.id, NotFound, "loan_payment"),
        (987_654, NotFound, "loan_payment"),
    )
    olu = await an_operator(units, "Olu")
    for number, (payment_id, kind, code) in enumerate(refused):
        async with units.begin() as unit:
            with pytest.raises(kind, match=code):
                await approvals.propose(
                    unit,
                    olu.id,
                    ACTIONS.called(reversal.ACTION),
                    f"loan:{ana[1].id}",
                    {"payment": payment_id},
                    "it bounced",
                    f"refused:{number}",
                )
    async with units.begin() as unit:
        loan = await repayment.locked_active(unit, bo[1].id)
        offer = await restructure.offered(unit, loan, restructure.terms_of(loan, {"count": 9}), "offer")
        await restructure.take(unit, offer.id, bo[0].id, "agreed")
    async with units.begin() as unit:
        loan = await repayment.locked_active(unit, bo[1].id)
        payment = await unit.session.get_one(LoanPayment, other.id)
        with pytest.raises(RuleViolation, match="reversal_of_old_schedule"):
            await reversal.reverse_payment(unit, loan, payment, "too late", redeem_again)
    assert Money(0, CNY) == await balance(units, bo[0])
