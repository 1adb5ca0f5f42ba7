"""Audiences and consents as of a past day, and what happens to tags and counts in the evening."""

from __future__ import annotations

from sqlalchemy import text

from finance_core.customers import consents
from finance_core.customers.consents import OFFERS, Topic, Wording
from finance_core.kernel.clock import ManualClock
from finance_core.lines import FACTS, LINES, REPORTS
from finance_core.offers.audiences import service, tags
from finance_core.offers.audiences.models import AudienceCount
from finance_core.offers.audiences.question import EVERYBODY, How, Is
from finance_core.reports.reading import table_of
from finance_core.storage.unit import Unit, Units
from tests.audiences import fitted
from tests.builders import SAID, a_customer
from tests.first_day import OPEN_ON

RICH = Is(fact="wallet", how=How.MORE, value=10_000)
UNDER = Wording("No more offers", "1", "en", "broadcast 12")


async def the_evening(units: Units) -> None:
    [line] = [each for each in LINES if each.name == "audiences"]
    for step in line.steps:
        async with units.begin() as unit:
            on = unit.open_on
            wanted = await unit.session.scalar(text(f"SELECT EXISTS ({step.wanted})"))
        if wanted:
            await step.run(units, on)


async def a_day_later(units: Units, clock: ManualClock) -> None:
    clock.advance(days=1)
    async with units.begin() as unit:
        await unit.session.execute(text("UPDATE book SET open_on = open_on + 1"))


async def test_each_evening_tags_follow_their_rules_and_audiences_are_counted(units: Units, clock: ManualClock) -> None:
    await the_evening(units)  # nothing to do
    async with units.begin() as unit:
        first = await service.save(unit, service.NOBODY, "Rich", RICH, FACTS)
        await tags.set_rule(unit, service.NOBODY, "rich", RICH, FACTS)
    ana = await a_customer(units, money=200)
    async with units.begin() as unit:
        await consents.choose(unit, ana.id, Topic.NEWS, SAID, given=True)
    await the_evening(units)
    await the_evening(units)  # after a crash, say
    await a_day_later(units, clock)
    async with units.begin() as unit:
        assert await fitted(unit, Is(fact="tag", value="rich")) == {ana.id}
        counted = await unit.session.get_one(AudienceCount, (first.version.id, OPEN_ON))
        assert (counted.matched, counted.loans, counted.saving, counted.news) == (1, 0, 0, 1)


async def counted_on(unit: Unit, matched: int) -> list[tuple[object, ...]]:
    saved = await service.save(unit, service.NOBODY, "Everybody", EVERYBODY, FACTS)
    unit.session.add(
        AudienceCount(
            version_id=saved.version.id, on_date=unit.open_on, matched=matched, loans=55, saving=49, news=matched
        )
    )
    await unit.session.flush()
    found = await table_of(unit, REPORTS["audience"], on=unit.open_on)
    return [tuple(row) for row in found.rows]


async def test_the_report_tells_counts_in_tens_and_none_below_fifty(units: Units) -> None:
    async with units.begin() as unit:
        assert await counted_on(unit, 41_204) == [("Everybody", 1, "enough", 41_200, 60, None, 41_200)]


async def test_the_report_of_a_small_audience_says_that_it_is_small(units: Units) -> None:
    async with units.begin() as unit:
        assert await counted_on(unit, 49) == [("Everybody", 1, "few", None, 60, None, None)]


async def test_consents_are_told_as_of_a_day_whatever_was_said_later(units: Units, clock: ManualClock) -> None:
    ana, bo = await a_customer(units), await a_customer(units, "Bo")
    async with units.begin() as unit:
        await consents.choose_all(unit, ana.id, OFFERS, SAID, given=True)
        await consents.choose(unit, bo.id, Topic.LOANS, SAID, given=False)
    await a_day_later(units, clock)
    async with units.begin() as unit:
        await consents.choose_all(unit, ana.id, OFFERS, UNDER, given=False)
        await consents.choose(unit, bo.id, Topic.FEWER, SAID, given=True)
        today = await table_of(unit, REPORTS["consents"], on=unit.open_on)
        before = await table_of(unit, REPORTS["consents"], on=OPEN_ON)
    rows = {row[0]: tuple(row[1:]) for row in before.rows}
    assert list(rows) == ["loans", "saving", "news", "fewer", "no_loans", "nothing_chosen"]
    assert (rows["loans"], rows["saving"], rows["fewer"]) == ((1, 1, 1, 1, 0), (1, 0, 1, 0, 0), (0, 0, 0, 0, 0))
    rows = {row[0]: tuple(row[1:]) for row in today.rows}
    assert (rows["loans"], rows["fewer"]) == ((0, 2, 0, 1, 1), (1, 0, 1, 0, 0))
