"""Who gets no offer of credit: each line keeps out those of whom it knows a reason, the others get it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text

from finance_core.customers import consents, freezing
from finance_core.customers.consents import Topic
from finance_core.customers.models import Customer
from finance_core.kernel.clock import ManualClock
from finance_core.lines import OFFER_CHECKS
from finance_core.loans.models import LoanState
from finance_core.loans.origination import self_limits
from finance_core.offers.running.checking import held_up
from finance_core.offers.running.starting import run_of
from finance_core.privacy import closing
from finance_core.storage.unit import Units
from tests.broadcasts import a_run
from tests.builders import CIPHER, SAID, a_customer, a_loan, live, the_catalogue


async def willing(units: Units, name: str) -> Customer:
    """Return somebody who has agreed to offers of loans."""
    customer = await a_customer(units, name)
    async with units.begin() as unit:
        await consents.choose(unit, customer.id, Topic.LOANS, SAID, given=True)
    return customer


async def why_not(units: Units, *people: Customer, is_credit: bool = True) -> list[str | None]:
    """Return why each is not sent an offer now, None for who is; hours apart."""
    run_id = 12 if is_credit else 13
    async with units.begin() as unit:
        run = await run_of(unit, run_id)
        found = await held_up(unit, run, OFFER_CHECKS, [each.id for each in people])
    return [move.reason if (move := found.get(each.id)) else None for each in people]


async def the_runs(units: Units) -> None:
    await a_run(units, topic=Topic.LOANS, is_credit=True, product_line="loans", hours=24 * 300)
    await a_run(units, 13, topic=Topic.LOANS, hours=24 * 300)


async def test_arrears_keep_somebody_from_credit_until_30_days_after_they_are_over(
    units: Units, clock: ManualClock
) -> None:
    await the_catalogue(units)
    await the_runs(units)
    ana, bo = await willing(units, "Ana"), await willing(units, "Bo")
    loan = await a_loan(units, ana, automatic_debit=False)
    assert await why_not(units, ana, bo) == [None, None]

    await live(units, clock, until="2026-04-14 12:00")
    assert await why_not(units, ana, bo) == ["arrears", None]
    assert await why_not(units, ana, is_credit=False) == [None]

    async with units.begin() as unit:  # the payment of it, as the arrears have it
        await unit.session.execute(
            text("INSERT INTO arrears (loan_id, from_on, since) VALUES (:id, '2026-04-14', NULL)"), {"id": loan.id}
        )
        await unit.session.execute(text("UPDATE loan SET overdue_since = NULL WHERE id = :id"), {"id": loan.id})
        assert (await why_not(units, ana)) == ["arrears"], "within 30 days"
        await unit.session.execute(text("UPDATE book SET open_on = '2026-05-14'"))
    assert await why_not(units, ana) == [None]


async def test_each_reason_that_a_line_knows_keeps_somebody_from_credit_alone(units: Units, clock: ManualClock) -> None:
    await the_catalogue(units)
    await the_runs(units)
    names = ("frozen", "locked", "leaving", "young", "blocks", "gave back", "declined", "complains", "good")
    frozen, locked, leaving, young, blocks, gave_back, declined, complains, good = [
        await willing(units, name) for name in names
    ]
    given_back = await a_loan(units, gave_back)
    async with units.begin() as unit:
        await freezing.begin_freeze(unit, CIPHER, frozen.id, "a reason", by=0)
        await closing.ask(unit, leaving.id, "leaving")
        await self_limits.block(unit, blocks.id, 30)
        for change, who in (
            ("UPDATE customer SET outflow_locked_at = :now WHERE id = :id", locked),
            ("UPDATE customer SET adult_confirmed_at = NULL WHERE id = :id", young),
        ):
            await unit.session.execute(text(change), {"now": unit.now, "id": who.id})
        await unit.session.execute(
            text("UPDATE loan SET state = :void, ended_on = '2026-03-12' WHERE id = :id"),
            {"void": str(LoanState.VOID), "id": given_back.id},
        )
        await unit.session.execute(
            text(
                "INSERT INTO loan_application (customer_id, product, product_version, asset, principal, count, unit,"
                " refinances, grade, all_in_rate, quoted, facts, credit_limit, reasons, concerns, state, asked_at,"
                " decided_at) VALUES (:id, 'lightning', 1, 'CNY', 1, 1, 'month', false, 'C', 1, '{}', '{}', 1, '[]',"
                " '[]', 'declined', :now, :now)"
            ),
            {"id": declined.id, "now": unit.now},
        )
        await unit.session.execute(
            text(
                "INSERT INTO service_case (key, customer_id, topic, kind, language, state, opened_at, due_at)"
                " VALUES ('k', :id, 'loan.how', 'complaint', 'en', 'open', :now, :now)"
            ),
            {"id": complains.id, "now": unit.now},
        )
    people = [frozen, locked, leaving, young, blocks, gave_back, declined, complains, good]
    expected = ["frozen"] * 3 + ["credit"] * 5 + [None]
    assert await why_not(units, *people) == expected
    assert await why_not(units, *people, is_credit=False) == [None, None, "frozen", *[None] * 6]

    async with units.begin() as unit:
        await unit.session.execute(text("UPDATE book SET open_on = open_on + 31"))
    clock.advance(days=31)
    clock.set(clock.now() - timedelta(hours=1))
    assert await why_not(units, blocks, gave_back, declined) == [None, None, None]
