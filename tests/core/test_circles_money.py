"""Where a circle's money comes from and goes to besides wallets: Change Plus, guarantors, money that comes in later."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from finance_core.catalogue import apply_file
from finance_core.catalogue.service import SHIPPED
from finance_core.change_plus import queries as change_plus
from finance_core.change_plus import service as change_plus_service
from finance_core.change_plus.product import fund_on_sale
from finance_core.circles.book.models import PocketKind
from finance_core.circles.book.payments import stand_in
from finance_core.circles.book.pockets import kept_for, put_in
from finance_core.circles.decision_models import CircleGuarantor
from finance_core.circles.models import Circle, CircleMember, Destination
from finance_core.journeys import circles as journeys
from finance_core.journeys import money_in
from finance_core.journeys.circles import Place
from finance_core.journeys.plans import service as plans
from finance_core.journeys.plans.models import Plan
from finance_core.journeys.plans.rules import Every
from finance_core.journeys.plans.service import Wanted
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.errors import InvalidInput, NotFound
from finance_core.lines import CHECKS
from finance_core.loans.models import Loan
from finance_core.storage.unit import Units
from finance_core.wallet.rails import SANDBOX
from tests.builders import CIPHER, a_customer, a_loan, live, the_catalogue, verified, yuan
from tests.circle_rounds import Run, a_circle, balance
from tests.friends import pushed


@pytest.fixture(autouse=True)
async def _catalogue(units: Units) -> None:
    await the_catalogue(units)


async def member(circle: Run, place: int, **changed: object) -> None:
    """Change the row of who holds a place."""
    async with circle.units.begin() as unit:
        row = await unit.session.get_one(CircleMember, (circle.id, circle.people[place - 1].id))
        for column, value in changed.items():
            setattr(row, column, value)


async def test_money_that_comes_in_pays_what_is_due_and_fills_the_pot(units: Units, clock: ManualClock) -> None:
    circle = await a_circle(units, money=200)
    await circle.pay(4, 1, of=3)
    await live(units, clock, until="2026-03-20 12:00")
    assert (await circle.due(1, 4)).paid == 199_00
    assert (await circle.round(1)).state == "collecting"
    async with units.begin() as unit:
        await money_in.topup(unit, circle.people[3].id, yuan(50), "late money", SANDBOX)
    assert (await circle.round(1)).state == "paid"
    assert await circle.wallet(4) == "49.00"
    assert await circle.wallet(1) == "1,000.00"
    await verified(units)


async def test_who_receives_in_one_circle_pays_the_others_on_the_same_morning(units: Units, clock: ManualClock) -> None:
    ana, bo = [await a_customer(units, name, money=200) for name in ("Ana", "Bo")]
    rich = [await a_customer(units, f"P{nr}", money=1_000) for nr in range(1, 4)]
    await a_circle(units, [ana, *rich[:2]])
    await a_circle(units, [bo, *rich[1:]])
    both_owe = await a_circle(units, [rich[0], ana, bo])
    await live(units, clock, until="2026-03-20 08:59")
    assert (await both_owe.round(1)).state == "coming"
    await live(units, clock, until="2026-03-20 09:01")
    assert [(await both_owe.due(1, place)).paid for place in (1, 2, 3)] == [200_00, 200_00, 200_00]
    assert (await both_owe.round(1)).state == "paid"
    await verified(units)


async def test_change_plus_pays_what_the_wallet_lacks(units: Units, clock: ManualClock) -> None:
    circle = await a_circle(units, money=500)
    async with units.begin() as unit:
        await change_plus_service.put_in(unit, circle.people[1].id, yuan(400), "saved")
    await member(circle, 2, debit_from_change_plus=True)
    await live(units, clock, until="2026-03-20 12:00")
    assert (await circle.due(1, 2)).paid == 200_00
    assert (await circle.round(1)).state == "paid"
    await verified(units)


async def test_a_payout_goes_to_change_plus_once(units: Units, clock: ManualClock) -> None:
    circle = await a_circle(units)
    await member(circle, 1, destination="change_plus")
    await live(units, clock, until="2026-03-20 12:00")
    assert await circle.wallet(1) == "1,800.00"
    async with units.begin() as unit:
        held = await change_plus.position(unit, await fund_on_sale(unit), circle.people[0].id)
    assert held.can_leave == yuan(1000)
    await live(units, clock, until="2026-03-21 12:00")
    assert await circle.wallet(1) == "1,800.00"
    await verified(units)


async def test_a_payout_fills_a_goal_no_further_than_it_goes(units: Units, clock: ManualClock) -> None:
    circle = await a_circle(units)
    who = circle.people[0]
    async with units.begin() as unit:
        goal = await plans.make(
            unit, CIPHER, who.id,
            Wanted(yuan(100), Every.MONTH, date(2026, 4, 1), name="Bicycle", goal=yuan(750), goal_on=date(2026, 12, 1)),
            "a goal",
        )  # fmt: skip
        token = (await unit.session.get_one(Circle, circle.id)).token
        places = await journeys.destinations_of(unit, who.id)
        assert places == [Place(Destination.WALLET), Place(Destination.GOAL, goal.id)]
        await journeys.choose_destination(unit, token, who.id, places[1])
        for place in (Place(Destination.GOAL, goal.id + 1), Place(Destination.LOAN, 1), Place(Destination.CHANGE_PLUS)):
            with pytest.raises(NotFound, match="circle_destination"):
                await journeys.choose_destination(unit, token, who.id, place)
    await live(units, clock, until="2026-03-20 12:00")
    assert await circle.wallet(1) == "2,050.00"  # 2,000.00 and 1,000.00, less the own 200.00 and the goal's 750.00
    async with units.begin() as unit:
        found = await unit.session.get_one(Plan, goal.id)
        assert (found.saved, found.state) == (750_00, "reached")
    assert len(await pushed(units, who, "plan.reached")) == 1
    await live(units, clock, until="2026-04-02 12:00")  # its own day finds it full
    await verified(units)


async def test_guarantors_are_asked_after_three_days_and_never_debited(units: Units, clock: ManualClock) -> None:
    circle = await a_circle(units, shortfall="guarantors", security="guarantors", security_amount=500_00)
    friend = await a_customer(units, "Fay", money=1000)
    async with units.begin() as unit:
        unit.session.add(
            CircleGuarantor(
                circle_id=circle.id, place=4, customer_id=friend.id, most=500_00, asked_at=unit.now, agreed_at=unit.now
            )
        )
    await member(circle, 4, automatic_debit=False)
    await live(units, clock, until="2026-03-23 10:01")
    [asked] = await pushed(units, friend, "circle.guarantor_asked")
    assert asked["sum"]["amount"] == 200_00
    assert await balance(units, "2010", friend.id) == "1,000.00"
    async with units.begin() as unit:
        with pytest.raises(InvalidInput):
            await stand_in(unit, circle.id, friend.id, 4, yuan(201), "too much")
    async with units.begin() as unit:
        await stand_in(unit, circle.id, friend.id, 4, yuan(200), "for them")
        claim = await unit.session.scalar(text("SELECT id FROM circle_guarantor"))
    assert await balance(units, "9030", claim) == "200.00"
    assert (await circle.round(1)).state == "paid"
    await verified(units)


async def test_the_evening_sweep_keeps_back_what_circles_are_due_in_three_days(
    units: Units, clock: ManualClock
) -> None:
    circle = await a_circle(units, money=1000)
    async with units.begin() as unit:
        await change_plus_service.put_in(unit, circle.people[1].id, yuan(100), "signed")
        await change_plus_service.choose_sweep(unit, circle.people[1].id, yuan(0))
    await live(units, clock, until="2026-03-16 21:00")
    assert await circle.wallet(2) == "0.00"
    async with units.begin() as unit:
        await money_in.topup(unit, circle.people[1].id, yuan(300), "more", SANDBOX)
    await live(units, clock, until="2026-03-17 21:00")
    assert await circle.wallet(2) == "200.00"
    await verified(units)


async def test_what_is_kept_back_of_a_payout_pays_the_last_contributions(units: Units, clock: ManualClock) -> None:
    circle = await a_circle(units, 4, period="week", security="retention", security_amount=400_00)
    await live(units, clock, until="2026-03-20 12:00")
    assert await circle.wallet(1) == "2,200.00"
    await live(units, clock, until="2026-04-10 12:00")
    assert [await circle.wallet(place) for place in range(1, 5)] == ["2,000.00"] * 4
    await verified(units)


async def sold_with(units: Units, folder: Path, **terms: str) -> None:
    """Sell circles under other terms from now on."""
    sold = SHIPPED.read_text()
    at = sold.index("[circles]")
    for name, value in terms.items():
        sold = sold[:at] + re.sub(rf"\n{name} = \S+", f"\n{name} = {value}", sold[at:], count=1)
    (folder / "products.toml").write_text(sold)
    async with units.begin() as unit:
        await apply_file(unit, folder / "products.toml", CHECKS)


async def test_the_institution_covers_where_the_catalogue_says_so_and_is_repaid_first(
    units: Units, clock: ManualClock, tmp_path: Path
) -> None:
    await sold_with(units, tmp_path, covers="true")
    circle = await a_circle(units, money=500, is_covered=True, shortfall="pay")
    await member(circle, 4, automatic_debit=False)
    await live(units, clock, until="2026-03-22 12:00")
    assert ((await circle.round(1)).state, await circle.wallet(1)) == ("paid", "1,300.00")
    assert ((await circle.due(1, 4)).covered, (await circle.due(1, 4)).fine) == (200_00, 4_00)
    await verified(units)
    await member(circle, 4, automatic_debit=True)
    async with units.begin() as unit:
        await money_in.topup(unit, circle.people[3].id, yuan(1), "some", SANDBOX)
    assert ((await circle.due(1, 4)).covered, await circle.wallet(4)) == (0, "297.00")
    await verified(units)


async def test_what_was_covered_and_is_not_back_in_time_is_lost(
    units: Units, clock: ManualClock, tmp_path: Path
) -> None:
    await sold_with(units, tmp_path, covers="true", lost_after_days="5")
    circle = await a_circle(units, is_covered=True, shortfall="pay")
    await member(circle, 4, automatic_debit=False)
    await live(units, clock, until="2026-03-24 12:00")
    assert (await circle.due(1, 4)).covered == 200_00
    await live(units, clock, until="2026-03-25 12:00")
    assert (await circle.due(1, 4)).covered == 0
    await verified(units)


async def test_a_deposit_that_was_used_is_filled_up_again(units: Units, clock: ManualClock) -> None:
    circle = await a_circle(
        units, 4, money=500, period="week", security="deposit", security_amount=200_00, shortfall="deposit"
    )
    async with units.begin() as unit:
        row = await unit.session.get_one(Circle, circle.id)
        for place, each in enumerate(circle.people, 1):
            await put_in(unit, row, place, each.id, yuan(200), f"deposit:{place}")
    await member(circle, 4, automatic_debit=False)
    await live(units, clock, until="2026-03-22 12:00")
    assert ((await circle.due(1, 4)).paid, (await circle.round(1)).state) == (200_00, "paid")
    async with units.begin() as unit:
        assert not await kept_for(unit, row, 4)
    await member(circle, 4, automatic_debit=True)
    await live(units, clock, until="2026-03-23 12:00")
    async with units.begin() as unit:
        assert await kept_for(unit, row, 4) == {PocketKind.SECURITY: yuan(200)}
    assert await circle.wallet(4) == "96.00"
    await live(units, clock, until="2026-04-12 12:00")
    await verified(units)


async def test_a_payout_repays_a_loan_as_far_as_that_goes(units: Units, clock: ManualClock) -> None:
    circle = await a_circle(units)
    loan = await a_loan(units, circle.people[0], 500)
    await member(circle, 1, destination="loan", destination_id=loan.id)
    await live(units, clock, until="2026-03-20 12:00")
    async with units.begin() as unit:
        assert (await unit.session.get_one(Loan, loan.id)).state == "settled"
    assert yuan(1_000) < yuan((await circle.wallet(1)).replace(",", "")) < yuan(2_800)
    await verified(units)
