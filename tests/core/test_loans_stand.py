"""What a loan must stand: payments at midnight, on the last day of February, in the hour that a clock change repeats or
leaves out, two at once, beyond what is owed, on a due day that was shifted; and ten days without anybody.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from finance_core.business_day.tick import run_due
from finance_core.customers.models import Customer
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.errors import Conflict, InsufficientFunds
from finance_core.kernel.money import CNY, Money
from finance_core.loans import queries
from finance_core.loans.models import Loan, LoanState
from finance_core.loans.rules.terms import Prepayment
from finance_core.storage.engine import create_engine
from finance_core.storage.founding import found
from finance_core.storage.unit import Units
from tests.builders import a_customer, balance, verified, yuan
from tests.embedded import Cluster
from tests.loan_book import LOANS_ONLY, booked, borrow, days, emptied, fresh, pay, rows_of, sell, topped_up

BERLIN = ZoneInfo("Europe/Berlin")
WEEKLY: dict[str, Any] = {
    "tenors": [{"unit": "week", "counts": [4, 26]}],
    "default": {"unit": "week", "count": 4},
    "rates": {"per": "year", **dict.fromkeys("ABCD", "12")},
}


@asynccontextmanager
async def book_at(
    url: str, clock: ManualClock, opened_on: date | None, zone: str = "Asia/Shanghai"
) -> AsyncIterator[Units]:
    """The book of a database of its own, founded on a day in a zone unless it is already."""
    engine = create_engine(url)
    if opened_on is not None:
        async with engine.begin() as connection:
            await found(connection, zone, opened_on)
    yield Units(engine, clock)
    await engine.dispose()


@asynccontextmanager
async def book_of(cluster: Cluster, clock: ManualClock, opened_on: date, zone: str) -> AsyncIterator[Units]:
    """A book in a database of its own."""
    with cluster.cloned() as url:
        async with book_at(url, clock, opened_on, zone) as units:
            yield units


async def test_a_payment_at_midnight_is_that_days(cloned_units: Units, clock: ManualClock) -> None:
    """The book moves at midnight: a payment before that is the old day's, one after it the due day's own."""
    units = cloned_units
    await sell(units, "weekly", **WEEKLY)
    ana, bo = await a_customer(units, money=1000), await a_customer(units, "Bo", money=1000)
    early, punctual = await borrow(units, ana, "weekly", 1000, 4), await borrow(units, bo, "weekly", 1000, 4)
    row = (await rows_of(units, early))[0]
    whole = f"{(row.principal + row.interest) / 100:.2f}"
    await days(units, clock, until="2026-03-18 23:59:59")
    await pay(units, early, whole)
    await days(units, clock, until="2026-03-19 00:00")
    await pay(units, punctual, whole)
    first = (await rows_of(units, punctual))[0]
    assert (first.settled_on, first.paid_interest) == (date(2026, 3, 19), row.interest)
    await days(units, clock, until="2026-03-19 09:30")
    first = (await rows_of(units, early))[0]
    # a second earlier it was ahead of its day: it covered the instalment, and a little beyond it
    assert (first.settled_on, first.paid_principal >= row.principal) == (date(2026, 3, 19), True)
    assert first.paid_interest < row.interest + 1
    for loan in (early, punctual):
        async with units.begin() as unit:
            assert (await queries.view(unit, loan)).days_past_due == 0
    await days(units, clock, until="2026-03-20 12:00")
    await verified(units)


@pytest.mark.parametrize(("signed", "due"), [("2027-01-31", date(2027, 2, 28)), ("2028-01-31", date(2028, 2, 29))])
async def test_a_payment_on_the_last_day_of_february(cluster: Cluster, signed: str, due: date) -> None:
    clock = ManualClock(datetime.fromisoformat(f"{signed}T04:00:00+00:00"))
    async with book_of(cluster, clock, date.fromisoformat(signed), "Asia/Shanghai") as units:
        await sell(units, "monthly", rates={"per": "year", **dict.fromkeys("ABCD", "10")})
        ana = await a_customer(units, money=1000)
        loan = await borrow(units, ana, "monthly", 1200, 3)
        assert [row.due_on for row in await rows_of(units, loan)][:2] == [due, date(due.year, 3, 31)]
        await days(units, clock, until=f"{due} 08:00")
        async with units.begin() as unit:
            now = (await queries.view(unit, loan)).due_now
        await pay(units, loan, f"{now.amount / 100:.2f}")
        first, second, _ = await rows_of(units, loan)
        assert (first.settled_on, first.paid_interest) == (due, first.interest)
        assert second.starts_on == due
        await days(units, clock, until=f"{due + timedelta(days=2)} 12:00")
        assert await booked(units, "1110", loan.id) == Money(second.interest * 2 // (second.due_on - due).days, CNY)
        await verified(units)


@pytest.mark.parametrize(
    ("opened", "due", "instants"),
    [
        # at 01:00 UTC the wall in Berlin goes from 02:00 to 03:00
        ("2026-03-22", date(2026, 3, 29), ["2026-03-29T00:59:59", "2026-03-29T01:00:00"]),
        # the hour from 02:00 comes twice
        ("2026-10-18", date(2026, 10, 25), ["2026-10-25T00:30:00", "2026-10-25T01:30:00"]),
    ],
)
async def test_payments_in_the_hour_of_a_clock_change(
    cluster: Cluster, opened: str, due: date, instants: list[str]
) -> None:
    clock = ManualClock(datetime.fromisoformat(f"{opened}T10:00:00+00:00"))
    async with book_of(cluster, clock, date.fromisoformat(opened), "Europe/Berlin") as units:
        await sell(units, "weekly", **WEEKLY)
        ana = await a_customer(units)
        loan = await borrow(units, ana, "weekly", 1000, 4)
        for number, instant in enumerate(instants):
            await days(units, clock, until=instant, zone=ZoneInfo("UTC"))
            async with units.begin() as unit:
                assert unit.open_on == due
            await pay(units, loan, 100, f"payment {number}")
        async with units.begin() as unit:
            paid = await unit.session.scalars(text("SELECT on_date FROM loan_payment ORDER BY id"))
            assert list(paid) == [due, due]
        await days(units, clock, until=f"{due + timedelta(days=1)} 12:00", zone=BERLIN)
        first, second, *_ = await rows_of(units, loan)
        assert first.settled_on == due
        assert second.accrued_interest == second.interest // 7
        async with units.begin() as unit:
            steps = await unit.session.execute(
                text("SELECT step, count(*) FROM day_step WHERE on_date = :due GROUP BY step"), {"due": due}
            )
            assert {count for _, count in steps} == {1}
        await verified(units)


async def test_two_payments_at_once_take_what_is_owed_once(cloned_units: Units) -> None:
    units = cloned_units
    await sell(units, "weekly", **WEEKLY)
    ana = await a_customer(units, money=5000)
    loan = await borrow(units, ana, "weekly", 1000, 4)
    done = await asyncio.gather(*(pay(units, loan, 700, f"at once {n}") for n in range(3)), return_exceptions=True)
    amounts = sorted(each.amount for each in done if not isinstance(each, BaseException))
    assert amounts == [yuan(300), yuan(700)]
    assert sum(isinstance(each, Conflict) for each in done) == 1
    assert await balance(units, ana) == yuan(5000)
    assert (await fresh(units, loan)).state == LoanState.SETTLED
    await verified(units)


async def test_the_same_payment_sent_twice_at_once_is_one(cloned_units: Units) -> None:
    units = cloned_units
    await sell(units, "weekly", **WEEKLY)
    ana = await a_customer(units, money=5000)
    loan = await borrow(units, ana, "weekly", 1000, 4)
    first = await pay(units, loan, 300, "one tap")
    again = await pay(units, loan, 300, "one tap")
    assert (again.amount, again.reference, again.settled) == (first.amount, first.reference, False)
    assert again.paid_ahead == first.paid_ahead
    assert await balance(units, ana) == yuan(5700)
    await verified(units)


async def test_more_than_is_owed_is_not_taken_and_more_than_one_has_moves_nothing(cloned_units: Units) -> None:
    units = cloned_units
    await sell(units, "weekly", **WEEKLY)
    ana = await a_customer(units, money=50)
    loan = await borrow(units, ana, "weekly", 1000, 4)
    repaid = await pay(units, loan, 1040)
    assert (repaid.amount, repaid.settled) == (yuan(1000), True)
    assert await balance(units, ana) == yuan(50)
    other = await borrow(units, ana, "weekly", 1000, 4)
    await emptied(units, ana)
    with pytest.raises(InsufficientFunds):
        await pay(units, other, 10)
    assert not [row for row in await rows_of(units, other) if row.paid_principal or row.paid_interest]
    await verified(units)


async def test_a_due_day_that_is_a_holiday_falls_due_on_the_next_working_day(
    cloned_units: Units, clock: ManualClock
) -> None:
    """12 April 2026 is a Sunday: the instalment is due, debited and counted from Monday the 13th."""
    units = cloned_units
    await sell(units, "shifted", holiday_shift="next")
    ana, bo = await a_customer(units, money=500), await a_customer(units, "Bo")
    loan, late = await borrow(units, ana, "shifted"), await borrow(units, bo, "shifted")
    await emptied(units, bo)
    first = (await rows_of(units, loan))[0]
    assert first.due_on == date(2026, 4, 13)
    await days(units, clock, until="2026-04-12 23:00")
    assert await balance(units, ana) == yuan(3500)
    await days(units, clock, until="2026-04-13 09:30")
    assert (await rows_of(units, loan))[0].settled_on == date(2026, 4, 13)
    assert (await rows_of(units, loan))[0].paid_interest == first.interest
    await days(units, clock, until="2026-04-14 12:00")
    assert (await rows_of(units, late))[0].late_interest == first.principal * 1825 // 3_650_000
    assert (await fresh(units, late)).overdue_since == date(2026, 4, 13)
    # paying ahead keeps the shifted days
    before = [row.due_on for row in await rows_of(units, loan)]
    await pay(units, loan, 1000, ahead=Prepayment.REDUCE_INSTALMENT)
    assert [row.due_on for row in await rows_of(units, loan)] == before
    await verified(units)


async def test_paying_the_next_instalment_early_leaves_its_day_almost_nothing(
    cloned_units: Units, clock: ManualClock
) -> None:
    units = cloned_units
    await sell(units, "plain")
    ana = await a_customer(units, money=1000)
    loan = await borrow(units, ana, "plain")
    await days(units, clock, until="2026-04-10 12:00")
    before = await rows_of(units, loan)
    await pay(units, loan, f"{(before[0].principal + before[0].interest) / 100:.2f}")
    after = await rows_of(units, loan)
    assert after[0].principal - after[0].paid_principal == 0
    assert after[0].interest - after[0].paid_interest < 300  # two days of interest on what is left
    for old, new in zip(before[1:-1], after[1:-1], strict=True):
        assert abs(new.principal + new.interest - old.principal - old.interest) < 100
    await verified(units)


async def test_fewer_instalments_by_choice_end_the_loan_sooner(cloned_units: Units, clock: ManualClock) -> None:
    units = cloned_units
    await sell(units, "plain")
    ana = await a_customer(units, money=1000)
    loan = await borrow(units, ana, "plain")
    await days(units, clock, until="2026-03-22 12:00")
    level = sum(
        split for split in ((await rows_of(units, loan))[1].principal, (await rows_of(units, loan))[1].interest)
    )
    await pay(units, loan, 2000, ahead=Prepayment.REDUCE_TERM)
    rows = await rows_of(units, loan)
    assert len(rows) == 3
    assert rows[1].principal + rows[1].interest == level
    assert sum(row.principal for row in rows) == 300_000
    async with units.begin() as unit:
        versions = await unit.session.scalars(text("SELECT reason FROM schedule_version ORDER BY version"))
        assert list(versions) == ["signed", "paid_ahead"]
    await days(units, clock, until="2026-06-13 12:00")
    assert (await fresh(units, loan)).state == LoanState.SETTLED
    await verified(units)


LEDGER = """
    SELECT e.kind, e.key, e.business_date, e.value_on, array_agg(
        ledger_path(d.book, d.code, d.owner, d.asset) || '>' || ledger_path(c.book, c.code, c.owner, c.asset)
        || '=' || t.amount ORDER BY t.position)
    FROM entry e JOIN transfer t ON t.entry_id = e.id JOIN account d ON d.id = t.debit_id
    JOIN account c ON c.id = t.credit_id
    GROUP BY e.id ORDER BY e.business_date, e.key
"""
STATES = (
    "SELECT to_jsonb(loan) - 'signed_at' FROM loan ORDER BY id",
    "SELECT to_jsonb(instalment) FROM instalment ORDER BY loan_id, nr",
    "SELECT to_jsonb(arrears) FROM arrears ORDER BY loan_id, from_on",
    "SELECT to_jsonb(schedule_version) FROM schedule_version ORDER BY loan_id, version",
    "SELECT loan_id, kind, on_date, details - 'reference' FROM loan_event ORDER BY loan_id, id",
    "SELECT loan_id, kind, amount, value_on, on_date, parts FROM loan_payment ORDER BY loan_id, id",
)


async def test_ten_days_without_anybody_end_where_a_run_without_them_ends(cluster: Cluster) -> None:
    """Fees, late fees, a due day, a debit in part, the 91st day, a class that changes, provisions: all in the gap."""
    clock = ManualClock(datetime(2026, 3, 12, 2, 0, tzinfo=UTC))
    with cluster.cloned() as before:
        async with book_at(before, clock, date(2026, 3, 12)) as units:
            await sell(units, "weekly", **WEEKLY_WITH_FEES)
            people = [await a_customer(units, name, money=money) for name, money in PEOPLE]
            loans = [await borrow(units, who, "weekly", 2000, 26) for who in people]
            for poor in people[:2]:
                await emptied(units, poor)
            await days(units, clock, until="2026-06-12 12:00")
            await verified(units)
        without, with_outage = [
            await _lived_on(cluster, before, people[1], loans[2], outage=outage) for outage in (False, True)
        ]
    for expected, found_after in zip(without, with_outage, strict=True):
        assert found_after == expected
    assert any(row[0] == "loan.suspense" for row in without[0])


async def _lived_on(
    cluster: Cluster, before: str, partly: Customer, settled: Loan, *, outage: bool
) -> list[list[tuple[Any, ...]]]:
    """Live two weeks in a copy of a book, ten days of them in one go or not; return its ledger and states then."""
    clock = ManualClock(datetime(2026, 6, 12, 4, 0, tzinfo=UTC))
    with cluster.cloned(before) as url:
        async with book_at(url, clock, None) as units:
            await topped_up(units, partly, 700, "before the gap")
            if outage:
                clock.set(datetime(2026, 6, 22, 4, 0, tzinfo=UTC))
                await run_due(units, LOANS_ONLY)
            await days(units, clock, until="2026-06-22 12:00")
            await pay(units, settled, 500, "after the gap", Prepayment.REDUCE_TERM)
            await days(units, clock, until="2026-06-26 12:00")
            await verified(units)
            async with units.begin() as unit:
                return [[tuple(row) for row in await unit.session.execute(text(query))] for query in (LEDGER, *STATES)]


WEEKLY_WITH_FEES: dict[str, Any] = {
    **WEEKLY,
    "tenors": [{"unit": "week", "counts": [26]}],
    "default": {"unit": "week", "count": 26},
    "fees": {"at_disbursement": "5", "each_instalment": "1", "late": "2"},
    "minimum": "1500",
}
PEOPLE = [("Never", 0), ("Partly", 0), ("Always", 3000)]
