"""Accumulating circles: meetings, shares, votes, loans out of what was saved, leaving, the share-out to the cent."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final

import pytest

from finance_core import ledger
from finance_core.change_plus import service as change_plus
from finance_core.circles import membership, suspending
from finance_core.circles.finding import member_of, officers_of
from finance_core.circles.joining import debits_of
from finance_core.circles.models import Role
from finance_core.circles.rules.auctions import Period
from finance_core.circles.saving import beginning, forming, going, paying_in, voting
from finance_core.circles.saving.finding import begun, meetings, savers
from finance_core.circles.saving.forming import SavingSettings
from finance_core.circles.saving.models import FineWhy, RequestState
from finance_core.circles.suspending import Resolution
from finance_core.customers import consents, operators
from finance_core.customers.roles import Role as OperatorRole
from finance_core.journeys import money_in
from finance_core.journeys.saving_circles import leaving, lending, sharing_out, views
from finance_core.journeys.saving_circles.statements import statement_of
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound, RuleViolation
from finance_core.lines import REPORTS
from finance_core.loans import queries
from finance_core.loans.operations import recovery
from finance_core.loans.origination import applications, group_lines, group_loans, group_opening
from finance_core.loans.repayment import repayment
from finance_core.reports.table import Asked
from finance_core.storage.unit import Units
from finance_core.wallet.rails import SANDBOX
from tests.builders import CIPHER, a_customer, balance, live, the_catalogue, verified, yuan
from tests.circles import AGREED
from tests.saving_circles import RULES, Cycle, a_cycle

BOUGHT: Final = {1: (5, 5, 2), 2: (5, 3, 0), 3: (5, 5, 5), 4: (5, 0, 0), 5: (5, 5, 0)}
"""Shares of the worked example, by place and meeting: 12, 8, 15, 5, 10."""


@pytest.fixture
def units(cloned_units: Units) -> Units:
    """Units that really commit: months in one outer transaction pile up savepoints."""
    return cloned_units


@pytest.fixture(autouse=True)
async def _on_sale(units: Units) -> None:
    await the_catalogue(units)


@pytest.fixture
async def cycle(units: Units, clock: ManualClock) -> Cycle:
    """A cycle on the noon of its first meeting."""
    made = await a_cycle(units, clock)
    await made.at("03-20 12:00")
    return made


async def loan_of(cycle: Cycle, place: int) -> int:
    async with cycle.units.begin() as unit:
        [loan] = await queries.of_customer(unit, cycle.who(place).id)
        return loan.id


async def repays(cycle: Cycle, place: int, amount: str | None) -> None:
    await pay_loan(cycle, await loan_of(cycle, place), amount)


async def pay_loan(cycle: Cycle, loan_id: int, amount: str | None) -> None:
    async with cycle.units.begin() as unit:
        key = f"repaid:{loan_id}:{cycle.clock.now()}"
        await repayment.repay(unit, loan_id, None if amount is None else yuan(amount), key)


async def test_the_worked_cycle_from_the_first_share_to_the_share_out(cycle: Cycle) -> None:
    for meeting, moment in enumerate(("03-20 12:00", "04-20 12:00", "05-20 12:00")):
        await cycle.at(moment)
        for place, shares in BOUGHT.items():
            if shares[meeting]:
                await cycle.buys(place, shares[meeting])
        if meeting == 1:
            for place, amount, months in ((3, 300, 2), (4, 250, 3)):
                assert (await cycle.borrows(place, amount, months)).state == RequestState.PAID
            assert (await cycle.has("2033"), await cycle.has("2034")) == (yuan(310), yuan(550))
        if meeting == 2:
            async with cycle.units.begin() as unit:
                await voting.fine(unit, cycle.circle, cycle.who(2).id, cycle.who(1).id, FineWhy.LATE)
            assert (await cycle.buys(1, 0)).fines == yuan(10)
            await repays(cycle, 3, "154.50")
            await repays(cycle, 4, "87.08")
        await verified(cycle.units)
    await cycle.at("06-20 12:00")
    await repays(cycle, 3, None)
    await repays(cycle, 4, "85.83")
    await cycle.at("08-21 12:00")
    assert await cycle.has("2033") == yuan("939.66")

    before = [await balance(cycle.units, who) for who in cycle.people]
    async with cycle.units.begin() as unit:
        seen = await sharing_out.preview(unit, cycle.circle, cycle.who(1).id)
    assert [part.entitled for part in seen.parts] == [245_82, 163_88, 307_28, 102_42, 204_85]
    assert [part.owed for part in seen.parts] == [0, 0, 0, 84_59, 0]
    async with cycle.units.begin() as unit:
        await sharing_out.approve(unit, cycle.circle, cycle.who(2).id)
    await verified(cycle.units)
    await cycle.at("08-21 12:01")
    after = [await balance(cycle.units, who) for who in cycle.people]
    assert [(b - a).amount for a, b in zip(before, after, strict=True)] == [245_82, 163_88, 307_28, 17_83, 204_85]
    assert [await cycle.has(code) for code in ("2033", "2034", "2035")] == [yuan(0)] * 3
    async with cycle.units.begin() as unit:
        plan = await sharing_out.of_circle(unit, cycle.circle)
    assert plan is not None
    assert plan.share_out.state == "ended"
    await verified(cycle.units)


async def test_who_owes_more_than_entitled_gets_nothing_and_the_rest_is_shared_when_it_comes(cycle: Cycle) -> None:
    for place in (1, 2, 5):
        await cycle.buys(place, 5)
    await cycle.buys(3, 5)
    await cycle.buys(4, 5)
    await cycle.borrows(4, 300, 1)
    await cycle.at("08-21 12:00")
    assert await cycle.has("2033") == yuan(200)
    async with cycle.units.begin() as unit:
        await sharing_out.preview(unit, cycle.circle, cycle.who(1).id)
    async with cycle.units.begin() as unit:
        plan = await sharing_out.approve(unit, cycle.circle, cycle.who(3).id)
    # 200.00 / 20 shares: 10.00 each; 50.00 is credited, 254.50 goes on being owed
    assert [(part.entitled, part.still_owed) for part in plan.parts] == [
        (50_00, 0), (50_00, 0), (50_00, 0), (50_00, 254_50), (50_00, 0),
    ]  # fmt: skip
    await cycle.at("08-21 12:01")
    assert [await cycle.has(code) for code in ("2033", "2034", "2035")] == [yuan(0)] * 3
    await verified(cycle.units)

    loan, before = await loan_of(cycle, 4), await balance(cycle.units, cycle.who(1))
    async with cycle.units.begin() as unit:
        await recovery.recover(unit, loan, cycle.who(4).id, yuan("100.01"), "later")
    await verified(cycle.units)
    await cycle.at("08-22 12:00")
    assert (await balance(cycle.units, cycle.who(1))) - before == yuan("25.01")
    assert await cycle.has("2033") == yuan(0)
    await verified(cycle.units)


async def test_a_standing_number_is_debited_at_nine_as_far_as_it_reaches(units: Units, clock: ManualClock) -> None:
    cycle = await a_cycle(units, clock, money=95, social_amount=5_00)
    async with units.begin() as unit:
        for place, shares in ((1, 2), (2, 5)):
            await beginning.stand_for(unit, cycle.circle, cycle.who(place).id, shares, AGREED)
        with pytest.raises(InvalidInput, match="circle_shares"):
            await beginning.stand_for(unit, cycle.circle, cycle.who(3).id, 6, AGREED)
    await cycle.at("03-20 09:01")
    assert await balance(units, cycle.who(1)) == yuan(50)
    assert await balance(units, cycle.who(2)) == yuan(10)  # 4 of 5 shares, and 5.00
    assert await balance(units, cycle.who(3)) == yuan(95)
    assert (await cycle.has("2033"), await cycle.has("2032")) == (yuan(120), yuan(10))
    assert (await cycle.buys(1, 1)).social == yuan(0)
    with pytest.raises(InvalidInput, match="circle_shares"):
        await cycle.buys(1, 3)
    assert (await cycle.buys(3, 1)).social == yuan(5)
    await verified(units)
    await cycle.at("04-20 09:01")  # 10.00 are left of one, 30.00 of the other: who cannot pay a share is left alone
    assert await balance(units, cycle.who(2)) == yuan(10)
    assert await balance(units, cycle.who(1)) == yuan(5)
    await verified(units)


async def test_who_takes_the_consent_to_debits_back_is_debited_no_standing_number(
    units: Units, clock: ManualClock
) -> None:
    cycle = await a_cycle(units, clock, money=100)
    async with units.begin() as unit:
        circle = (await begun(unit, cycle.circle)).circle
        for place in (1, 2):
            who = cycle.who(place).id
            await beginning.stand_for(unit, cycle.circle, who, 1, AGREED)
            assert await consents.is_given(unit, who, consents.Topic.DEBIT, debits_of(circle))
        await membership.choose_debits(unit, circle.token, cycle.who(2).id, AGREED, given=False)
    await cycle.at("03-20 09:01")
    assert [await balance(units, cycle.who(place)) for place in (1, 2)] == [yuan(80), yuan(100)]
    await verified(units)


async def test_the_evening_sweep_keeps_back_what_standing_numbers_take_within_three_days(
    units: Units, clock: ManualClock
) -> None:
    cycle = await a_cycle(units, clock, money=1000, social_amount=5_00)
    for place, shares in ((1, 2), (2, 0), (3, 2)):
        async with units.begin() as unit:
            await beginning.stand_for(unit, cycle.circle, cycle.who(place).id, shares, AGREED)
            await change_plus.put_in(unit, cycle.who(place).id, yuan(100), f"in:{place}")
            await change_plus.choose_sweep(unit, cycle.who(place).id, yuan(0))
    await live(units, clock, until="2026-03-16 21:00")
    assert await balance(units, cycle.who(1)) == yuan(0)
    async with units.begin() as unit:
        token = (await begun(unit, cycle.circle)).circle.token
        await membership.choose_debits(unit, token, cycle.who(3).id, AGREED, given=False)
    for place in (1, 2, 3):
        async with units.begin() as unit:
            await money_in.topup(unit, cycle.who(place).id, yuan(300), f"more:{place}", SANDBOX)
    await live(units, clock, until="2026-03-17 21:00")
    assert await balance(units, cycle.who(1)) == yuan(45)  # two shares, and 5.00 for the social fund
    assert await balance(units, cycle.who(2)) == yuan(0)
    assert await balance(units, cycle.who(3)) == yuan(0)  # nothing will be debited: nothing is kept back for it
    await live(units, clock, until="2026-03-20 21:00")
    assert await balance(units, cycle.who(1)) == yuan(0)
    assert (await cycle.has("2033"), await cycle.has("2032")) == (yuan(40), yuan(5))
    await verified(units)


async def test_a_meeting_is_open_from_nine_until_the_secretary_closes_it_or_eight(cycle: Cycle) -> None:
    await cycle.buys(1, 1)
    with pytest.raises(NotAllowed, match="circle_officers_only"):
        await cycle.closes(by=1)
    await cycle.closes(by=3)
    with pytest.raises(Conflict, match="circle_meeting_closed"):
        await cycle.buys(2, 1)
    await cycle.at("04-20 08:59")
    with pytest.raises(Conflict, match="circle_meeting_closed"):
        await cycle.buys(2, 1)
    await cycle.at("04-20 09:01")
    for place in (2, 3, 4):
        await cycle.buys(place, 1)
    await cycle.at("04-20 20:01")
    async with cycle.units.begin() as unit:
        kept = [(each.state, each.closed_by, each.has_quorum) for each in await meetings(unit, cycle.circle)][:3]
    assert kept == [("closed", cycle.who(3).id, False), ("closed", None, True), ("coming", None, None)]
    await verified(cycle.units)


async def test_a_loan_takes_two_thirds_of_who_is_there_and_half_of_all(cycle: Cycle) -> None:
    for place in (1, 2, 3, 4):
        await cycle.buys(place, 5)
    asked = await cycle.asks(4, 100, 1)
    for place in (1, 2):
        asked = await cycle.votes(asked, place)
    with pytest.raises(Conflict, match="circle_voted"):
        await cycle.votes(asked, 2)
    assert asked.state == RequestState.OPEN
    asked = await cycle.votes(asked, 3, is_yes=False)
    await cycle.at("03-20 20:01")  # two of four who are there: not two thirds
    async with cycle.units.begin() as unit:
        assert (await voting.locked(unit, asked.id)).state == RequestState.FAILED
    await cycle.at("04-20 12:00")
    asked = await cycle.asks(4, 100, 1)
    asked = await cycle.votes(asked, 1)
    asked = await cycle.votes(asked, 4)
    await cycle.closes()  # two of two, but two of five are no quorum
    async with cycle.units.begin() as unit:
        assert (await voting.locked(unit, asked.id)).state == RequestState.FAILED
    await cycle.at("05-20 12:00")
    asked = await cycle.asks(4, 100, 1)
    for place in (1, 2):
        asked = await cycle.votes(asked, place)
    async with cycle.units.begin() as unit:
        await paying_in.attend(unit, cycle.circle, cycle.who(4).id)
    await cycle.closes()  # two of three who are there
    async with cycle.units.begin() as unit:
        assert (await voting.locked(unit, asked.id)).state == RequestState.PAID
    assert await cycle.has("2034") == yuan(100)
    await verified(cycle.units)


async def test_what_may_be_asked_for(cycle: Cycle) -> None:
    await cycle.buys(1, 5)
    await cycle.buys(2, 2)
    stranger = await a_customer(cycle.units, "Xu")
    with pytest.raises(RuleViolation, match="circle_loan_saved"):
        await cycle.asks(2, "120.01", 1)
    with pytest.raises(InvalidInput, match="circle_fund_has_less"):
        await cycle.asks(1, "140.01", 1)
    with pytest.raises(InvalidInput, match="loan_count"):
        await cycle.asks(1, 100, 4)
    async with cycle.units.begin() as unit:
        with pytest.raises(NotFound, match="not_in_circle"):
            await lending.quote(unit, cycle.circle, stranger.id, yuan(10), 1)
    await cycle.borrows(1, 60, 3)
    with pytest.raises(RuleViolation, match="circle_loan_open"):
        await cycle.asks(1, 10, 1)
    await cycle.at("05-20 12:00")
    with pytest.raises(RuleViolation, match="circle_loan_too_late"):
        await cycle.asks(2, 10, 3)  # over on 20 August; the meeting before the last is on 20 July
    await cycle.asks(2, 10, 2)
    await verified(cycle.units)


async def test_the_rate_of_a_circle_is_within_the_cap(units: Units, clock: ManualClock) -> None:
    await a_cycle(units, clock, loan_rate=Decimal("1.8"))
    with pytest.raises(RuleViolation, match="circle_rate_above_cap"):
        await a_cycle(units, clock, loan_rate=Decimal("1.9"))


async def test_what_passed_and_cannot_be_paid_is_void_for_a_reason(cycle: Cycle) -> None:
    await cycle.buys(1, 5)
    await cycle.buys(2, 5)
    first, second = await cycle.asks(1, 150, 1), await cycle.asks(2, 150, 1)
    for place in range(1, 5):
        first = await cycle.votes(first, place)
    for place in range(1, 5):
        second = await cycle.votes(second, place)
    assert (first.state, second.state, second.reason) == ("paid", "void", "circle_fund_has_less")
    await verified(cycle.units)


async def test_a_grant_comes_out_of_the_social_fund_by_vote(units: Units, clock: ManualClock) -> None:
    cycle = await a_cycle(units, clock, social_amount=5_00)
    await cycle.at("03-20 12:00")
    for place in range(1, 6):
        await cycle.buys(place, 1)
    async with units.begin() as unit:
        with pytest.raises(InvalidInput, match="circle_fund_has_less"):
            await voting.ask_for_grant(unit, cycle.circle, cycle.who(5).id, yuan("25.01"), "too much")
        asked = await voting.ask_for_grant(unit, cycle.circle, cycle.who(5).id, yuan(20), "grant")
    before = await balance(units, cycle.who(5))
    for place in range(1, 5):
        asked = await cycle.votes(asked, place)
    assert await balance(units, cycle.who(5)) - before == yuan(20)
    assert await cycle.has("2032") == yuan(5)
    await verified(units)


async def test_a_leaver_gets_the_lower_of_price_and_worth_less_what_is_owed(cycle: Cycle) -> None:
    for place in range(1, 6):
        await cycle.buys(place, 5)
    await cycle.borrows(4, 60, 1)
    async with cycle.units.begin() as unit:
        with pytest.raises(RuleViolation, match="circle_officer_leaves"):
            await leaving.leave(unit, cycle.circle, cycle.who(1).id, "left 1")
    await cycle.at("04-20 12:00")
    async with cycle.units.begin() as unit:
        comes_to = await leaving.leaver(unit, cycle.circle, cycle.who(4).id)
        assert (comes_to.gets, comes_to.owed, comes_to.paid) == (yuan(100), yuan("60.90"), yuan("39.10"))
        await leaving.leave(unit, cycle.circle, cycle.who(4).id, "left 4")
    assert await cycle.has("2034") == yuan(0)
    assert await cycle.has("2033") == yuan("400.90")
    await verified(cycle.units)
    with pytest.raises(NotFound, match="not_in_circle"):
        await cycle.buys(4, 1)
    request = await cycle.asks(5, 300, 1)
    for place in (1, 2, 3):
        request = await cycle.votes(request, place)
    assert request.state == RequestState.PAID
    async with cycle.units.begin() as unit:
        with pytest.raises(RuleViolation, match="circle_leaver_owes"):
            await leaving.leave(unit, cycle.circle, cycle.who(5).id, "left 5")
    await verified(cycle.units)


async def test_a_share_out_takes_two_officers_and_what_was_seen(cycle: Cycle) -> None:
    for place in range(1, 6):
        await cycle.buys(place, 2)
    await cycle.borrows(2, 50, 1)
    async with cycle.units.begin() as unit:
        with pytest.raises(RuleViolation, match="circle_meetings_left"):
            await sharing_out.preview(unit, cycle.circle, cycle.who(1).id)
    await cycle.at("08-21 12:00")
    async with cycle.units.begin() as unit:
        with pytest.raises(NotAllowed, match="circle_officers_only"):
            await sharing_out.preview(unit, cycle.circle, cycle.who(4).id)
        with pytest.raises(NotFound, match="circle_share_out"):
            await sharing_out.approve(unit, cycle.circle, cycle.who(1).id)
        await sharing_out.preview(unit, cycle.circle, cycle.who(1).id)
        with pytest.raises(Conflict, match="circle_share_out_same"):
            await sharing_out.approve(unit, cycle.circle, cycle.who(1).id)
    with pytest.raises(Conflict, match="circle_sharing_out"):
        await repays(cycle, 2, "10")
    async with cycle.units.begin() as unit:
        await sharing_out.drop(unit, cycle.circle, cycle.who(3).id)
    await repays(cycle, 2, "10")
    async with cycle.units.begin() as unit:
        await sharing_out.preview(unit, cycle.circle, cycle.who(2).id)
        plan = await sharing_out.approve(unit, cycle.circle, cycle.who(1).id)
        with pytest.raises(Conflict, match="circle_share_out_approved"):
            await sharing_out.drop(unit, cycle.circle, cycle.who(1).id)
    await verified(cycle.units)
    for part in plan.parts[:2]:  # some are paid, and what runs stops there
        async with cycle.units.begin() as unit:
            await sharing_out.pay_part(unit, part.share_out_id, part.place)
        await verified(cycle.units)
    assert await sharing_out.pay(cycle.units, plan.share_out.id) == 3
    assert await sharing_out.pay(cycle.units, plan.share_out.id) == 0
    assert await cycle.has("2033") == yuan(0)
    await verified(cycle.units)


async def test_a_social_fund_without_a_new_cycle_goes_back_equally_after_30_days(
    units: Units, clock: ManualClock
) -> None:
    cycle = await a_cycle(units, clock, social_amount=5_01)
    await cycle.at("03-20 12:00")
    for place in (1, 2, 3):
        await cycle.buys(place, 1)
    await cycle.at("08-21 12:00")
    async with units.begin() as unit:
        await sharing_out.preview(unit, cycle.circle, cycle.who(1).id)
        await sharing_out.approve(unit, cycle.circle, cycle.who(2).id)
    await cycle.at("09-19 12:00")
    assert await cycle.has("2032") == yuan("15.03")
    before = [await balance(units, who) for who in cycle.people]
    await cycle.at("09-20 12:00")
    after = [await balance(units, who) for who in cycle.people]
    assert [(b - a).amount for a, b in zip(before, after, strict=True)] == [301, 301, 301, 300, 300]
    assert await cycle.has("2032") == yuan(0)
    await verified(units)


async def test_a_new_cycle_takes_the_social_fund_over(units: Units, clock: ManualClock) -> None:
    cycle = await a_cycle(units, clock, social_amount=5_00)
    await cycle.at("03-20 12:00")
    await cycle.buys(1, 1)
    await cycle.at("08-21 12:00")
    async with units.begin() as unit:
        await sharing_out.preview(unit, cycle.circle, cycle.who(1).id)
        await sharing_out.approve(unit, cycle.circle, cycle.who(2).id)
    await cycle.at("08-21 12:01")
    settings = SavingSettings("Again", Period.MONTH, date(2026, 9, 20), RULES, previous_id=cycle.circle)
    async with units.begin() as unit:
        again = await lending.draft(unit, CIPHER, cycle.who(1).id, settings, "again")
        await forming.open_circle(unit, again.id, cycle.who(1).id)
        for who in cycle.people:
            await forming.join(unit, CIPHER, again.id, who.id)
        for role, who in ((Role.TREASURER, cycle.who(2)), (Role.SECRETARY, cycle.who(3))):
            await forming.name_officer(unit, again.id, cycle.who(1).id, role, who.id)
        await beginning.begin(unit, again.id, cycle.who(1).id)
        assert await ledger.balance(unit, (await begun(unit, again.id)).social) == yuan(5)
    await cycle.at("09-21 12:00")
    assert await cycle.has("2032") == yuan(0)
    await verified(units)


async def test_a_fine_is_paid_with_the_next_payment_and_may_be_taken_back_before(cycle: Cycle) -> None:
    await cycle.buys(4, 1)
    async with cycle.units.begin() as unit:
        first = await voting.fine(unit, cycle.circle, cycle.who(1).id, cycle.who(4).id, FineWhy.LATE)
        with pytest.raises(Conflict, match="circle_fined"):
            await voting.fine(unit, cycle.circle, cycle.who(2).id, cycle.who(4).id, FineWhy.LATE)
        with pytest.raises(NotAllowed, match="circle_officers_only"):
            await voting.fine(unit, cycle.circle, cycle.who(5).id, cycle.who(4).id, FineWhy.ABSENT)
        await voting.take_fine_back(unit, first.id, cycle.who(1).id)
        await voting.fine(unit, cycle.circle, cycle.who(1).id, cycle.who(5).id, FineWhy.ABSENT)
    with pytest.raises(InvalidInput, match="circle_nothing_to_pay"):
        await cycle.buys(4, 0)
    assert (await cycle.buys(5, 1)).fines == yuan(10)
    assert await cycle.has("2033") == yuan(50)
    await verified(cycle.units)


async def test_a_cycle_begins_with_five_and_three_officers(units: Units, clock: ManualClock) -> None:
    with pytest.raises(RuleViolation, match="circle_members"):
        await a_cycle(units, clock, people=4)
    cycle = await a_cycle(units, clock)
    async with units.begin() as unit:
        assert [each.nr for each in await beginning.begin(unit, cycle.circle, cycle.who(1).id)] == [1, 2, 3, 4, 5, 6]
        assert [each.place for each in await savers(unit, cycle.circle)] == [1, 2, 3, 4, 5]


async def test_who_is_in_and_which_office_they_hold_before_it_begins(units: Units, clock: ManualClock) -> None:
    ana, bo, chidi = [await a_customer(units, name) for name in ("Ana", "Bo", "Chidi")]
    settings = SavingSettings("Savers", Period.WEEK, date(2026, 3, 20), RULES)
    async with units.begin() as unit:
        with pytest.raises(InvalidInput, match="circle_start"):
            await lending.draft(unit, CIPHER, ana.id, replace(settings, first_meeting_on=date(2026, 3, 12)), "a")
        with pytest.raises(InvalidInput, match="circle_saving_rules"):
            await lending.draft(unit, CIPHER, ana.id, replace(settings, rules=replace(RULES, most_shares=6)), "b")
        with pytest.raises(InvalidInput, match="circle_cycle_long"):
            await lending.draft(unit, CIPHER, ana.id, replace(settings, rules=replace(RULES, meetings=54)), "c")
        circle = await lending.draft(unit, CIPHER, ana.id, settings, "savers")
        with pytest.raises(Conflict, match="circle_not_open"):
            await forming.join(unit, CIPHER, circle.id, bo.id)
        with pytest.raises(NotAllowed, match="not_yours"):
            await forming.open_circle(unit, circle.id, bo.id)
        again = await lending.draft(unit, CIPHER, ana.id, replace(settings, title="Other savers"), "savers")
        assert again.id == circle.id
        await forming.open_circle(unit, circle.id, ana.id)
        for who in (ana, bo, chidi, bo):
            await forming.join(unit, CIPHER, circle.id, who.id, nickname="B")
        await forming.name_officer(unit, circle.id, ana.id, Role.TREASURER, bo.id)
        with pytest.raises(Conflict, match="circle_office"):
            await forming.name_officer(unit, circle.id, ana.id, Role.SECRETARY, bo.id)
        with pytest.raises(NotAllowed, match="circle_chair_only"):
            await forming.name_officer(unit, circle.id, bo.id, Role.SECRETARY, chidi.id)
        await going.go(unit, circle.id, bo.id)
        assert await officers_of(unit, circle) == {Role.CHAIR: ana.id}
        with pytest.raises(RuleViolation, match="circle_chair_leaves"):
            await going.go(unit, circle.id, ana.id)
        with pytest.raises(RuleViolation, match="circle_members"):
            await beginning.begin(unit, circle.id, ana.id)
        assert (await going.call_off(unit, circle.id, ana.id)).state == "called_off"


async def test_the_fund_ones_own_part_and_the_minutes(cycle: Cycle) -> None:
    await cycle.buys(1, 3)
    await cycle.buys(2, 2)
    await cycle.borrows(1, 60, 1)
    async with cycle.units.begin() as unit:
        await voting.fine(unit, cycle.circle, cycle.who(3).id, cycle.who(5).id, FineWhy.ABSENT)
        fund = await views.fund(unit, cycle.circle)
        ana, eve = [await views.mine(unit, cycle.circle, cycle.who(place).id) for place in (1, 5)]
        minutes = await views.minutes(unit, cycle.circle, 1)
        with pytest.raises(NotFound, match="circle"):
            await views.minutes(unit, cycle.circle, 7)
    assert (fund.members, fund.shares, fund.cash, fund.lent, fund.worth) == (5, 5, yuan(40), yuan(60), yuan(100))
    assert fund.meeting is not None
    assert (fund.meeting.nr, fund.meetings) == (1, 6)
    assert (ana.saver.shares, ana.saved, ana.bought_now, ana.fines) == (3, yuan(60), 3, yuan(0))
    assert ana.loan is not None
    assert ana.loan.outstanding == yuan(60)
    assert (eve.loan, eve.fines) == (None, yuan(10))
    assert minutes.present == tuple(cycle.who(place).id for place in (1, 2, 3, 4))
    assert [(each.shares, each.fines) for each in minutes.payments] == [(3, 0), (2, 0)]
    [(asked, counted)] = minutes.requests
    assert (asked.state, counted.yes, counted.no) == ("paid", 4, 0)
    assert [fine.why for fine in minutes.fines] == ["absent"]


async def test_what_circles_have_lent_is_a_report_of_its_own_as_of_any_day(cycle: Cycle) -> None:
    for place in (1, 2, 3):
        await cycle.buys(place, 5)
    await cycle.borrows(1, 90, 3)
    await cycle.at("05-01 12:00")
    loan = await loan_of(cycle, 1)
    async with cycle.units.begin() as unit:
        code = (await begun(unit, cycle.circle)).circle.code
        before, after, late = [
            (await REPORTS["circle-loans"].read(unit, Asked(day))).rows
            for day in (date(2026, 3, 19), date(2026, 3, 31), date(2026, 4, 30))
        ]
        assert (await REPORTS["loan-book"].read(unit, Asked(date(2026, 4, 30)))).rows == []
    who = cycle.who(1).id
    lent_on, rate = date(2026, 3, 20), Decimal("19.56")
    assert before == []
    # 1.35 a month on 90.00: 12 of 31 days by the end of 31 March
    assert after == [(code, loan, who, "CNY", lent_on, yuan(90), yuan(90), yuan("0.52"), 0, rate)]
    assert [row[8] for row in late] == [10]


async def test_who_stands_for_a_loan_that_members_took_together_does_not_leave(cycle: Cycle) -> None:
    together = [cycle.who(place) for place in (3, 4, 5)]
    for who in together:
        async with cycle.units.begin() as unit:
            await group_opening.open_group(
                unit, cycle.circle, [each.id for each in cycle.people], [each.id for each in together], who.id, "key"
            )
            [mine] = await group_lines.of_customer(unit, who.id)
            await group_loans.ask(unit, mine.group.id, who.id, yuan(1000), 6, automatic_debit=False)
            assert await applications.offers(unit, who.id) == []  # it is not signed alone
    for who in together:
        async with cycle.units.begin() as unit:
            [mine] = await group_lines.of_customer(unit, who.id)
            members = [each.id for each in cycle.people]
            progress = await group_loans.sign(unit, mine.group.id, members, who.id)
    assert progress.is_complete
    async with cycle.units.begin() as unit:
        with pytest.raises(RuleViolation, match="circle_leaver_stands"):
            await leaving.leave(unit, cycle.circle, cycle.who(4).id, "left")
    await verified(cycle.units)


async def test_a_repayment_beside_a_share_out_comes_before_what_is_seen_or_not_at_all(cycle: Cycle) -> None:
    for place in range(1, 6):
        await cycle.buys(place, 2)
    for place in (2, 4, 5):
        await cycle.borrows(place, 50, 1)
    await cycle.at("08-21 12:00")

    async def seen() -> object:
        async with cycle.units.begin() as unit:
            return await sharing_out.preview(unit, cycle.circle, cycle.who(1).id)

    async def approved() -> object:
        async with cycle.units.begin() as unit:
            return await sharing_out.approve(unit, cycle.circle, cycle.who(3).id)

    came_of = await asyncio.gather(
        repays(cycle, 2, "50.75"), seen(), repays(cycle, 4, "20"), repays(cycle, 5, None), return_exceptions=True
    )
    assert all(
        each is None or "circle_sharing_out" in str(each) or isinstance(each, sharing_out.Plan) for each in came_of
    )
    await verified(cycle.units)
    twice: list[object] = [*await asyncio.gather(approved(), approved(), repays(cycle, 4, "1"), return_exceptions=True)]
    while not any(isinstance(each, sharing_out.Plan) for each in twice):
        assert {str(each) for each in twice if each is not None} <= {"circle_share_out_changed", "circle_sharing_out"}
        await seen()
        twice = [*await asyncio.gather(approved(), approved(), return_exceptions=True)]
    assert sum(isinstance(each, sharing_out.Plan) for each in twice) == 1
    await cycle.at("08-21 12:01")
    assert await cycle.has("2033") == yuan(0)
    whole = sum([(await balance(cycle.units, who)).amount for who in cycle.people])
    assert whole == 5 * 2000_00
    await verified(cycle.units)


async def test_a_fine_that_the_shares_do_not_reach_for_is_set_off_in_part_and_the_rest_let_go(
    units: Units, clock: ManualClock
) -> None:
    cycle = await a_cycle(units, clock, fine_amount=50_00)
    await cycle.at("03-20 12:00")
    await cycle.buys(1, 1)
    await cycle.buys(2, 1)
    async with units.begin() as unit:
        for place in (2, 3):
            await voting.fine(unit, cycle.circle, cycle.who(1).id, cycle.who(place).id, FineWhy.LATE)
    await cycle.at("08-21 12:00")
    async with units.begin() as unit:
        plan = await sharing_out.preview(unit, cycle.circle, cycle.who(1).id)
    assert [(part.entitled, part.paid, part.left_of_loan) for part in plan.parts[:3]] == [
        (40_00, 40_00, 0), (40_00, 0, 0), (0, 0, 0),
    ]  # fmt: skip
    async with units.begin() as unit:
        await sharing_out.approve(unit, cycle.circle, cycle.who(2).id)
    await verified(units)
    await cycle.at("08-21 12:01")
    assert await cycle.has("2033") == yuan(0)
    async with units.begin() as unit:
        kept = await statement_of(unit, (await begun(unit, cycle.circle)).circle, cycle.who(2).id)
        assert not await views.fines_to_pay(unit, cycle.circle)
    assert [(line.what, line.amount) for line in kept.lines] == [
        ("shares", yuan(-20)), ("set_off", yuan(40)), ("fine", yuan(-40)),
    ]  # fmt: skip
    await verified(units)


async def test_who_was_suspended_is_back_or_buys_no_more_and_is_paid_at_the_end(
    units: Units, clock: ManualClock
) -> None:
    cycle = await a_cycle(units, clock)
    olu = await a_customer(units, "Olu")
    await cycle.at("03-20 12:00")
    await cycle.buys(4, 2)
    async with units.begin() as unit:
        await operators.grant(unit, olu.id, OperatorRole.ADMINISTRATOR)
        circle = (await begun(unit, cycle.circle)).circle
    for hour, resolution, state in (("13", Resolution.RESUMED, "joined"), ("14", Resolution.CLOSED, "left")):
        await cycle.at(f"03-20 {hour}:00")
        async with units.begin() as unit:
            case = await suspending.suspend(unit, circle, cycle.who(4).id)
            with pytest.raises(InvalidInput, match="circle_nominee"):
                await suspending.decide_suspension(
                    unit, CIPHER, case.id, olu.id, Resolution.TAKEN_OVER, "so", nominee_id=cycle.who(5).id
                )
        async with units.begin() as unit:
            await suspending.decide_suspension(unit, CIPHER, case.id, olu.id, resolution, "so")
            member = await member_of(unit, circle, cycle.who(4).id)
        assert member is not None
        assert (member.state, member.suspended_at) == (state, None)
    await cycle.at("08-21 12:00")
    before = await balance(units, cycle.who(4))
    async with units.begin() as unit:
        await sharing_out.preview(unit, cycle.circle, cycle.who(1).id)
        await sharing_out.approve(unit, cycle.circle, cycle.who(2).id)
    await cycle.at("08-21 12:01")
    assert (await balance(units, cycle.who(4))) - before == yuan(40)
    await verified(units)
