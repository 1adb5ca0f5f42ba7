"""What two people do to a loan: waive, write off, recover, hand over, restructure; in the ledger and on its rows."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import pytest
from sqlalchemy import text

from finance_core import approvals, ledger
from finance_core.approvals import Approval
from finance_core.customers.models import Customer
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.errors import Conflict, FinanceError, InsufficientFunds, InvalidInput, NotFound, RuleViolation
from finance_core.kernel.money import CNY, Money
from finance_core.ledger import Account
from finance_core.lines import ACTIONS
from finance_core.loans import queries
from finance_core.loans.book import schedules
from finance_core.loans.daily import DEBIT
from finance_core.loans.models import Loan, LoanState
from finance_core.loans.operations import common, handover, recovery, restructure, waive, write_off
from finance_core.loans.origination import applications, officer, quoting
from finance_core.loans.origination.decision import Concern, Reason
from finance_core.loans.repayment import repayment
from finance_core.storage.unit import Actor, Units
from finance_core.wallet import service as wallet
from finance_core.wallet.rails import SANDBOX
from tests.builders import a_customer, a_loan, an_operator, balance, live, the_catalogue, verified, yuan
from tests.loan_book import days
from tests.pasts import Past

if TYPE_CHECKING:
    from tests.embedded import Cluster

WHY: Final = "as agreed on the phone"
_numbers = count(1)


@pytest.fixture
def units(cloned_units: Units) -> Units:
    """Units that really commit: months in one outer transaction pile up savepoints, which slow each other down."""
    return cloned_units


@pytest.fixture(autouse=True)
async def _on_sale(units: Units) -> None:
    await the_catalogue(units)


@pytest.fixture
async def desk(units: Units) -> tuple[Customer, Customer]:
    """A maker and a checker."""
    return await an_operator(units, "Olu"), await an_operator(units, "Mei")


@dataclass(frozen=True)
class Late:
    """Ana, who has borrowed 3,000 over 6 months on 12 March, has spent the money and pays nothing; and the desk."""

    desk: tuple[Customer, Customer]
    ana: Customer
    loan: Loan


MOMENTS: Final = (
    "2026-04-14 12:00",
    "2026-04-20 12:00",
    "2026-04-25 12:00",
    "2026-05-05 12:00",
    "2026-05-20 12:00",
    "2026-07-20 12:00",
)
"""All that tests go on from: lived up to in this order, whichever of them is asked for first."""
LatePast: TypeAlias = Callable[[str], Awaitable[tuple[Units, Late]]]


@pytest.fixture(scope="module")
async def past(cluster: Cluster) -> AsyncIterator[Past[Late]]:
    past = Past(cluster, _borrow_and_spend, lambda units, clock, until: days(units, clock, until=until), MOMENTS)
    yield past
    await past.forget()


@pytest.fixture
async def late(past: Past[Late], clock: ManualClock) -> AsyncIterator[LatePast]:
    """Go to a moment of Ana's life with that loan, in a database that is the test's alone."""
    async with AsyncExitStack() as copies:
        yield lambda until: copies.enter_async_context(past.at(until, clock))


async def _borrow_and_spend(units: Units) -> Late:
    await the_catalogue(units)
    desk = await an_operator(units, "Olu"), await an_operator(units, "Mei")
    ana = await a_customer(units)
    loan = await a_loan(units, ana)
    await spends(units, ana, 3000)
    return Late(desk, ana, loan)


async def spends(units: Units, who: Customer, amount: int) -> None:
    async with units.begin(Actor("customer", who.id)) as unit:
        who_now = await unit.session.get_one(Customer, who.id)
        who_now.tier = 2
        await unit.session.flush()
        await wallet.withdraw(unit, who.id, yuan(amount), f"spent:{who.id}:{amount}:{unit.now}", SANDBOX)


async def done(
    units: Units, desk: tuple[Customer, Customer], action: str, loan: Loan, params: Mapping[str, Any] | None = None
) -> Approval:
    """Propose and approve, each by their own; return the approval as it was carried out."""
    maker, checker = desk
    async with units.begin(Actor("operator", maker.id)) as unit:
        key = f"{action}:{loan.id}:{next(_numbers)}"
        made = await approvals.propose(
            unit, maker.id, ACTIONS.called(action), f"loan:{loan.id}", params or {}, WHY, key
        )
    async with units.begin(Actor("operator", checker.id)) as unit:
        return await approvals.approve(unit, ACTIONS, made.id, checker.id, made.version)


async def owed(units: Units, loan: Loan) -> common.Standing:
    async with units.begin() as unit:
        return common.standing(await queries.instalments(unit, loan.id))


async def on_books(units: Units, code: str, owner: int = 0) -> int:
    async with units.begin() as unit:
        return (await ledger.balance(unit, Account(code, owner))).amount


async def events(units: Units, loan: Loan) -> list[str]:
    async with units.begin() as unit:
        found = text("SELECT kind FROM loan_event WHERE loan_id = :loan ORDER BY id")
        return list(await unit.session.scalars(found, {"loan": loan.id}))


async def told(units: Units, who: Customer) -> list[str]:
    async with units.begin() as unit:
        found = text("SELECT kind FROM outbox WHERE customer_id = :who ORDER BY id")
        return list(await unit.session.scalars(found, {"who": who.id}))


# -- waiving ----------------------------------------------------------------------------------------------------------


async def test_a_penalty_of_this_month_is_taken_out_of_its_income(late: LatePast) -> None:
    units, past = await late("2026-04-25 12:00")
    desk, ana, loan = past.desk, past.ana, past.loan
    penalty = (await owed(units, loan)).penalty
    earned = await on_books(units, "4030", loan.product_number)
    assert penalty == earned > 0
    made = await done(units, desk, waive.ACTION, loan, {"what": "penalty", "sum": Money(penalty, CNY).as_json()})
    assert made.before == {"penalty": {"amount": penalty, "asset": "CNY"}}
    assert made.after == {"penalty": {"amount": 0, "asset": "CNY"}}
    assert (await owed(units, loan)).penalty == 0
    assert await on_books(units, "4030", loan.product_number) == 0
    assert await on_books(units, "5050", loan.product_number) == 0
    assert "waived" in await events(units, loan)
    assert "loan.waived" in await told(units, ana)
    await verified(units)


async def test_what_was_charged_in_an_earlier_month_is_an_expense_and_part_of_it_may_be_waived(
    late: LatePast, clock: ManualClock
) -> None:
    units, past = await late("2026-05-05 12:00")
    desk, loan = past.desk, past.loan
    before = await owed(units, loan)
    of_may = await on_books(units, "4030", loan.product_number)
    async with units.begin() as unit:
        of_may -= (await ledger.balance_on(unit, Account("4030", loan.product_number), date(2026, 4, 30))).amount
    amount = of_may + 7
    await done(units, desk, waive.ACTION, loan, {"what": "penalty", "sum": Money(amount, CNY).as_json()})
    assert (await owed(units, loan)).penalty == before.penalty - amount
    assert await on_books(units, "5050", loan.product_number) == 7
    await days(units, clock, until="2026-05-07 12:00")
    assert (await owed(units, loan)).penalty > before.penalty - amount
    await verified(units)


async def test_more_than_is_owed_or_nothing_known_cannot_be_waived(late: LatePast) -> None:
    units, past = await late("2026-04-20 12:00")
    desk, loan = past.desk, past.loan
    sum_ = Money(10_000_000, CNY).as_json()
    refused: list[tuple[dict[str, Any], type[FinanceError], str]] = [
        ({"what": "penalty", "sum": sum_}, RuleViolation, "waiver_above"),
        ({"what": "principal", "sum": sum_}, InvalidInput, "waiver_what"),
        ({"what": "penalty", "sum": Money(-5, CNY).as_json()}, InvalidInput, "amount_not_positive"),
        ({"what": "penalty"}, InvalidInput, "amount_unclear"),
    ]
    for params, kind, code in refused:
        with pytest.raises(kind, match=code):
            await done(units, desk, waive.ACTION, loan, params)


async def test_being_late_through_a_debit_that_comes_late_is_waived_by_itself(units: Units, clock: ManualClock) -> None:
    """The debits of six days are left out, as if they had been held; the due day's one is made up for then."""
    ana = await a_customer(units)
    loan = await a_loan(units, ana)
    await spends(units, ana, 3000)
    await days(units, clock, until="2026-04-12 08:30")
    async with units.begin() as unit:
        left_out = "INSERT INTO day_step (on_date, step, state, ended_at) VALUES (:on, 'loans.debit', 'held', now())"
        for day in range(12, 19):
            await unit.session.execute(text(left_out), {"on": date(2026, 4, day)})
    await days(units, clock, until="2026-04-18 12:00")
    late = await owed(units, loan)
    assert late.penalty > 0
    await DEBIT.run(units, date(2026, 4, 12))
    await DEBIT.run(units, date(2026, 4, 13))
    async with units.begin() as unit:
        first = (await queries.instalments(unit, loan.id))[0]
    assert first.penalty == first.paid_penalty == late.penalty
    assert first.late_interest == first.paid_interest > 0
    assert first.paid_principal == 0
    await days(units, clock, until="2026-04-20 12:00")
    assert (await owed(units, loan)).penalty <= late.penalty * 2 // 6 + 1
    assert (await events(units, loan)).count("waived") == 1
    await verified(units)


# -- writing off and recovering ---------------------------------------------------------------------------------------


async def test_a_write_off_takes_the_whole_loan_off_the_books_and_keeps_what_is_owed(
    late: LatePast, clock: ManualClock
) -> None:
    units, past = await late("2026-07-20 12:00")
    desk, ana, loan = past.desk, past.ana, past.loan
    due = await owed(units, loan)
    suspended = await on_books(units, "1195", loan.id)
    assert 0 < suspended <= due.arrears
    made = await done(units, desk, write_off.ACTION, loan)
    assert made.result is not None
    for code in ("1100", "1110", "1120", "1130", "1195", "2060"):
        assert await on_books(units, code, loan.id) == 0, code
    assert await on_books(units, "9010", loan.id) == due.total
    async with units.begin() as unit:
        assert (await unit.session.get_one(Loan, loan.id)).state == LoanState.WRITTEN_OFF
    assert (await events(units, loan))[-1] == "written_off"
    assert (await told(units, ana))[-1] == "loan.written_off"
    await verified(units)
    with pytest.raises(Conflict, match="loan_settled"):
        await done(units, desk, write_off.ACTION, loan)
    await days(units, clock, until="2026-07-21 12:00")
    await verified(units)


async def test_what_is_paid_on_a_written_off_loan_is_income_until_nothing_is_owed(late: LatePast) -> None:
    units, past = await late("2026-07-20 12:00")
    desk, ana, loan = past.desk, past.ana, past.loan
    bo = await a_customer(units, "Bo", money=100)
    await done(units, desk, write_off.ACTION, loan)
    due = await on_books(units, "9010", loan.id)
    async with units.begin() as unit:
        with pytest.raises(InsufficientFunds):
            await recovery.recover(unit, loan.id, ana.id, yuan(100), "without money")
    async with units.begin() as unit:
        with pytest.raises(NotFound, match="loan"):
            await recovery.recover(unit, loan.id, bo.id, yuan(100), "another's")
        await wallet.topup(unit, ana.id, yuan(5000), "a new job", SANDBOX)
    async with units.begin() as unit:
        first = await recovery.recover(unit, loan.id, ana.id, yuan(100), "first")
        again = await recovery.written_off_of(unit, ana.id)
    assert (first.amount, first.left.amount) == (yuan(100), due - 10_000)
    assert [(each.id, left.amount) for each, left in again] == [(loan.id, due - 10_000)]
    async with units.begin() as unit:
        rest = await recovery.recover(unit, loan.id, ana.id, None, "rest")
        assert rest.left == yuan(0)
        assert await recovery.written_off_of(unit, ana.id) == []
        with pytest.raises(Conflict, match="nothing_to_recover"):
            await recovery.recover(unit, loan.id, ana.id, None, "once more")
    assert await on_books(units, "4050", loan.product_number) == due
    assert await on_books(units, "9010", loan.id) == 0
    assert await balance(units, ana) == yuan(5000) - Money(due, CNY)
    await verified(units)


async def test_who_has_paid_what_was_written_off_may_borrow_again_when_an_officer_agrees(late: LatePast) -> None:
    units, past = await late("2026-07-20 12:00")
    desk, ana, loan = past.desk, past.ana, past.loan
    await done(units, desk, write_off.ACTION, loan)
    assert await decision_on(units, ana) == ([Reason.WRITTEN_OFF], [Concern.RECENT_ARREARS])
    async with units.begin() as unit:
        await wallet.topup(unit, ana.id, yuan(9000), "a new job", SANDBOX)
        await recovery.recover(unit, loan.id, ana.id, None, "all of it")
    assert await decision_on(units, ana) == ([], [Concern.RECENT_ARREARS, Concern.RECOVERED])
    with pytest.raises(RuleViolation, match="loan_referred"):
        await a_loan(units, ana, 1000, 3)
    async with units.begin() as unit:
        quote = await quoting.quote(unit, ana, yuan(1000), 3)
        asked = await applications.apply(unit, ana, quote, await quoting.decision(unit, ana, quote))
        await officer.approve(unit, asked.id, desk[0].id)
    new = await a_loan(units, ana, 1000, 3, application_id=asked.id)
    async with units.begin() as unit:
        await repayment.repay(unit, new.id, None, "all of the new one")
    assert Concern.RECOVERED not in (await decision_on(units, ana))[1]
    await verified(units)


async def decision_on(units: Units, ana: Customer) -> tuple[list[Reason], list[Concern]]:
    async with units.begin() as unit:
        who = await unit.session.get_one(Customer, ana.id)
        decided = await quoting.decision(unit, who, await quoting.quote(unit, who, yuan(1000), 3))
    return list(decided.reasons), list(decided.concerns)


# -- handing over -----------------------------------------------------------------------------------------------------


async def test_reminders_stop_while_a_loan_is_handed_over_and_go_on_when_it_is_taken_back(
    late: LatePast, clock: ManualClock
) -> None:
    units, past = await late("2026-04-14 12:00")
    desk, ana, loan = past.desk, past.ana, past.loan
    await done(units, desk, handover.HAND_OVER, loan, {"collector": "Fair Collections"})
    with pytest.raises(Conflict, match="handed_over"):
        await done(units, desk, handover.HAND_OVER, loan, {"collector": "Another"})
    await live(units, clock, until="2026-04-19 12:00")
    assert await reminders_since(units, ana, "2026-04-15") == {"cancelled": "handed_over"}
    await done(units, desk, handover.TAKE_BACK, loan)
    with pytest.raises(Conflict, match="not_handed_over"):
        await done(units, desk, handover.TAKE_BACK, loan)
    await live(units, clock, until="2026-04-27 12:00")
    assert "pending" in await reminders_since(units, ana, "2026-04-26")
    assert [kind for kind in await events(units, loan) if kind in ("handed_over", "taken_back")] == [
        "handed_over",
        "taken_back",
    ]


async def reminders_since(units: Units, who: Customer, day: str) -> dict[str, str | None]:
    async with units.begin() as unit:
        rows = await unit.session.execute(
            text(
                "SELECT state, error FROM outbox WHERE customer_id = :who AND urgency = 'reminder'"
                " AND created_at >= CAST(:day AS date)"
            ),
            {"who": who.id, "day": date.fromisoformat(day)},
        )
        return {row.state: row.error for row in rows}


# -- restructuring ----------------------------------------------------------------------------------------------------


async def test_a_new_schedule_takes_effect_when_the_borrower_agrees_and_arrears_become_principal(
    late: LatePast, clock: ManualClock
) -> None:
    units, past = await late("2026-05-20 12:00")
    desk, ana, loan = past.desk, past.ana, past.loan
    due = await owed(units, loan)
    made = await done(units, desk, restructure.ACTION, loan, {"count": 12, "holiday": 2, "rate": "12"})
    assert made.before["count"] == 6
    assert (made.after["count"], made.after["rate"], made.after["ends_on"]) == (12, "12", "2027-07-12")
    assert await owed(units, loan) == due
    assert (await told(units, ana))[-1] == "loan.restructure_offered"
    assert made.result is not None
    offer = made.result["offer"]
    async with units.begin(Actor("customer", ana.id)) as unit:
        _, planned = await restructure.planned_today(unit, offer, ana.id)
        await restructure.take(unit, offer, ana.id, "agreed")
    assert planned.balance == due.total
    assert planned.schedule.instalments[0].due_on == date(2026, 8, 12)
    async with units.begin() as unit:
        changed = await unit.session.get_one(Loan, loan.id, populate_existing=True)
        rows = [row for row in await queries.instalments(unit, loan.id) if row.settled_on is None]
        old = await schedules.as_of(unit, loan.id, date(2026, 5, 19))
        new = await schedules.as_of(unit, loan.id, date(2026, 5, 20))
    assert (changed.capitalised, changed.restructured_on, changed.annual_rate) == (
        due.arrears,
        date(2026, 5, 20),
        Decimal(12),
    )
    assert sum(row.principal for row in rows) == due.total
    assert [row.interest for row in rows] == [line.interest for line in planned.schedule.instalments]
    assert len(old) == 6
    assert len([line for line in new if line["due_on"] > "2026-05-20"]) == 12
    assert await on_books(units, "1100", loan.id) == due.total
    assert (await owed(units, loan)).arrears == 0
    await verified(units)
    await days(units, clock, until="2026-08-12 12:00")
    assert (await owed(units, loan)).interest == planned.schedule.instalments[0].interest
    await verified(units)


async def test_what_is_in_suspense_stays_there_when_it_becomes_principal_and_is_earned_when_paid(
    late: LatePast,
) -> None:
    units, past = await late("2026-07-20 12:00")
    desk, ana, loan = past.desk, past.ana, past.loan
    suspended = await on_books(units, "1195", loan.id)
    made = await done(units, desk, restructure.ACTION, loan, {"count": 3})
    assert made.result is not None
    async with units.begin(Actor("customer", ana.id)) as unit:
        await restructure.take(unit, made.result["offer"], ana.id, "agreed")
    assert await on_books(units, "1195", loan.id) == suspended > 0
    await verified(units)
    async with units.begin() as unit:
        await wallet.topup(unit, ana.id, yuan(6000), "an inheritance", SANDBOX)
        await repayment.repay(unit, loan.id, None, "all of it")
    assert await on_books(units, "1195", loan.id) == 0
    assert await on_books(units, "1100", loan.id) == 0
    await verified(units)


async def test_an_offer_is_its_borrowers_for_a_week_once(late: LatePast, clock: ManualClock) -> None:
    units, past = await late("2026-04-20 12:00")
    desk, ana, loan = past.desk, past.ana, past.loan
    bo = await a_customer(units, "Bo")
    older = (await done(units, desk, restructure.ACTION, loan, {"count": 9})).result
    clock.set(clock.now().replace(minute=1))
    newer = (await done(units, desk, restructure.ACTION, loan, {"count": 12})).result
    assert older is not None
    assert newer is not None
    async with units.begin() as unit:
        with pytest.raises(NotFound, match="plan_offer"):
            await restructure.take(unit, newer["offer"], bo.id, "another's")
        with pytest.raises(Conflict, match="plan_offer_settled"):
            await restructure.take(unit, older["offer"], ana.id, "the older one")
    async with units.begin() as unit:
        await restructure.decline(unit, newer["offer"], ana.id)
    async with units.begin() as unit:
        with pytest.raises(Conflict, match="plan_offer_settled"):
            await restructure.take(unit, newer["offer"], ana.id, "after declining it")
    third = (await done(units, desk, restructure.ACTION, loan, {"count": 10})).result
    assert third is not None
    await days(units, clock, until="2026-04-28 12:00")
    async with units.begin() as unit:
        with pytest.raises(Conflict, match="plan_offer_expired"):
            await restructure.take(unit, third["offer"], ana.id, "too late")


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({}, "restructure_count"),
        ({"count": 0}, "restructure_count"),
        ({"count": True}, "restructure_count"),
        ({"count": 6, "holiday": 13}, "restructure_holiday"),
        ({"count": 6, "rate": "30"}, "restructure_rate"),
        ({"count": 6, "rate": "-1"}, "restructure_rate"),
        ({"count": 6, "rate": "cheap"}, "restructure_rate"),
        ({"count": 6, "rate": "NaN"}, "restructure_rate"),
    ],
)
async def test_a_schedule_that_cannot_be_is_refused(
    units: Units, desk: tuple[Customer, Customer], params: dict[str, Any], code: str
) -> None:
    loan = await a_loan(units, await a_customer(units))
    with pytest.raises(InvalidInput, match=code):
        await done(units, desk, restructure.ACTION, loan, params)
