"""What happens to audiences by itself: tags by rule are asked anew each evening, and audiences are counted.

What a report tells of a past day was counted on that evening: what people hold is not kept by day for everybody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, time
from typing import Final

from sqlmodel import col, select

from finance_core.customers.consents import Topic
from finance_core.customers.offer_checks import OfferCheck
from finance_core.kernel.errors import InvalidInput
from finance_core.offers.audiences.counting import About, count
from finance_core.offers.audiences.models import AudienceCount, Tag
from finance_core.offers.audiences.question import Facts
from finance_core.offers.audiences.service import Saved, audiences
from finance_core.offers.audiences.tags import ask_anew
from finance_core.schedule.steps import Step
from finance_core.storage.unit import Unit, Units


def steps_of(facts: Callable[[], Facts], checks: Callable[[], Iterable[OfferCheck]]) -> tuple[Step, ...]:
    """Return the evening's steps. The lines hand in what audiences may ask by, and who is sent no offer."""

    async def ask_tags(units: Units, _: date) -> None:
        for tag_id in await _tags_by_rule(units):
            async with units.begin() as unit:
                await _ask(unit, tag_id, facts())

    async def count_all(units: Units, on: date) -> None:
        async with units.begin() as unit:
            saved = await audiences(unit)
        for each in saved:
            async with units.begin() as unit:
                await _count(unit, each, on, facts(), checks())

    return (
        Step("audiences.tag", time(21), "open", "audiences", ask_tags, _ANY_RULE, rank=970),
        Step("audiences.count", time(21), "open", "audiences", count_all, _ANY_AUDIENCE, rank=972),
    )


_ANY_RULE: Final = "SELECT FROM tag WHERE question IS NOT NULL"
_ANY_AUDIENCE: Final = "SELECT FROM audience"


async def _tags_by_rule(units: Units) -> list[int]:
    async with units.begin() as unit:
        found = select(Tag.id).where(col(Tag.question).is_not(None)).order_by(col(Tag.id))
        return list(await unit.session.scalars(found))


async def _ask(unit: Unit, tag_id: int, facts: Facts) -> None:
    """Ask a tag's rule anew; one that can no longer be asked leaves the tag as it is."""
    tag = await unit.session.get_one(Tag, tag_id, with_for_update=True)
    try:
        await ask_anew(unit, tag, facts)
    except InvalidInput:
        return


async def _count(unit: Unit, saved: Saved, on: date, facts: Facts, checks: Iterable[OfferCheck]) -> None:
    """Write down how many an audience was on a day; counted already, or no longer to be asked, it is passed over."""
    if await unit.session.get(AudienceCount, (saved.version.id, on)) is not None:
        return
    try:
        abouts = (About(Topic.LOANS, is_credit=True), About(Topic.SAVING), About(Topic.NEWS))
        loans, saving, news = [await count(unit, saved.question, facts, checks, each) for each in abouts]
    except InvalidInput:
        return
    unit.session.add(
        AudienceCount(
            version_id=saved.version.id,
            on_date=on,
            matched=loans.matched,
            loans=loans.reach,
            saving=saving.reach,
            news=news.reach,
        )
    )
