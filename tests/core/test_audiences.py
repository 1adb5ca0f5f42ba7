"""Audiences are saved under names, version by version; small counts are not told; who falls out is told by reason."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from finance_core.customers import consents
from finance_core.customers.consents import Topic
from finance_core.customers.roles import GRANTED, Permission, Role
from finance_core.kernel.errors import InvalidInput, NotAllowed, NotFound, RuleViolation
from finance_core.lines import FACTS, OFFER_CHECKS
from finance_core.offers.audiences import counting, service, tags
from finance_core.offers.audiences.counting import About, Counted, count, told
from finance_core.offers.audiences.question import (
    DEEPEST,
    EVERYBODY,
    MOST_COMPARISONS,
    All,
    How,
    Is,
    Not,
    Question,
    checked,
    chooses,
)
from finance_core.offers.planning import taps
from finance_core.storage.facts import Fact, FactKind
from finance_core.storage.unit import Unit, Units
from tests.audiences import fitted
from tests.broadcasts import frozen_run
from tests.builders import SAID, a_customer, a_loan, an_operator, the_catalogue, verified
from tests.offers import a_draft, an_offer

RICH = Is(fact="wallet", how=How.MORE, value=10_000)
CHINESE = Is(fact="language", value="zh")


async def saved(unit: Unit, name: str, question: Question, by: int = service.NOBODY) -> service.Saved:
    return await service.save(unit, by, name, question, FACTS)


async def test_the_same_name_again_is_the_next_version_and_the_older_one_stays(units: Units) -> None:
    async with units.begin() as unit:
        first = await saved(unit, "Rich  people", RICH)
        again = await saved(unit, "Rich people", RICH)
        second = await saved(unit, "Rich people", All(all=(RICH, CHINESE)))
        assert (first.version.number, again.version.id, second.version.number) == (1, first.version.id, 2)
        assert (await service.version_of(unit, first.version.id)).question == RICH
        assert (await service.called(unit, "Rich people")).version.id == second.version.id
        assert (await service.called(unit, "Rich people", 1)).version.id == first.version.id
        [found] = await service.audiences(unit)
        assert found.version.number == 2
        with pytest.raises(NotFound):
            await service.called(unit, "Rich people", 3)
    await verified(units)


@pytest.mark.parametrize("attempt", ["UPDATE audience_version SET question = '{}'", "DELETE FROM audience_version"])
async def test_a_version_is_never_changed(units: Units, attempt: str) -> None:
    async with units.begin() as unit:
        await saved(unit, "Rich", RICH)
    with pytest.raises(DBAPIError, match="permission denied"):
        async with units.begin() as unit:
            await unit.session.execute(text(attempt))


async def test_its_select_is_handed_to_who_sends(units: Units) -> None:
    ana, bo = await a_customer(units, money=200), await a_customer(units, "Bo", money=50)
    async with units.begin() as unit:
        made = await saved(unit, "Rich", RICH)
        found = await service.select_of(unit, made.version.id, FACTS)
        taken = f"SELECT array_agg(id) FROM ({found.sql}) AS audience WHERE id <> :other"
        assert await unit.session.scalar(text(taken), {**found.values, "other": bo.id}) == [ana.id]


@pytest.mark.parametrize(
    ("question", "code"),
    [
        (Is(fact="hardship", value=True), "question_fact"),
        (Is(fact="overdue", value=True), "question_fact"),
        (Is(fact="language", how=How.MORE, value="en"), "question_how"),
        (Is(fact="wallet", value="much"), "question_money"),
        (Is(fact="wallet", value=True), "question_money"),
        (Is(fact="tier", value="2"), "question_number"),
        (Is(fact="joined_on", value="2026-02-30"), "question_day"),
        (Is(fact="grade", value="E"), "question_word"),
        (Is(fact="tag", value=""), "question_word"),
        (Is(fact="deposit", value=1), "question_yes_no"),
        (All(all=(All(all=(RICH,) * MOST_COMPARISONS), CHINESE)), "question_long"),
    ],
)  # fmt: skip
async def test_what_cannot_be_asked_is_refused(question: Question, code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        checked(question, FACTS)
    assert refused.value.code == code


async def test_brackets_inside_each_other_end_somewhere() -> None:
    question: Question = RICH
    for _ in range(DEEPEST):
        question = All(all=(question,))
    checked(question, FACTS)
    with pytest.raises(InvalidInput):
        checked(All(all=(question,)), FACTS)


async def test_words_of_an_operator_are_values_and_never_sql(units: Units) -> None:
    await a_customer(units)
    async with units.begin() as unit:
        for word in ("'; DROP TABLE customer; --", "x' OR '1'='1", ":on", "{asked}", "%s"):
            assert await fitted(unit, Is(fact="tag", value=word)) == set()
            assert await fitted(unit, Is(fact="zone", value=word)) == set()


def test_no_line_registers_what_was_said_in_confidence() -> None:
    forbidden = (
        "hardship",
        "complaint",
        "service_case",
        "self_limit",
        "hold",
        "freeze",
        "pin_",
        "case_message",
        "block",
    )
    for fact in FACTS.values():
        sql = f"{fact.rows} {fact.value}"
        assert not [word for word in forbidden if word in sql.replace("holding", "")], fact.name


def test_two_facts_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="needs rows"):
        Fact("x", FactKind.YES_NO, "person.id = 1")
    with pytest.raises(ValueError, match="either"):
        Fact("x", FactKind.NUMBER)


# -- counting ---------------------------------------------------------------------------------------------------------


async def test_who_falls_out_is_counted_once_with_the_first_reason(units: Units) -> None:
    people = [await a_customer(units, f"P{nr}") for nr in range(6)]
    poor = Is(fact="wallet", how=How.LESS, value=1)
    async with units.begin() as unit:
        for person in people[:5]:
            await consents.choose(unit, person.id, Topic.SAVING, SAID, given=True)
        await consents.choose(unit, people[0].id, Topic.NOTHING_CHOSEN, SAID, given=True)
        await consents.choose(unit, people[1].id, Topic.NOTHING_CHOSEN, SAID, given=True)
        for person in (people[1], people[2], people[5]):
            await unit.session.execute(
                text("UPDATE customer SET unreachable_since = now() WHERE id = :id"), {"id": person.id}
            )
        plain = await count(unit, EVERYBODY, FACTS, OFFER_CHECKS, About(Topic.SAVING))
        assert (plain.matched, dict(plain.out), plain.reach) == (6, {"unreachable": 3}, 3)
        chosen = await count(unit, poor, FACTS, OFFER_CHECKS, About(Topic.SAVING))
        assert (dict(chosen.out), chosen.reach) == ({"nothing_chosen": 1, "unreachable": 3}, 2)
        news = await count(unit, EVERYBODY, FACTS, OFFER_CHECKS, About(Topic.NEWS))
        assert (dict(news.out), news.reach) == ({"consent": 3, "unreachable": 3}, 0)
        assert await count(unit, poor, FACTS) == Counted(6, {})
        made = await saved(unit, "Poor", poor)
        found = await service.select_of(unit, made.version.id, FACTS)
        left = set(await unit.session.scalars(text(found.sql), dict(found.values)))
        assert left == {person.id for person in people[2:]}


async def test_who_wants_no_loans_falls_out_of_credit_alone(units: Units) -> None:
    ana = await a_customer(units)
    async with units.begin() as unit:
        await consents.choose_all(unit, ana.id, (Topic.LOANS, Topic.NO_LOANS), SAID, given=True)
        credit = await count(unit, EVERYBODY, FACTS, OFFER_CHECKS, About(Topic.LOANS, is_credit=True))
        other = await count(unit, EVERYBODY, FACTS, OFFER_CHECKS, About(Topic.LOANS))
        assert (credit.reach, other.reach) == (0, 1)


async def test_counting_leaves_the_settings_of_the_transaction_as_they_were(units: Units) -> None:
    async with units.begin() as unit:
        asks = text("SELECT current_setting('work_mem') || current_setting('statement_timeout')")
        before = await unit.session.scalar(asks)
        await count(unit, EVERYBODY, FACTS)
        assert await unit.session.scalar(asks) == before


@pytest.mark.parametrize(
    ("number", "rounded", "exact"),
    [(0, None, None), (49, None, None), (50, 50, 50), (54, 50, 54), (55, 60, 55), (41_204, 41_200, 41_204)],
)
def test_small_counts_are_not_told_and_others_are_rounded_to_tens(
    number: int, rounded: int | None, exact: int | None
) -> None:
    assert (told(number, exactly=False), told(number, exactly=True)) == (rounded, exact)


def test_fewer_than_fifty_cannot_be_sent_to() -> None:
    counting.require_sendable(Counted(50, {}))
    with pytest.raises(RuleViolation, match="audience_small"):
        counting.require_sendable(Counted(49, {}))


def test_what_chooses_people_is_more_than_language_zone_tier_and_products() -> None:
    plain = All(all=(CHINESE, Is(fact="deposit", value=True), Is(fact="consent", value="news")))
    assert not chooses(plain, FACTS)
    assert chooses(All(all=(plain, RICH)), FACTS)


@pytest.mark.parametrize("role", list(Role))
async def test_each_role_makes_and_reads_audiences_as_the_table_says(units: Units, role: Role) -> None:
    makes, exactly = role in (Role.MARKETING, Role.ADMINISTRATOR), role not in (Role.MARKETING, Role.SUPPORT)
    who = await an_operator(units, "Olu", role)
    async with units.begin() as unit:
        assert (Permission.PROPOSE_BROADCAST in GRANTED[role]) == makes
        assert await counting.sees_exactly(unit, who.id) == exactly
        for act in (
            lambda: saved(unit, "Rich", RICH, who.id),
            lambda: tags.set_rule(unit, who.id, "rich", RICH, FACTS),
            lambda: tags.give_all(unit, who.id, "fair", [who.id]),
        ):
            if makes:
                await act()
            else:
                with pytest.raises(NotAllowed, match="propose_broadcast"):
                    await act()
        if Permission.TAKE_NOTES in GRANTED[role]:
            await tags.give(unit, who.id, "by-hand", who.id)
        else:
            with pytest.raises(NotAllowed, match="take_notes"):
                await tags.give(unit, who.id, "by-hand", who.id)


# -- tags -------------------------------------------------------------------------------------------------------------


async def test_a_tag_by_hand_is_asked_by_and_taken_again(units: Units) -> None:
    ana = await a_customer(units)
    async with units.begin() as unit:
        assert await tags.give(unit, service.NOBODY, "VIP", ana.id)
        assert not await tags.give(unit, service.NOBODY, "vip", ana.id)
        assert await fitted(unit, Is(fact="tag", value="vip")) == {ana.id}
        assert await tags.tags_of(unit, ana.id) == ["vip"]
        assert await tags.take(unit, service.NOBODY, "vip", ana.id)
        assert await fitted(unit, Is(fact="tag", value="vip")) == set()
        with pytest.raises(NotFound):
            await tags.take(unit, service.NOBODY, "nobody-has-it", ana.id)
        for name in ("", "two words", "a" * 41, "<b>"):
            with pytest.raises(InvalidInput):
                await tags.give(unit, service.NOBODY, name, ana.id)


async def test_a_tag_by_rule_follows_its_question_and_nothing_else(units: Units) -> None:
    await the_catalogue(units)
    ana, bo = await a_customer(units), await a_customer(units, "Bo")
    borrows = Is(fact="active_loan", value=True)
    async with units.begin() as unit:
        tag = await tags.set_rule(unit, service.NOBODY, "borrows", borrows, FACTS)
    await a_loan(units, bo, 1000)
    async with units.begin() as unit:
        assert await fitted(unit, Is(fact="tag", value="borrows")) == set()
        await tags.ask_anew(unit, tag, FACTS)
        assert await fitted(unit, Is(fact="tag", value="borrows")) == {bo.id}
        with pytest.raises(RuleViolation, match="tag_by_rule"):
            await tags.give(unit, service.NOBODY, "borrows", ana.id)
        with pytest.raises(InvalidInput, match="tag_of_tags"):
            await tags.set_rule(unit, service.NOBODY, "again", Not(no=Is(fact="tag", value="borrows")), FACTS)
        tag = await tags.set_rule(unit, service.NOBODY, "borrows", Not(no=borrows), FACTS)
        assert await fitted(unit, Is(fact="tag", value="borrows")) == {ana.id}


async def test_numbers_of_nobody_are_passed_over(units: Units) -> None:
    ana = await a_customer(units)
    async with units.begin() as unit:
        tag = await tags.give_all(unit, service.NOBODY, "fair", [ana.id, ana.id, 10**15])
        assert [(each.tag.id, each.people) for each in await tags.tags(unit)] == [(tag.id, 1)]


# -- activity and earlier offers ---------------------------------------------------------------------------------------


async def test_earlier_offers_and_activity_are_asked_by(units: Units) -> None:
    await the_catalogue(units)
    ana, bo, eve = await a_customer(units), await a_customer(units, "Bo"), await a_customer(units, "Eve")
    async with units.begin() as unit:
        for person in (ana, bo):
            await consents.choose(unit, person.id, Topic.SAVING, SAID, given=True)
    maker = await an_operator(units, "Mia", Role.MARKETING)
    run = (await a_draft(units, maker, await an_offer(units, maker, Topic.SAVING, None))).id
    await frozen_run(units, run)
    async with units.begin() as unit:
        known = {"now": unit.now, "ana": ana.id}
        for statement in (
            "UPDATE broadcast_recipient SET state = 'sent', sent_at = :now WHERE customer_id = :ana",
            "INSERT INTO customer_activity SELECT :ana, CAST(CAST(:now AS timestamptz) AS date) - 3",
        ):
            await unit.session.execute(text(statement), known)
        assert await taps.note(unit, run, ana.id, "open_deposit", 1)
        for question in (
            Is(fact="broadcast", value=str(run)),
            Is(fact="broadcast_tapped", value=str(run)),
            Is(fact="offer_sent_on", value=0),
            Is(fact="offer_tapped_on", how=How.AT_LEAST, value=-7),
            Is(fact="last_active_on", how=How.LESS, value=-2),
        ):
            assert await fitted(unit, question) == {ana.id}, question
        never = Not(no=Is(fact="broadcast", value=str(run)))
        assert {bo.id, eve.id} <= await fitted(unit, never)


# -- what people agree to now -----------------------------------------------------------------------------------------


async def test_what_stands_follows_the_lines_and_a_change_behind_their_back_is_found(units: Units) -> None:
    ana = await a_customer(units)
    async with units.begin() as unit:
        for given in (True, False, True):
            await consents.choose(unit, ana.id, Topic.NEWS, SAID, given=given)
            assert (await fitted(unit, Is(fact="consent", value="news")) == {ana.id}) == given
    await verified(units)
    with pytest.raises(DBAPIError, match="permission denied"):
        async with units.begin() as unit:
            await unit.session.execute(text("DELETE FROM consent_given"))
