"""What the tables of circles refuse by themselves, whatever the code above them does."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import select

from finance_core.circles.book.models import CirclePayment, CirclePayout
from finance_core.circles.decision_models import CircleBallot
from finance_core.circles.models import CircleMember, CircleOfficer, CirclePlace
from finance_core.circles.product import circles_on_sale
from finance_core.kernel.errors import InvalidInput
from finance_core.lines import CHECKS, DECLARED
from finance_core.storage.base import Table
from finance_core.storage.unit import Unit, Units
from tests.builders import a_customer, the_catalogue, yuan
from tests.circles import a_circle_row, a_due_row, a_member_row, a_round_row, rows_of_a_circle, stored

WRONG: dict[str, dict[str, object]] = {
    "places_bounded": {"places": 2},
    "positive": {"contribution": 0},
    "commission_bounded": {"commission_percent": 6},
    "fine_bounded": {"fine_percent": 6},
    "kept_bounded": {"kept_percent": -1},
    "known_order": {"receiving_order": "by_age"},
    "ordered": {"receiving_order": "none"},
    "picked_turns": {"members_pick": True},
    "known_period": {"period": "year"},
    "known_state": {"state": "asleep"},
    "rounds_started": {"state": "running"},
    "over": {"state": "called_off"},
    "confirming_until": {"state": "confirming"},
    "security_not_negative": {"security_amount": -1},
    "least_reliability_bounded": {"least_reliability": 101},
}


async def put(unit: Unit, row: Table) -> None:
    """Store a row in a savepoint, so that a refusal leaves the unit as it was."""
    async with unit.session.begin_nested():
        unit.session.add(row)
        await unit.session.flush()


@pytest.mark.parametrize("constraint", WRONG)
async def test_a_circle_out_of_bounds_is_refused(units: Units, constraint: str) -> None:
    ana = await a_customer(units)
    async with units.begin() as unit:
        circle = a_circle_row(ana.id, made_at=unit.now)
        for column, value in WRONG[constraint].items():
            circle.__dict__[column] = value  # past the model: the database has to say it
        with pytest.raises(IntegrityError, match=f"ck_circle_{constraint}"):
            await put(unit, circle)


async def test_an_office_has_one_holder_and_a_person_one_office(units: Units) -> None:
    ana, bo = await a_customer(units), await a_customer(units, "Bo")
    async with units.begin() as unit:
        circle = await stored(unit, a_circle_row(ana.id))
        unit.session.add(CircleOfficer(circle_id=circle.id, role="chair", customer_id=ana.id, since=unit.now))
        await unit.session.flush()
        for role, person, index in (("chair", bo, "role"), ("treasurer", ana, "customer")):
            with pytest.raises(IntegrityError, match=f"ix_circle_officer_{index}"):
                await put(unit, CircleOfficer(circle_id=circle.id, role=role, customer_id=person.id, since=unit.now))


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ({"paid": 100_01}, "paid_bounded"),
        ({"fine_paid": 1}, "fine_paid_bounded"),
        ({"covered": 1}, "covered_bounded"),
        ({"paid": 100_00}, "paid_whole"),
        ({"amount": -1}, "not_negative"),
    ],
)
async def test_a_due_holds_no_more_than_it_is(units: Units, columns: dict[str, int], constraint: str) -> None:
    ana = await a_customer(units)
    async with units.begin() as unit:
        circle = await stored(unit, a_circle_row(ana.id))
        with pytest.raises(IntegrityError, match=f"ck_circle_due_{constraint}"):
            await put(unit, a_due_row(circle, ana.id, **columns))


async def test_a_place_is_held_by_somebody_or_free(units: Units) -> None:
    ana = await a_customer(units)
    async with units.begin() as unit:
        circle = await stored(unit, a_circle_row(ana.id))
        for state, holder in (("held", None), ("free", ana.id), ("closed", ana.id)):
            with pytest.raises(IntegrityError, match="ck_circle_place_"):
                await put(unit, CirclePlace(circle_id=circle.id, nr=1, state=state, customer_id=holder))


async def test_somebody_is_in_a_circle_once_and_votes_once(units: Units) -> None:
    ana = await a_customer(units)
    async with units.begin() as unit:
        circle = await stored(unit, a_circle_row(ana.id))
        unit.session.add(a_member_row(unit, circle, ana.id))
        unit.session.add(CircleBallot(motion_id=1, customer_id=ana.id, is_yes=True, cast_at=unit.now))
        await unit.session.flush()
        unit.session.expunge_all()
        for again in (
            a_member_row(unit, circle, ana.id),
            CircleBallot(motion_id=1, customer_id=ana.id, is_yes=False, cast_at=unit.now),
        ):
            with pytest.raises(IntegrityError, match="pk_circle_"):
                await put(unit, again)


async def test_a_payment_and_a_payout_have_one_key_each_and_are_of_somebody(units: Units) -> None:
    async with units.begin() as unit:
        fields: dict[str, Any] = {
            "circle_id": 1,
            "round": 1,
            "place": 1,
            "entry_id": 1,
            "on_date": unit.open_on,
            "paid_at": unit.now,
        }
        for row, constraint in (
            (CirclePayment(key="a", contribution=0, fine=0, source="wallet", payer_id=1, **fields), "positive"),
            (CirclePayment(key="b", contribution=1, fine=0, source="institution", payer_id=1, **fields), "payer"),
            (CirclePayment(key="c", contribution=1, fine=0, source="thin air", payer_id=1, **fields), "known_source"),
            (CirclePayout(key="d", amount=1, kind="gift", customer_id=1, **fields), "known_kind"),
        ):
            with pytest.raises(IntegrityError, match=constraint):
                await put(unit, row)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM circle",
        "DELETE FROM circle_due",
        "UPDATE circle_payment SET contribution = 1",
        "UPDATE circle_payout SET amount = 1",
        "UPDATE circle_ballot SET is_yes = false",
        "UPDATE circle_eligible SET is_tied = true",
        "UPDATE circle_pick SET pick = 'another'",
    ],
)
async def test_what_was_paid_voted_or_published_is_not_changed_by_the_service(units: Units, statement: str) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        async with units.begin() as unit:
            await unit.session.execute(text(statement))


async def test_a_person_is_shown_what_is_held_and_needs_the_account_while_a_circle_runs(units: Units) -> None:
    ana, bo = await a_customer(units), await a_customer(units, "Bo")
    async with units.begin() as unit:
        circle = await rows_of_a_circle(unit, ana.id, bo.id)
        unit.session.add_all([a_round_row(circle), a_due_row(circle, bo.id)])
        circle.rounds, circle.started_at, circle.state = 3, unit.now, "running"
        await unit.session.flush()
        shown = {
            held.table: list(await unit.session.execute(text(held.select or ""), {"customer": bo.id}))
            for held in DECLARED.held
            if held.table.startswith("circle")
        }
        assert {table for table, rows in shown.items() if rows} == {
            *("circle_member", "circle_place", "circle_bid", "circle_case", "circle_due", "circle_request")
        }
        [need] = [need for need in DECLARED.needs if need.name == "circle"]
        asked = {"customers": [ana.id, bo.id]}
        assert list(await unit.session.execute(text(need.select), asked)) == [(bo.id, 100_00)]


async def test_the_words_of_who_is_erased_go(units: Units) -> None:
    ana, bo = await a_customer(units), await a_customer(units, "Bo")
    async with units.begin() as unit:
        await rows_of_a_circle(unit, ana.id, bo.id)
        for held in DECLARED.held:
            for statement in held.erase if held.table.startswith("circle") else ():
                await unit.session.execute(text(statement), {"customers": [bo.id]})
        unit.session.expire_all()
        member = (await unit.session.scalars(select(CircleMember))).one()
        assert (member.nickname_sealed, member.nominee_sealed, member.wanted_sealed) == (None, None, None)
        assert (await unit.session.scalars(select(CirclePlace))).one().pick_sealed is None


async def test_the_catalogue_has_the_figures_of_circles(units: Units) -> None:
    await the_catalogue(units)
    async with units.begin() as unit:
        terms = await circles_on_sale(unit)
    assert (terms.most_circles(0), terms.most_circles(1), terms.most_circles(2)) == (0, 3, 8)
    assert (terms.most_exposure(1), terms.most_exposure(2)) == (yuan(5_000), yuan(50_000))
    assert (terms.first_places, terms.first_pot) == (12, yuan(10_000))
    assert (terms.next_tier(1), terms.next_tier(2)) == (2, None)


@pytest.mark.parametrize(
    ("field", "value"),
    [("minimum", "0"), ("fewest_places", 2), ("commission_percent", "6"), ("vote_days", 0)],
)
async def test_terms_that_no_circle_can_have_are_refused(units: Units, field: str, value: object) -> None:
    await the_catalogue(units)
    async with units.begin() as unit:
        sold = await circles_on_sale(unit)
        row = await unit.session.scalar(text("SELECT terms FROM product WHERE code = 'circles'"))
        with pytest.raises(InvalidInput, match="product_terms"):
            CHECKS["circles"](sold.code, {**row, field: value}, unit.open_on)
