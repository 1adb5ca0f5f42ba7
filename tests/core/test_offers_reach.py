"""Whom a broadcast would reach: who falls out, by reason, and how long the rest takes."""

from __future__ import annotations

from datetime import timedelta

from finance_core.customers.consents import Topic
from finance_core.customers.roles import Role
from finance_core.lines import OFFER_CHECKS, people_of
from finance_core.offers.planning.estimating import estimate_of, reach_of
from finance_core.storage.unit import Units
from tests.broadcasts import people, say
from tests.builders import an_operator, the_catalogue
from tests.offers import a_draft, an_offer


async def test_who_falls_out_is_counted_with_the_reason_and_the_rest_by_zone(units: Units) -> None:
    await the_catalogue(units)
    mia = await an_operator(units, "Mia", Role.MARKETING)
    agree = await people(units, 300, topics=(Topic.LOANS,), zones=("Asia/Shanghai", "Africa/Lagos"))
    await people(units, 40, topics=(), first=5_000)
    await say(units, agree[:10], Topic.NO_LOANS, given=True)
    draft = await a_draft(units, mia, offer := await an_offer(units, mia), held_out_percent=10)
    async with units.begin() as unit:
        assert draft.audience_id is not None
        reach = await reach_of(unit, offer, await people_of(unit, draft.audience_id), OFFER_CHECKS)
        found = await estimate_of(unit, draft, reach)
    assert (reach.asked, dict(reach.left_out)) == (341, {"consent": 51})  # Mia has agreed to nothing, either
    assert dict(reach.by_zone) == {"Asia/Shanghai": 145, "Africa/Lagos": 145}
    assert found.reach == 130 + 130
    assert found.ends_at is not None
    # ten o'clock in Shanghai is three in the night in Lagos: those there wait for their nine o'clock
    assert found.ends_at - draft.starts_at > timedelta(hours=5)
