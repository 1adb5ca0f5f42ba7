"""What is really one's own: what one owns less what one owes. A loan is no gain, and what it earns is a cost."""

from __future__ import annotations

from datetime import date

from finance_core.change_plus.product import fund_on_sale
from finance_core.journeys import my_money
from finance_core.kernel.clock import ManualClock
from finance_core.loans import queries
from finance_core.loans.models import LoanState
from finance_core.storage.unit import Units
from tests.builders import a_customer, a_loan, live, the_catalogue, verified, yuan
from tests.loan_book import pay, topped_up


async def test_a_loan_is_no_gain_and_each_day_owes_what_would_have_settled_it(units: Units, clock: ManualClock) -> None:
    await the_catalogue(units)
    ana = await a_customer(units, "Ana")
    await topped_up(units, ana, 1000)
    await live(units, clock, until="2026-03-13 12:00")
    loan = await a_loan(units, ana)
    settlements = {}
    for day in (13, 14, 15, 16):
        await live(units, clock, until=f"2026-03-{day} 20:00")
        if day == 15:
            await pay(units, loan, 500)
        async with units.begin() as unit:
            running = (await queries.of_customer(unit, ana.id, LoanState.ACTIVE))[0]
            settlements[unit.open_on] = (await queries.view(unit, running)).settlement
            worth = await my_money.worth_by_day(unit, await fund_on_sale(unit), ana.id, 5)
        assert worth[date(2026, 3, day)].owed == settlements[date(2026, 3, day)], "today's, as the card says it"
    assert [each.owned for each in worth.values()] == [yuan(1000), yuan(4000), yuan(4000), yuan(3500), yuan(3500)]
    assert worth[date(2026, 3, 12)].owed == yuan(0)
    assert worth[date(2026, 3, 13)].net == yuan("998.50"), "a day's interest, and no gain of 3,000"
    assert worth[date(2026, 3, 16)].net == yuan(1000) - (settlements[date(2026, 3, 16)] - yuan(2500))
    await verified(units)
