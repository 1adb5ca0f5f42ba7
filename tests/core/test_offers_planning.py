"""Offers and broadcasts up to their start: what is refused, who approves what, and that exactly that goes out."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from finance_core import approvals
from finance_core.approvals import ApprovalState
from finance_core.business_day.tick import run_due
from finance_core.customers import operators
from finance_core.customers.consents import Topic
from finance_core.customers.models import Customer
from finance_core.customers.roles import Role
from finance_core.customers.same_person import say_same_person
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.errors import Conflict, FinanceError, InvalidInput, NotAllowed, NotFound, RuleViolation
from finance_core.lines import ACTIONS, CALENDAR, OFFER_CHECKS, people_of
from finance_core.offers.audiences.question import How, Is
from finance_core.offers.planning import broadcasts, offers, readying
from finance_core.offers.planning.models import Broadcast, BroadcastState
from finance_core.offers.planning.proposing import CREDIT, OFFER
from finance_core.offers.planning.starting import begin, beginning
from finance_core.offers.rules.figures import DepositFigures, FundFigures
from finance_core.offers.rules.price import Example
from finance_core.offers.running.starting import run_of
from finance_core.storage.unit import Actor, Units
from tests.broadcasts import people
from tests.builders import an_operator, the_catalogue
from tests.offers import a_draft, an_offer, approved, proposed, put_up


@pytest.fixture(autouse=True)
async def sold(units: Units) -> None:
    await the_catalogue(units)
    await people(units, 60, topics=(Topic.LOANS, Topic.SAVING, Topic.NEWS))


async def the_marketer(units: Units, name: str = "Mia") -> Customer:
    return await an_operator(units, name, Role.MARKETING)


async def the_officer(units: Units, name: str = "Olu") -> Customer:
    return await an_operator(units, name, Role.CREDIT_OFFICER)


async def now_of(units: Units, broadcast: Broadcast) -> Broadcast:
    async with units.begin() as unit:
        return await broadcasts.broadcast_of(unit, broadcast.id)


async def test_what_marketing_drafts_and_an_officer_approves_goes_out_as_it_was(units: Units) -> None:
    mia, olu = await the_marketer(units), await the_officer(units)
    draft = await a_draft(units, mia, await an_offer(units, mia), held_out_percent=10)
    proposal = await proposed(units, mia, draft)
    assert (proposal.action, proposal.before) == (CREDIT, proposal.after)
    assert proposal.after["product_version"] == "lightning v1"
    assert proposal.after["all_in"] == "19.86%"  # nobody has repaid a loan yet: grade D

    assert (await approved(units, olu, proposal)).result == {"broadcast": draft.id, "state": "approved"}
    assert await beginning(people_of, OFFER_CHECKS).run(units) == 2  # it begins, and its people are frozen
    async with units.begin() as unit:
        run = await run_of(unit, draft.id)
        assert (run.state, run.is_credit, run.holdout, run.maker_id, run.checker_id) == (
            "sending", True, 1_000, mia.id, olu.id,
        )  # fmt: skip
    assert (await now_of(units, draft)).state == BroadcastState.STARTED
    assert await begin(units, draft.id, people_of) == 0


# -- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        ({"en": "Only 3.9% a year", "zh": "来看看"}, "offer_price"),
        ({"en": "Come in", "zh": "低利率，来看看"}, "offer_price"),
        ({"en": "Guaranteed!", "zh": "来看看"}, "offer_words"),
        ({"en": "<b>Seeds", "zh": "来看看"}, "offer_markup"),
        ({"en": "Hello {surname}", "zh": "来看看"}, "offer_placeholder"),
        ({"en": "x" * 4_097, "zh": "来看看"}, "offer_long"),
        ({"en": "  ", "zh": "来看看"}, "offer_text"),
    ],
)
async def test_a_text_that_cannot_be_sent_is_refused_when_it_is_written(
    units: Units, texts: dict[str, str], code: str
) -> None:
    mia = await the_marketer(units)
    with pytest.raises(InvalidInput, match=code) as refused:
        await an_offer(units, mia, texts=texts)
    assert refused.value.details["language"] in texts


async def test_a_rate_of_another_grade_is_refused_when_the_audience_is_known(units: Units) -> None:
    """7.55 % is what grade A pays; the audience's representative grade is D."""
    mia = await the_marketer(units)
    draft = await a_draft(units, mia, await an_offer(units, mia, texts={"en": "15.62% a year", "zh": "来看看"}))
    async with units.begin() as unit:
        with pytest.raises(InvalidInput, match="offer_price") as refused:
            await put_up(unit, mia, draft)
    assert (refused.value.details["said"], refused.value.details["at"]) == ("15.62%", 1)


async def test_credit_without_a_product_is_no_offer_and_a_notice_sells_nothing(units: Units) -> None:
    mia = await the_marketer(units)
    with pytest.raises(InvalidInput, match="offer_product"):
        await an_offer(units, mia, Topic.LOANS, None)
    with pytest.raises(InvalidInput, match="offer_product"):
        await an_offer(units, mia, Topic.SAVING, "lightning")
    with pytest.raises(InvalidInput, match="offer_product"):
        await an_offer(units, mia, None, "lightning")
    with pytest.raises(InvalidInput, match="offer_price"):
        await an_offer(units, mia, None, None, {"en": "Our rate is 5% now", "zh": "来看看"})


async def test_a_text_that_fits_alone_is_too_long_as_a_caption(units: Units) -> None:
    mia = await the_marketer(units)
    offer = await an_offer(units, mia, texts={"en": "x" * 1_025, "zh": "来看看"})
    draft = await a_draft(units, mia, offer)
    async with units.begin() as unit:
        await put_up(unit, mia, draft)
        await offers.put_picture(unit, mia.id, offer.id, b"a picture")
        for language in ("en", "zh"):
            await offers.say_picture(unit, mia.id, offer.id, language, "a field")
        with pytest.raises(InvalidInput, match="offer_long") as refused:
            await put_up(unit, mia, draft)
    assert refused.value.details == {"language": "en", "length": 1_025, "most": 1_024}


async def test_both_languages_and_the_pictures_words_are_wanted(units: Units) -> None:
    mia = await the_marketer(units)
    offer = await an_offer(units, mia, texts={"en": "Come in"})
    draft = await a_draft(units, mia, offer)
    async with units.begin() as unit:
        with pytest.raises(InvalidInput, match="offer_text") as refused:
            await put_up(unit, mia, draft)
        assert refused.value.details == {"language": "zh"}
        await offers.write(unit, mia.id, offer.id, 0, "zh", "来看看")
        await offers.put_picture(unit, mia.id, offer.id, b"a picture")
        with pytest.raises(InvalidInput, match="offer_picture_words"):
            await put_up(unit, mia, draft)


async def test_an_audience_of_fewer_than_fifty_is_not_sent_to(units: Units) -> None:
    mia = await the_marketer(units)
    draft = await a_draft(units, mia, await an_offer(units, mia), Is(fact="tier", how=How.MORE, value=1))
    async with units.begin() as unit:
        with pytest.raises(RuleViolation, match="broadcast_few"):
            await put_up(unit, mia, draft)


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"rate": 31}, "broadcast_rate"),
        ({"stars_most": 5}, "broadcast_rate"),
        ({"rate": 1_001, "is_paid": True}, "broadcast_rate"),
        ({"held_out_percent": 51}, "broadcast_split"),
        ({"first_hour": 8}, "broadcast_hours"),
        ({"until_hour": 21}, "broadcast_hours"),
        ({"window_days": 31}, "broadcast_measure"),
        ({"measure": "joy"}, "broadcast_measure"),
    ],
)
async def test_what_no_broadcast_can_be_is_refused(units: Units, wanted: dict[str, Any], code: str) -> None:
    mia = await the_marketer(units)
    offer = await an_offer(units, mia)
    with pytest.raises(InvalidInput, match=code):
        await a_draft(units, mia, offer, **wanted)


# -- who --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.MARKETING, Role.ADMINISTRATOR)])
async def test_only_marketing_writes_and_proposes(units: Units, role: Role) -> None:
    mia, other = await the_marketer(units), await an_operator(units, "Eve", role)
    with pytest.raises(NotAllowed, match="no_permission"):
        await an_offer(units, other)
    offer = await an_offer(units, mia)
    draft = await a_draft(units, mia, offer)
    async with units.begin() as unit:
        with pytest.raises(NotAllowed, match="no_permission"):
            await offers.write(unit, other.id, offer.id, 0, "en", "mine now")
        with pytest.raises(NotAllowed, match="no_permission"):
            await broadcasts.change(unit, other.id, draft.id, rate=5)
        with pytest.raises(NotAllowed, match="no_permission"):
            await broadcasts.call_off(unit, other.id, draft.id)


CHECKERS = {
    (Topic.LOANS, "lightning"): {Role.CREDIT_OFFICER, Role.TREASURER, Role.ADMINISTRATOR},
    (Topic.SAVING, "term_deposit"): {Role.TREASURER, Role.ADMINISTRATOR},
    (Topic.NEWS, None): {Role.TREASURER, Role.ADMINISTRATOR},
    (None, None): {Role.ADMINISTRATOR},
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("about", CHECKERS)
async def test_each_kind_is_approved_by_who_answers_for_it(
    units: Units, role: Role, about: tuple[Topic | None, str | None]
) -> None:
    mia, checker = await the_marketer(units), await an_operator(units, "Kim", role)
    proposal = await proposed(units, mia, await a_draft(units, mia, await an_offer(units, mia, *about)))
    if role in CHECKERS[about]:
        assert (await approved(units, checker, proposal)).state == ApprovalState.APPROVED
    else:
        with pytest.raises(NotAllowed, match="no_permission"):
            await approved(units, checker, proposal)


async def test_credit_is_not_proposed_under_another_name(units: Units) -> None:
    mia = await the_marketer(units)
    draft = await a_draft(units, mia, await an_offer(units, mia))
    async with units.begin() as unit:
        await put_up(unit, mia, draft)
        with pytest.raises(NotFound, match="broadcast"):
            await approvals.propose(unit, mia.id, ACTIONS.called(OFFER), f"broadcast:{draft.id}", {}, "why not", "x")


async def test_who_wrote_it_approves_it_under_no_account(units: Units) -> None:
    mia, other = await an_operator(units, "Mia"), await an_operator(units, "Maya")
    proposal = await proposed(units, mia, await a_draft(units, mia, await an_offer(units, mia)))
    async with units.begin() as unit:
        await say_same_person(unit, mia.id, other.id)
    with pytest.raises(NotAllowed, match="own_proposal"):
        await approved(units, other, proposal)


async def test_who_wrote_it_does_not_approve_what_somebody_else_proposes(units: Units) -> None:
    writer, mia = await an_operator(units, "Ada"), await the_marketer(units)
    proposal = await proposed(units, mia, await a_draft(units, mia, await an_offer(units, writer)))
    with pytest.raises(NotAllowed, match="own_proposal"):
        await approved(units, writer, proposal)


@pytest.mark.parametrize("whose", ["maker", "checker"])
async def test_a_grant_that_is_withdrawn_between_two_taps_ends_it(units: Units, whose: str) -> None:
    mia, olu = await the_marketer(units), await the_officer(units)
    proposal = await proposed(units, mia, await a_draft(units, mia, await an_offer(units, mia)))
    async with units.begin() as unit:
        if whose == "maker":
            await operators.revoke(unit, mia.id, Role.MARKETING)
        else:
            await operators.revoke(unit, olu.id, Role.CREDIT_OFFICER)
    with pytest.raises(NotAllowed, match="maker_lost_permission" if whose == "maker" else "no_permission"):
        await approved(units, olu, proposal)


# -- exactly that -----------------------------------------------------------------------------------------------------


async def test_what_is_proposed_is_not_changed_any_more(units: Units) -> None:
    mia, olu = await the_marketer(units), await the_officer(units)
    offer = await an_offer(units, mia)
    draft = await a_draft(units, mia, offer)
    proposal = await proposed(units, mia, draft)
    async with units.begin() as unit:
        with pytest.raises(Conflict, match="broadcast_proposed"):
            await broadcasts.change(unit, mia.id, draft.id, rate=5)
        with pytest.raises(Conflict, match="offer_in_use"):
            await offers.write(unit, mia.id, offer.id, 0, "en", "something else")
    await approved(units, olu, proposal)
    async with units.begin() as unit:
        with pytest.raises(Conflict, match="offer_in_use"):
            await offers.write(unit, mia.id, offer.id, 0, "en", "something else")


async def test_a_proposal_that_is_taken_back_is_a_draft_again(units: Units) -> None:
    mia = await the_marketer(units)
    draft = await a_draft(units, mia, await an_offer(units, mia))
    proposal = await proposed(units, mia, draft)
    async with units.begin(Actor("operator", mia.id)) as unit:
        assert (await broadcasts.listed(unit, draft.id)).state == "proposed"
        await approvals.withdraw(unit, proposal.id, mia.id)
        assert (await broadcasts.listed(unit, draft.id)).state == "draft"
        assert (await broadcasts.change(unit, mia.id, draft.id, rate=5)).bound is None
        with pytest.raises(Conflict, match="broadcast_not_put_up"):
            await approvals.propose(unit, mia.id, ACTIONS.called(CREDIT), f"broadcast:{draft.id}", {}, "again", "y")


DEARER = """
    INSERT INTO product (code, version, line, terms, valid_from, applied_at)
    SELECT code, version + 1, line, jsonb_set(terms, '{rates,D}', '"0.049"'), valid_from, applied_at
    FROM product WHERE code = 'lightning'
"""
CHANGES = (
    "UPDATE offer_text SET html = 'other' WHERE language = 'zh'",
    "UPDATE broadcast_message SET html = html || '!' WHERE language = 'en'",
    "UPDATE broadcast SET rate = 7",
    "UPDATE broadcast SET held_out_percent = 3",
    "UPDATE broadcast SET ends_at = ends_at + interval '1 hour'",
    "UPDATE broadcast SET window_days = 8",
    DEARER,
)


@pytest.mark.parametrize("change", CHANGES)
async def test_what_changed_under_a_proposal_is_not_approved(units: Units, change: str) -> None:
    mia, olu = await the_marketer(units), await the_officer(units)
    proposal = await proposed(units, mia, await a_draft(units, mia, await an_offer(units, mia)))
    async with units.begin() as unit:
        await unit.session.execute(text(change))
    with pytest.raises(FinanceError, match="offer_price_changed" if change == DEARER else "broadcast_outdated"):
        await approved(units, olu, proposal)


async def test_more_people_outdate_nothing(units: Units) -> None:
    mia, olu = await the_marketer(units), await the_officer(units)
    proposal = await proposed(units, mia, await a_draft(units, mia, await an_offer(units, mia)))
    await people(units, 30, first=1_000)
    assert (await approved(units, olu, proposal)).state == ApprovalState.APPROVED


async def test_twenty_taps_on_approve_approve_once(cloned_units: Units) -> None:
    units = cloned_units
    await the_catalogue(units)
    await people(units, 60)
    mia, olu = await the_marketer(units), await the_officer(units)
    proposal = await proposed(units, mia, await a_draft(units, mia, await an_offer(units, mia)))
    done = await asyncio.gather(*(approved(units, olu, proposal) for _ in range(20)))
    assert {each.state for each in done} == {ApprovalState.APPROVED}
    async with units.begin() as unit:
        acts = [line.act for line in await approvals.audit.read(unit, subject=proposal.subject)]
    assert acts.count("approve") == 1


# -- the start --------------------------------------------------------------------------------------------------------


async def test_a_price_that_changed_before_the_start_sends_it_back(units: Units, clock: ManualClock) -> None:
    mia, olu = await the_marketer(units), await the_officer(units)
    async with units.begin() as unit:
        later = unit.now + timedelta(hours=3)
    draft = await a_draft(units, mia, await an_offer(units, mia), starts_at=later, ends_at=later + timedelta(hours=5))
    assert (await approved(units, olu, await proposed(units, mia, draft))).result == {
        "broadcast": draft.id, "state": "scheduled",
    }  # fmt: skip
    work = beginning(people_of, OFFER_CHECKS)
    assert await work.run(units) == 0
    async with units.begin() as unit:
        assert await work.next_due(unit) == later
        await unit.session.execute(text(DEARER))
    clock.advance(hours=3)
    assert await work.run(units) == 1
    back = await now_of(units, draft)
    assert (back.state, back.why, back.bound, back.approval_id) == ("draft", "offer_price_changed", None, None)
    async with units.begin() as unit:
        told = await unit.session.execute(text("SELECT customer_id FROM outbox WHERE kind = 'operator.broadcast_back'"))
        assert {row.customer_id for row in told} == {mia.id, olu.id}


async def test_what_could_not_begin_before_its_end_is_missed(units: Units, clock: ManualClock) -> None:
    mia, olu = await the_marketer(units), await the_officer(units)
    draft = await a_draft(units, mia, await an_offer(units, mia))
    await approved(units, olu, await proposed(units, mia, draft))
    clock.advance(days=3)
    await begin(units, draft.id, people_of)
    assert (await now_of(units, draft)).state == BroadcastState.MISSED


async def test_what_is_called_off_does_not_begin(units: Units) -> None:
    mia, olu = await the_marketer(units), await the_officer(units)
    draft = await a_draft(units, mia, await an_offer(units, mia))
    await approved(units, olu, await proposed(units, mia, draft))
    async with units.begin() as unit:
        for _ in range(2):
            assert (await broadcasts.call_off(unit, mia.id, draft.id)).state == BroadcastState.CANCELLED
    assert await begin(units, draft.id, people_of) == 0


async def test_a_copy_is_a_draft_of_the_same_and_the_calendar_shows_what_meets(units: Units) -> None:
    mia, olu = await the_marketer(units), await the_officer(units)
    offer = await an_offer(units, mia)
    first = await a_draft(units, mia, offer, held_out_percent=20)
    await approved(units, olu, await proposed(units, mia, first))
    async with units.begin() as unit:
        second = await broadcasts.copy(unit, mia.id, first.id, "copy")
        assert (second.state, second.held_out_percent, second.copied_from) == ("draft", 20, first.id)
        assert (await broadcasts.copy(unit, mia.id, first.id, "copy")).id == second.id
    await proposed(units, mia, second)
    async with units.begin() as unit:
        planned, overlaps = await broadcasts.calendar(unit, people_of)
    assert [(each.id, each.state) for each in planned] == [(first.id, "approved"), (second.id, "proposed")]
    [both] = overlaps
    assert (both.first, both.second) == (first.id, second.id)
    assert both.people >= 60


# -- the figures ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("product", "topic", "kind"),
    [
        ("lightning", Topic.LOANS, Example),
        ("harvest", Topic.LOANS, Example),
        ("term_deposit", Topic.SAVING, DepositFigures),
        ("change_plus", Topic.SAVING, FundFigures),
        ("steady_bonds", Topic.SAVING, FundFigures),
    ],
)
async def test_each_products_figures_are_the_catalogues(
    units: Units, product: str, topic: Topic, kind: type[object]
) -> None:
    mia = await the_marketer(units)
    draft = await a_draft(units, mia, await an_offer(units, mia, topic, product))
    async with units.begin() as unit:
        found = await readying.ready(unit, draft, people_of)
    assert found.figures is not None
    assert isinstance(found.figures, kind)
    assert found.figures.product == product
    if isinstance(found.figures, DepositFigures):
        assert found.figures.percents == set(map(Decimal, ("0.90", "1.15", "1.35", "1.55", "0.20")))


async def test_the_tick_begins_it_by_itself(units: Units) -> None:
    mia, olu = await the_marketer(units), await the_officer(units)
    draft = await a_draft(units, mia, await an_offer(units, mia))
    await approved(units, olu, await proposed(units, mia, draft))
    await run_due(units, CALENDAR)
    async with units.begin() as unit:
        listed = await broadcasts.listed(unit, draft.id)
    assert listed.state == "sending"
