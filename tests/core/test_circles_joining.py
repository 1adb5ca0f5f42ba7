"""A circle forms: it is drafted, opened and joined, waited for, left free, and starts full or with fewer."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from finance_core.circles import drafts, going, joining, starting
from finance_core.circles.admission import Burden, burden_of
from finance_core.circles.book.models import CircleDue, CircleRound
from finance_core.circles.chains import chain_key_of, chain_of, picks_of
from finance_core.circles.finding import find, officers_of
from finance_core.circles.models import Role
from finance_core.circles.product import circles_on_sale
from finance_core.circles.requests import JoinRequest
from finance_core.circles.rules.auctions import Period
from finance_core.circles.rules.draws import key_chain, picks_hash
from finance_core.circles.rules.settings import Order, Security
from finance_core.circles.saving import forming
from finance_core.circles.saving.forming import SavingSettings
from finance_core.customers import consents
from finance_core.customers import service as customers
from finance_core.customers.consents import Topic
from finance_core.journeys.saving_circles import lending
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import FinanceError
from finance_core.storage.unit import Units
from tests.builders import CIPHER, a_customer, balance, the_catalogue, verified, yuan
from tests.circles import AGREED, FIRST_ON, opened, running, settings, somebody
from tests.saving_circles import RULES

LAST_KEY = "".join(f"{number:02x}" for number in range(32))


@pytest.fixture(autouse=True)
async def on_sale(units: Units) -> None:
    units.cipher = CIPHER
    await the_catalogue(units)


async def refused(awaited: Any) -> FinanceError:
    """Return the refusal with which something ends."""
    with pytest.raises(FinanceError) as fault:
        await awaited
    return fault.value


async def code_of(awaited: Any) -> ErrorCode:
    return (await refused(awaited)).code


async def test_a_draft_is_set_until_it_is_opened_and_its_organiser_is_the_chair(units: Units) -> None:
    ana, bo = await somebody(units), await somebody(units, "Bo")
    async with units.begin() as unit:
        first = await drafts.draft(unit, CIPHER, ana.id, settings(), "a token")
        again = await drafts.draft(unit, CIPHER, ana.id, settings(places=5, title="Market"), "a token")
        assert (again.id, again.places) == (first.id, 5)
        assert drafts.settings_of(again, CIPHER) == settings(places=5, title="Market")
    async with units.begin() as unit:
        assert await code_of(drafts.open_circle(unit, CIPHER, bo.id, "a token")) is ErrorCode.NOT_YOURS
        circle = await drafts.open_circle(unit, CIPHER, ana.id, "a token")
        assert circle.state == "open"
        assert await officers_of(unit, circle) == {Role.CHAIR: ana.id}
        assert (await drafts.open_circle(unit, CIPHER, ana.id, "a token")).id == circle.id
        changed = drafts.draft(unit, CIPHER, ana.id, settings(), "a token")
        assert await code_of(changed) is ErrorCode.CIRCLE_NOT_OPEN


async def test_key_zero_stands_before_anybody_picks_and_only_draws_read_the_others(units: Units) -> None:
    circle = await opened(units, last_key=LAST_KEY, places=5)
    async with units.begin() as unit:
        chain = await chain_of(unit, await find(unit, circle.token))
        assert chain is not None
        assert chain.key_zero == key_chain(LAST_KEY, 5)[0]
        assert chain.picks_hash is None
        assert chain_key_of(CIPHER, chain, 1).startswith("7c760e1b")
        assert LAST_KEY.encode() not in chain.last_key_sealed


@pytest.mark.parametrize(
    ("fields", "code", "figure"),
    [
        ({"places": 13, "contribution": yuan(10)}, ErrorCode.CIRCLE_FIRST_PLACES, {"most": 12}),
        ({"places": 4, "contribution": yuan("2500.01")}, ErrorCode.CIRCLE_FIRST_POT, {"maximum": yuan(10_000)}),
    ],
)
async def test_an_organisers_first_circle_is_small_until_one_has_ended(
    units: Units, fields: dict[str, Any], code: ErrorCode, figure: dict[str, Any]
) -> None:
    ana = await somebody(units)
    async with units.begin() as unit:
        await drafts.draft(unit, CIPHER, ana.id, settings(**fields), "large")
        fault = await refused(drafts.open_circle(unit, CIPHER, ana.id, "large"))
        assert (fault.code, fault.details) == (code, figure)
    before = await opened(units, ana)
    await before.set("state = 'ended', rounds = 4, started_at = now(), ended_at = '2026-03-01'")
    async with units.begin() as unit:
        assert (await drafts.open_circle(unit, CIPHER, ana.id, "large")).state == "open"


async def test_joining_takes_places_in_order_and_keeps_what_was_agreed_to(units: Units) -> None:
    circle, bo = await opened(units, places=6), await somebody(units, "Bo")
    joined = await circle.join(bo, places=2, nickname="BB", picks=("rain", "速速"))
    assert (joined.state, joined.places, joined.turns) == ("joined", (1, 2), (None, None))
    member = await circle.member(bo)
    assert member is not None
    assert (member.agreed_rounds, member.automatic_debit) == (6, True)
    async with units.begin() as unit:
        assert await consents.is_given(unit, bo.id, Topic.DEBIT, f"circle:{member.circle_id}")
    assert await code_of(circle.join(bo)) is ErrorCode.CIRCLE_JOINED


async def test_without_consent_to_debits_a_no_is_kept(units: Units) -> None:
    circle, bo = await opened(units), await somebody(units, "Bo")
    await circle.join(bo, automatic_debit=False)
    member = await circle.member(bo)
    assert member is not None
    assert not member.automatic_debit


async def test_before_the_pin_it_is_said_what_is_paid_and_what_comes_back(units: Units) -> None:
    fields: dict[str, Any] = {
        "contribution": yuan(500),
        "places": 10,
        "period": Period.MONTH,
        "commission_percent": Decimal(2),
    }
    circle = await opened(units, order=Order.FIXED, members_pick=True, **fields)
    async with units.begin() as unit:
        row = await find(unit, circle.token)
        said = await joining.promised(unit, row, JoinRequest(turns=(4,)))
        await joining.check(unit, circle.token, (await somebody(units, "Bo")).id, JoinRequest(turns=(4,)), yuan(0))
    assert (said.paid_in, said.comes_back, said.receives_on) == (5_000_00, 4_900_00, (date(2026, 6, 22),))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("tier = 0", ErrorCode.CIRCLE_TIER),
        ("adult_confirmed_at = NULL", ErrorCode.ADULT_UNCONFIRMED),
        ("adult_confirmed_at = NULL, adult_denied_at = now()", ErrorCode.AGE_DENIED),
        ("outflow_locked_at = now()", ErrorCode.OUTFLOW_LOCKED),
        ("monthly_income = NULL", ErrorCode.CIRCLE_INCOME_UNSAID),
    ],
)
async def test_who_may_not_join_is_told_why(units: Units, change: str, code: ErrorCode) -> None:
    circle, bo = await opened(units), await somebody(units, "Bo")
    async with units.begin() as unit:
        await unit.session.execute(text(f"UPDATE customer SET {change} WHERE id = {bo.id}"))
    assert await code_of(circle.join(bo)) is code


@pytest.mark.parametrize(
    ("fields", "asked", "code"),
    [
        ({}, {"places": 3}, ErrorCode.CIRCLE_PLACES_EACH),
        ({"places": 12}, {"places": 4}, ErrorCode.CIRCLE_PLACES_EACH),
        ({}, {"picks": ("x" * 65,)}, ErrorCode.CIRCLE_PICK),
        ({}, {"picks": ("a", "b")}, ErrorCode.CIRCLE_PICK),
        ({}, {"turns": (1,)}, ErrorCode.CIRCLE_ORDER),
        ({"order": Order.FIXED, "members_pick": True}, {"turns": (5,)}, ErrorCode.CIRCLE_TURN),
        (
            {"order": Order.FIXED, "members_pick": True, "places": 6},
            {"places": 2, "turns": (2,)},
            ErrorCode.CIRCLE_TURN,
        ),
        ({"least_reliability": 90}, {}, ErrorCode.CIRCLE_UNRELIABLE),
    ],
)
async def test_what_nobody_may_ask_for_is_refused(
    units: Units, fields: dict[str, Any], asked: dict[str, Any], code: ErrorCode
) -> None:
    circle, bo = await opened(units, **fields), await somebody(units, "Bo")
    assert await code_of(circle.join(bo, **asked)) is code


async def test_contributions_and_instalments_take_at_most_40_percent_of_the_income(units: Units) -> None:
    circle, bo = await opened(units, places=6), await somebody(units, "Bo", income=1_500)
    async with units.begin() as unit:
        args = (unit, CIPHER, circle.token, bo.id, JoinRequest(), AGREED)
        fault = await refused(joining.join(*args, instalments=yuan("100.01")))
    assert (fault.code, fault.details["would_be"], fault.details["most"]) == (
        ErrorCode.CIRCLE_LIMIT_INCOME, yuan("600.01"), yuan(600),
    )  # fmt: skip
    async with units.begin() as unit:
        args = (unit, CIPHER, circle.token, bo.id, JoinRequest(), AGREED)
        assert (await joining.join(*args, instalments=yuan(100))).state == "joined"


async def test_three_circles_at_once_at_tier_one_and_it_says_which_tier_has_more(units: Units) -> None:
    bo = await somebody(units, "Bo", income=50_000)
    for _ in range(3):
        await (await opened(units)).join(bo)
    fault = await refused((await opened(units)).join(bo))
    assert (fault.code, fault.details) == (
        ErrorCode.CIRCLE_LIMIT_AT_ONCE, {"most": 3, "tier": 1, "next_tier": 2}
    )  # fmt: skip


async def test_an_accumulating_circle_counts_among_those_at_once_and_in_no_other_limit(units: Units) -> None:
    ana, bo = await somebody(units, "Ana"), await somebody(units, "Bo", income=50_000)
    to_save, savers = SavingSettings("Savers", Period.MONTH, FIRST_ON, RULES), []
    async with units.begin() as unit:
        for token in ("one", "two"):
            circle = await lending.draft(unit, CIPHER, ana.id, to_save, token)
            await forming.open_circle(unit, circle.id, ana.id)
            savers.append(circle.id)
        await forming.join(unit, None, savers[0], bo.id)
        terms = await circles_on_sale(unit)
        assert await burden_of(unit, bo.id, terms, besides=0) == Burden(0, 1, 0)
    for _ in range(2):
        await (await opened(units)).join(bo)
    at_once = {"most": 3, "tier": 1, "next_tier": 2}
    fault = await refused((await opened(units)).join(bo))
    assert (fault.code, fault.details) == (ErrorCode.CIRCLE_LIMIT_AT_ONCE, at_once)
    async with units.begin() as unit:
        fault = await refused(forming.join(unit, None, savers[1], bo.id))
    assert (fault.code, fault.details) == (ErrorCode.CIRCLE_LIMIT_AT_ONCE, at_once)


async def test_exposure_is_bounded_and_a_retention_or_a_later_turn_would_change_it(units: Units) -> None:
    fields: dict[str, Any] = {"contribution": yuan(900), "places": 8, "period": Period.MONTH}
    circle, bo = await opened(units, **fields), await somebody(units, "Bo", income=50_000)
    fault = await refused(circle.join(bo))
    assert fault.code is ErrorCode.CIRCLE_LIMIT_EXPOSURE
    assert (fault.details["would_be"], fault.details["most"]) == (yuan(6_300), yuan(5_000))
    assert (fault.details["retention"], fault.details["next_tier"]) == (yuan(1_300), 2)
    assert (await circle.join(bo, retention=yuan(1_300))).state == "joined"
    fixed, chi = (
        await opened(units, order=Order.FIXED, members_pick=True, **fields),
        await somebody(units, "Chi", income=50_000),
    )
    assert await code_of(fixed.join(chi, turns=(2,))) is ErrorCode.CIRCLE_LIMIT_EXPOSURE
    assert (await fixed.join(chi, turns=(3,))).turns == (3,)


async def test_the_chair_of_a_first_circle_does_not_come_in_the_first_third_without_full_security(units: Units) -> None:
    circle = await opened(units, order=Order.FIXED, members_pick=True, places=6)
    fault = await refused(circle.join(circle.chair, turns=(2,)))
    assert (fault.code, fault.details) == (ErrorCode.CIRCLE_CHAIR_EARLY, {"turn": 3, "deposit": yuan(400)})
    assert (await circle.join(circle.chair, turns=(2,), retention=yuan(400))).turns == (2,)


async def test_a_turn_is_picked_once(units: Units) -> None:
    circle = await opened(units, order=Order.FIXED, members_pick=True, places=6)
    bo, chi = await somebody(units, "Bo"), await somebody(units, "Chi")
    assert (await circle.join(bo, turns=(4,))).places == (4,)
    assert await code_of(circle.join(chi, turns=(4,))) is ErrorCode.CIRCLE_TURN


async def test_two_people_for_ten_places_are_no_circle(units: Units) -> None:
    circle = await opened(units, places=4, contribution=yuan(10))
    bo, chi = await somebody(units, "Bo"), await somebody(units, "Chi")
    await circle.join(bo, places=2)
    fault = await refused(circle.join(chi, places=2))
    assert (fault.code, fault.details) == (ErrorCode.CIRCLE_PEOPLE, {"fewest": 3})
    async with units.begin() as unit:
        assert await code_of(starting.start(unit, CIPHER, circle.token, circle.chair.id)) is ErrorCode.CIRCLE_PEOPLE


async def test_the_last_place_starts_it_with_rounds_dues_and_a_drawn_order(units: Units) -> None:
    circle = await opened(units, last_key=LAST_KEY, places=5)
    await circle.set("code = 'C4TN-8KQ2', opened_at = opened_at")
    circle.people += [await somebody(units, name) for name in ("Bo", "Chi", "Dan", "Eve")]
    for who, pick in zip(circle.people, ("rain", "速速", "42", "mango", "7"), strict=True):
        joined = await circle.join(who, picks=(pick,))
    assert joined.started
    row = await circle.row()
    assert (row.state, row.rounds) == ("running", 5)
    assert {place.nr: place.turn for place in await circle.places()} == {3: 1, 5: 2, 1: 3, 2: 4, 4: 5}
    async with units.begin() as unit:
        chain = await chain_of(unit, row)
        assert chain is not None
        assert chain.picks_hash is not None
        assert chain.picks_hash.startswith("5104113e")
        assert picks_hash(await picks_of(unit, row, chain.nr)) == chain.picks_hash
        rounds = list(await unit.session.scalars(select(CircleRound).order_by(col(CircleRound.nr))))
        assert [(each.due_on, each.receiver_place) for each in rounds] == [
            (FIRST_ON + timedelta(weeks=week), place) for week, place in enumerate((3, 5, 1, 2, 4))
        ]
        dues = list(await unit.session.scalars(select(CircleDue)))
        assert (len(dues), {due.amount for due in dues}) == (25, {100_00})
    assert [params["turns"] for params in await circle.told(circle.people[2], "circle.started")] == [[1]]


async def test_an_early_winner_of_a_first_circle_who_is_its_chair_makes_room(units: Units) -> None:
    circle = await opened(units, last_key=LAST_KEY, places=5)
    await circle.set("code = 'C4TN-8KQ2'")
    people = [await somebody(units, name) for name in ("Bo", "Chi", "Dan", "Eve")]
    order = [people[0], people[1], circle.chair, people[2], people[3]]
    for who, pick in zip(order, ("rain", "速速", "42", "mango", "7"), strict=True):
        await circle.join(who, picks=(pick,))
    assert {place.nr: place.turn for place in await circle.places()} == {5: 1, 3: 2, 1: 3, 2: 4, 4: 5}


async def test_the_chair_says_yes_or_no_where_a_circle_wants_that(units: Units) -> None:
    circle = await opened(units, needs_approval=True)
    bo, chi = await somebody(units, "Bo"), await somebody(units, "Chi")
    assert (await circle.join(bo, picks=("rain",))).state == "asked"
    assert (await circle.join(chi)).state == "asked"
    assert len(await circle.told(circle.chair, "circle.join_asked")) == 2
    async with units.begin() as unit:
        assert await code_of(joining.approve(unit, CIPHER, circle.token, bo.id, chi.id)) is ErrorCode.CIRCLE_CHAIR_ONLY
        let_in = await joining.approve(unit, CIPHER, circle.token, circle.chair.id, bo.id)
        assert (let_in.state, let_in.places) == ("joined", (1,))
        await joining.refuse(unit, circle.token, circle.chair.id, chi.id)
        twice = joining.approve(unit, CIPHER, circle.token, circle.chair.id, bo.id)
        assert await code_of(twice) is ErrorCode.CIRCLE_APPROVED
    assert (await circle.places())[0].pick_sealed is not None
    assert await code_of(circle.join(chi)) is ErrorCode.CIRCLE_REFUSED
    assert [params["answer"] for params in await circle.told(chi, "circle.answered")] == ["refused"]
    assert (await circle.join(circle.chair)).state == "joined"


async def test_with_a_deposit_a_yes_is_confirmed_once_more_as_money_leaves(units: Units) -> None:
    deposit: dict[str, Any] = {"security": Security.DEPOSIT, "security_amount": yuan(100)}
    circle, bo = await opened(units, needs_approval=True, **deposit), await somebody(units, "Bo", money=150)
    await circle.join(bo)
    async with units.begin() as unit:
        await joining.approve(unit, CIPHER, circle.token, circle.chair.id, bo.id)
    assert str(await balance(units, bo)) == "150.00"
    assert (await circle.join(bo)).state == "joined"
    assert str(await balance(units, bo)) == "50.00"
    await verified(units)
    async with units.begin() as unit:
        await going.go(unit, CIPHER, circle.token, bo.id)
    assert str(await balance(units, bo)) == "150.00"
    await verified(units)
    assert (await circle.join(bo)).state == "asked"


async def test_who_cannot_pay_the_deposit_does_not_join(units: Units) -> None:
    circle = await opened(units, security=Security.DEPOSIT, security_amount=yuan(100))
    bo = await somebody(units, "Bo", money=99)
    assert await code_of(circle.join(bo)) is ErrorCode.INSUFFICIENT_FUNDS
    assert await circle.member(bo) is None


async def test_who_comes_too_late_waits_and_gets_the_place_of_who_goes(units: Units) -> None:
    circle = await opened(units, places=4)
    people = [await somebody(units, name) for name in ("Bo", "Chi", "Dan", "Eve")]
    await circle.join(people[0], places=2)
    await circle.join(people[1])
    assert (await circle.join(people[2], places=2)).position == 1
    assert (await circle.join(people[3], places=1)).position == 2
    assert await code_of(circle.join(people[2])) is ErrorCode.CIRCLE_ASKED
    async with units.begin() as unit:
        await going.go(unit, CIPHER, circle.token, people[0].id)
        await going.go(unit, CIPHER, circle.token, people[0].id)
    holders = [place.customer_id for place in await circle.places()]
    assert holders == [people[2].id, people[2].id, people[1].id, people[3].id]
    assert (await circle.row()).state == "running"
    assert [params["answer"] for params in await circle.told(people[2], "circle.answered")] == ["joined"]


async def test_the_chair_starts_with_fewer_and_each_confirms_the_new_total(units: Units) -> None:
    circle = await opened(units, order=Order.FIXED, members_pick=True, places=6)
    people = [await somebody(units, name) for name in ("Bo", "Chi", "Dan")]
    for who, turn in zip(people, (2, 4, 6), strict=True):
        await circle.join(who, turns=(turn,))
    async with units.begin() as unit:
        assert await code_of(starting.start(unit, CIPHER, circle.token, people[0].id)) is ErrorCode.CIRCLE_CHAIR_ONLY
        await starting.start(unit, CIPHER, circle.token, circle.chair.id)
        assert await code_of(circle.join(circle.chair)) is ErrorCode.CIRCLE_CONFIRMING
        for who in people[:2]:
            await starting.confirm(unit, CIPHER, circle.token, who.id)
        twice = starting.confirm(unit, CIPHER, circle.token, people[0].id)
        assert await code_of(twice) is ErrorCode.CIRCLE_CONFIRMED
        outsider = starting.confirm(unit, CIPHER, circle.token, circle.chair.id)
        assert await code_of(outsider) is ErrorCode.CIRCLE_MEMBERS_ONLY
        assert (await find(unit, circle.token)).state == "confirming"
        await starting.confirm(unit, CIPHER, circle.token, people[2].id)
    assert (await circle.row()).rounds == 3
    held = [(place.nr, place.turn) for place in await circle.places() if place.state == "held"]
    assert held == [(2, 1), (4, 2), (6, 3)]
    assert [params["places"] for params in await circle.told(people[0], "circle.confirm")] == [3]


async def test_who_does_not_confirm_in_time_is_out_free_and_the_circle_is_open_again(
    units: Units, clock: ManualClock
) -> None:
    circle = await opened(units, places=6, first_due_on=date(2026, 4, 12))
    people = [await somebody(units, name) for name in ("Bo", "Chi", "Dan", "Eve")]
    for who in people:
        await circle.join(who)
    async with units.begin() as unit:
        row = await starting.start(unit, CIPHER, circle.token, circle.chair.id)
        for who in people[:3]:
            await starting.confirm(unit, CIPHER, circle.token, who.id)
        assert not await going.lapse(unit, CIPHER, row.id)
    clock.advance(days=2)
    async with units.begin() as unit:
        assert await going.lapse(unit, CIPHER, row.id)
    assert (await circle.row()).state == "open"
    assert [params["why"] for params in await circle.told(people[3], "circle.out_free")] == ["unconfirmed"]
    assert [params["places"] for params in await circle.told(circle.chair, "circle.open_again")] == [3]
    await circle.join(circle.chair)
    async with units.begin() as unit:
        started = await starting.start(unit, CIPHER, circle.token, circle.chair.id)
        assert started.state == "running", "they have confirmed four places before, and the chair says so"


async def test_somebody_who_would_hold_more_than_half_of_fewer_places_keeps_it_from_starting(units: Units) -> None:
    circle = await opened(units, places=8)
    people = [await somebody(units, name) for name in ("Bo", "Chi", "Dan")]
    for who, places in zip(people, (3, 1, 1), strict=True):
        await circle.join(who, places=places)
    async with units.begin() as unit:
        assert await code_of(starting.start(unit, CIPHER, circle.token, circle.chair.id)) is ErrorCode.CIRCLE_HALF


async def test_on_its_first_day_nobody_joins_until_the_chair_sets_a_later_one(units: Units, clock: ManualClock) -> None:
    circle, bo = await opened(units, first_due_on=date(2026, 3, 13)), await somebody(units, "Bo")
    await circle.join(bo)
    clock.advance(days=1)
    chi = await somebody(units, "Chi")
    assert await code_of(circle.join(chi)) is ErrorCode.CIRCLE_START_PASSED
    async with units.begin() as unit:
        past = starting.move_start(unit, circle.token, circle.chair.id, date(2026, 3, 13))
        assert await code_of(past) is ErrorCode.CIRCLE_START
        await starting.move_start(unit, circle.token, circle.chair.id, date(2026, 3, 20))
    for name in ("Chi", "Dan", "Eve"):
        await circle.join(await somebody(units, name))
    assert (await circle.row()).state == "confirming", "who agreed to another day confirms once more"
    async with units.begin() as unit:
        assert (await starting.confirm(unit, CIPHER, circle.token, bo.id)).state == "running"


async def test_the_chair_sets_a_fixed_order_and_whom_it_moves_confirms(units: Units) -> None:
    circle = await opened(units, order=Order.FIXED, places=4)
    people = [await somebody(units, name) for name in ("Bo", "Chi", "Dan")]
    for who in people:
        await circle.join(who)
    async with units.begin() as unit:
        wrong = starting.set_order(unit, circle.token, circle.chair.id, [1, 2, 2, 4])
        assert await code_of(wrong) is ErrorCode.CIRCLE_TURN
        await starting.set_order(unit, circle.token, circle.chair.id, [3, 2, 1, 4])
    agreed = [(await circle.member(who)).agreed_rounds for who in people]  # type: ignore[union-attr]
    assert agreed == [None, 4, None]


async def test_a_circle_is_called_off_before_it_starts_and_everybody_is_out_free(units: Units) -> None:
    circle = await opened(units, security=Security.DEPOSIT, security_amount=yuan(100))
    bo, chi = await somebody(units, "Bo", money=100), await a_customer(units, "Chi")
    await circle.join(bo)
    async with units.begin() as unit:
        assert await code_of(going.call_off(unit, chi.id, circle.token)) is ErrorCode.NOT_YOURS
        await going.call_off(unit, circle.chair.id, circle.token)
        await going.call_off(unit, circle.chair.id, circle.token)
    assert str(await balance(units, bo)) == "100.00"
    assert [params["why"] for params in await circle.told(bo, "circle.out_free")] == ["called_off"]
    assert await code_of(circle.join(await somebody(units, "Dan"))) is ErrorCode.CIRCLE_NOT_OPEN
    await verified(units)


async def test_once_it_runs_nobody_joins_goes_or_calls_it_off(units: Units) -> None:
    circle = await running(units)
    late = await somebody(units, "Late")
    assert await code_of(circle.join(late)) is ErrorCode.CIRCLE_NOT_OPEN
    async with units.begin() as unit:
        gone = going.go(unit, CIPHER, circle.token, circle.people[1].id)
        assert await code_of(gone) is ErrorCode.CIRCLE_NOT_OPEN
        off = going.call_off(unit, circle.chair.id, circle.token)
        assert await code_of(off) is ErrorCode.CIRCLE_NOT_OPEN
        picked = joining.pick(unit, CIPHER, circle.token, circle.people[1].id, 2, "rain")
        assert await code_of(picked) is ErrorCode.CIRCLE_NO_PICKS


async def test_a_pick_is_changed_until_the_start_by_who_holds_the_place(units: Units) -> None:
    circle, bo = await opened(units), await somebody(units, "Bo")
    await circle.join(bo)
    async with units.begin() as unit:
        await joining.pick(unit, CIPHER, circle.token, bo.id, 1, "rain")
        other = joining.pick(unit, CIPHER, circle.token, circle.chair.id, 1, "sun")
        assert await code_of(other) is ErrorCode.CIRCLE_PLACE
        long = joining.pick(unit, CIPHER, circle.token, bo.id, 1, "x" * 5_000)
        assert await code_of(long) is ErrorCode.CIRCLE_PICK


async def test_who_locks_the_account_or_is_frozen_opens_nothing(units: Units) -> None:
    circle, bo = await opened(units), await somebody(units, "Bo")
    async with units.begin() as unit:
        await customers.lock_outflow(unit, bo.id)
    assert await code_of(circle.join(bo)) is ErrorCode.OUTFLOW_LOCKED
