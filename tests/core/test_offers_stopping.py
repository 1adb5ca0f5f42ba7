"""Whoever takes something back is sent nothing more of it, from that transaction on; and is told why an offer came."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import text

from finance_core.customers import consents
from finance_core.customers.consents import OFFERS, Topic, Wording
from finance_core.customers.models import Customer
from finance_core.customers.roles import Role
from finance_core.lines import FACTS
from finance_core.offers import stopping
from finance_core.offers.audiences.question import EVERYBODY, All, How, Is, Question
from finance_core.offers.reasons import Reasons, reasons_of
from finance_core.storage.unit import Unit, Units
from tests.broadcasts import frozen_run
from tests.builders import SAID, a_customer, an_operator, the_catalogue, verified
from tests.offers import a_draft, an_offer

UNDER: Wording = Wording("No more offers", "1", "en", "broadcast 12")
RICH = Is(fact="wallet", how=How.AT_LEAST, value=0)
ENGLISH = All(all=(Is(fact="language", value="en"), Is(fact="consent", value="saving")))


async def goes_out(units: Units, people: Sequence[Customer], topic: Topic, question: Question = EVERYBODY) -> int:
    """Let people agree to a topic, and a broadcast about it wait for them; return its number."""
    async with units.begin() as unit:
        for person in people:
            await consents.choose(unit, person.id, topic, SAID, given=True)
    maker = await an_operator(units, "Mia", Role.MARKETING)
    offer = await an_offer(units, maker, topic, "lightning" if topic is Topic.LOANS else None)
    made = await a_draft(units, maker, offer, question)
    await frozen_run(units, made.id, topic=topic)
    return made.id


async def state_of(unit: Unit, run_id: int, person: Customer) -> tuple[str, str | None]:
    row = await unit.session.execute(
        text("SELECT state, reason FROM broadcast_recipient WHERE run_id = :run AND customer_id = :who"),
        {"run": run_id, "who": person.id},
    )
    found = row.one()
    return found.state, found.reason


async def test_no_more_offers_withdraws_all_and_cancels_what_waits(units: Units) -> None:
    await the_catalogue(units)
    ana, bo = await a_customer(units), await a_customer(units, "Bo")
    run = await goes_out(units, (ana, bo), Topic.SAVING)
    async with units.begin() as unit:
        assert await state_of(unit, run, ana) == ("waiting", None)
        assert await stopping.stop(unit, ana.id, UNDER) == OFFERS
        assert await state_of(unit, run, ana) == ("skipped", "consent")
        assert await state_of(unit, run, bo) == ("waiting", None)
        line = await consents.last_line(unit, ana.id, Topic.SAVING)
        assert line is not None
        assert (line.given, line.wording, line.place, line.language) == (False, "No more offers", "broadcast 12", "en")
        assert await stopping.stop(unit, ana.id, UNDER) == ()  # tapped again
        assert await consents.was_asked(unit, ana.id), "nobody asks to come back"
    await verified(units)


@pytest.mark.parametrize("topic", [Topic.SAVING, Topic.NEWS, Topic.FEWER, Topic.NO_LOANS, Topic.NOTHING_CHOSEN])
async def test_each_choice_cancels_what_it_forbids_and_no_more(units: Units, topic: Topic) -> None:
    await the_catalogue(units)
    ana = await a_customer(units)
    run = await goes_out(units, [ana], Topic.SAVING, RICH)
    left = ("skipped", "consent") if topic in (Topic.SAVING, Topic.NOTHING_CHOSEN) else ("waiting", None)
    async with units.begin() as unit:
        for given in (topic not in OFFERS, topic in OFFERS):  # what is cancelled stays so, whatever is said after it
            await stopping.choose(unit, ana.id, topic, SAID, given=given, facts=FACTS)
            assert await state_of(unit, run, ana) == left


async def test_no_loans_cancels_offers_of_loans(units: Units) -> None:
    await the_catalogue(units)
    ana = await a_customer(units)
    run = await goes_out(units, [ana], Topic.LOANS)
    async with units.begin() as unit:
        await stopping.choose(unit, ana.id, Topic.NO_LOANS, SAID, given=True, facts=FACTS)
        assert await state_of(unit, run, ana) == ("skipped", "consent")


async def test_nothing_chosen_leaves_what_asks_by_language_and_consent(units: Units) -> None:
    await the_catalogue(units)
    ana = await a_customer(units)
    run = await goes_out(units, [ana], Topic.SAVING, ENGLISH)
    async with units.begin() as unit:
        await stopping.choose(unit, ana.id, Topic.NOTHING_CHOSEN, SAID, given=True, facts=FACTS)
        assert await state_of(unit, run, ana) == ("waiting", None)


async def test_a_unit_that_fails_takes_nothing_back_and_cancels_nothing(units: Units) -> None:
    await the_catalogue(units)
    ana = await a_customer(units)
    run = await goes_out(units, [ana], Topic.SAVING)

    async def stops_and_fails() -> None:
        async with units.begin() as unit:
            await stopping.stop(unit, ana.id, UNDER)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await stops_and_fails()
    async with units.begin() as unit:
        assert await state_of(unit, run, ana) == ("waiting", None)
        assert await consents.is_given(unit, ana.id, Topic.SAVING)


async def test_why_an_offer_came_is_told_by_facts_and_to_who_got_it_alone(units: Units) -> None:
    await the_catalogue(units)
    ana, bo = await a_customer(units), await a_customer(units, "Bo")
    run = await goes_out(units, (ana, bo), Topic.SAVING, All(all=(ENGLISH, RICH, RICH)))
    async with units.begin() as unit:
        await unit.session.execute(
            text("UPDATE broadcast_recipient SET state = 'sent', sent_at = now() WHERE customer_id = :id"),
            {"id": ana.id},
        )
        since = await consents.given_since(unit, ana.id, Topic.SAVING)
        assert await reasons_of(unit, run, ana.id, FACTS) == Reasons(
            Topic.SAVING, since, ("language", "wallet"), chosen=True
        )
        assert await reasons_of(unit, run, bo.id, FACTS) is None
        assert await reasons_of(unit, run + 1, ana.id, FACTS) is None
        await stopping.stop(unit, ana.id, UNDER)
        told = await reasons_of(unit, run, ana.id, FACTS)
        assert told is not None
        assert told.agreed_at is None
