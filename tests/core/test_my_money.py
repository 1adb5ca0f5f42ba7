"""What is really one's own: what one owns less what one owes. A loan is no gain, and what it earns is a cost."""

from __future__ import annotations

from datetime import date

from finance_core.change_plus.product import fund_on_sale
from finance_core.customers.models import Customer
from finance_core.friends import causes, opening, packets
from finance_core.friends.causes import NewCause
from finance_core.friends.packets import NewPacket
from finance_core.friends.rules.draws import PacketKind
from finance_core.journeys import my_money
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.money import Money
from finance_core.loans import queries
from finance_core.loans.models import LoanState
from finance_core.storage.unit import Units
from tests.builders import CIPHER, a_customer, a_loan, live, the_catalogue, verified, yuan
from tests.friends import SEED
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


async def test_what_lies_in_packets_and_collections_is_ones_own_until_somebody_gets_it(
    units: Units, clock: ManualClock
) -> None:
    await the_catalogue(units)
    ana, bo = await a_customer(units, "Ana", money=1000), await a_customer(units, "Bo", money=100)
    async with units.begin() as unit:
        new = NewPacket(yuan(20), 4, kind=PacketKind.EQUAL)
        packet, _ = await packets.make(unit, CIPHER, ana.id, new, "tkn-packet-1", seed=SEED)
        goal = NewCause("A bike", unit.open_on, goal=yuan(500), all_or_nothing=True)
        short = await causes.begin(unit, CIPHER, bo.id, goal, "tkn-cause-01")
        kept = await causes.begin(unit, CIPHER, bo.id, NewCause("A roof", unit.open_on), "tkn-cause-02")
        await causes.give(unit, short.token, ana.id, yuan(30), "g1")
        await causes.give(unit, kept.token, ana.id, yuan(7), "g2")
    assert await in_pots_and_total(units, ana) == (yuan(57), yuan(1000)), "nothing is lost by lying there"
    async with units.begin() as unit:
        await opening.claim(unit, packet.token, bo.id)
    assert await in_pots_and_total(units, ana) == (yuan(52), yuan(995)), "one share of four is Bo's"
    await live(units, clock, until="2026-03-13 12:00")
    assert await in_pots_and_total(units, ana) == (yuan(0), yuan(988)), (
        "what was not reached came back, the roof is Bo's"
    )
    async with units.begin() as unit:
        days = await my_money.value_by_day(unit, await fund_on_sale(unit), ana.id, 3)
    assert days == {date(2026, 3, 11): yuan(0), date(2026, 3, 12): yuan(988), date(2026, 3, 13): yuan(988)}, (
        "both end with the day"
    )
    await verified(units)


async def in_pots_and_total(units: Units, who: Customer) -> tuple[Money, Money]:
    """Return what lies in pots and all that somebody owns, which the days say too."""
    async with units.begin() as unit:
        fund = await fund_on_sale(unit)
        held = await my_money.holdings(unit, fund, who.id)
        days = await my_money.value_by_day(unit, fund, who.id, 2)
        assert days[unit.open_on] == held.total
    return held.in_pots, held.total
