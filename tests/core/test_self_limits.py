"""What people set for themselves about borrowing holds at once, for officers too, and is loosened late or never."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from finance_core.kernel.errors import InvalidInput, RuleViolation
from finance_core.loans.origination import (
    applications,
    credit_lines,
    guarantees,
    officer,
    quoting,
    self_limits,
    signing,
)
from finance_core.loans.origination.decision import Reason
from finance_core.loans.origination.prospects import Bound, prospects
from finance_core.storage.unit import Units
from tests.builders import CIPHER, a_customer, a_loan, an_operator, the_catalogue, verified, yuan
from tests.first_day import OPEN_ON


@pytest.fixture(autouse=True)
async def _on_sale(units: Units) -> None:
    await the_catalogue(units)


async def moved_to(units: Units, day: date) -> None:
    async with units.begin() as unit:
        await unit.session.execute(text("UPDATE book SET open_on = :day"), {"day": day})


async def test_nothing_is_lent_until_the_day_is_over(units: Units) -> None:
    ana = await a_customer(units)
    async with units.begin() as unit:
        chosen = await self_limits.block(unit, ana.id, 30)
    assert chosen.no_lending_until == OPEN_ON + timedelta(days=30)
    async with units.begin() as unit:
        decided = await quoting.decision(unit, ana, await quoting.quote(unit, ana, yuan(1000)))
    assert decided.reasons == (Reason.SELF_EXCLUDED,)
    assert decided.ask_again_on == {Reason.SELF_EXCLUDED: OPEN_ON + timedelta(days=31)}
    with pytest.raises(RuleViolation, match="loan_declined"):
        await a_loan(units, ana, 1000)
    await moved_to(units, OPEN_ON + timedelta(days=31))
    await a_loan(units, ana, 1000)


async def test_a_block_is_made_longer_and_never_shorter(units: Units) -> None:
    ana = await a_customer(units)
    async with units.begin() as unit:
        await self_limits.block(unit, ana.id, 90)
        with pytest.raises(RuleViolation, match="block_stands"):
            await self_limits.block(unit, ana.id, 30)
        with pytest.raises(RuleViolation, match="block_stands"):
            await self_limits.block(unit, ana.id, 90)
        with pytest.raises(InvalidInput, match="block_days"):
            await self_limits.block(unit, ana.id, 7)
        longer = await self_limits.block(unit, ana.id, 365)
    assert longer.no_lending_until == OPEN_ON + timedelta(days=365)


async def test_an_offer_that_an_officer_has_made_is_not_signed_in_a_block(units: Units) -> None:
    ana, olu = await a_customer(units), await an_operator(units, "Olu")
    async with units.begin() as unit:
        offered = await quoting.quote(unit, ana, yuan(4000), code="trader")
        decided = await quoting.decision(unit, ana, offered)
        made = await applications.apply(unit, ana, offered, decided)
        await officer.approve(unit, made.id, olu.id)
        await self_limits.block(unit, ana.id, 30)
        with pytest.raises(RuleViolation, match=r"loan_declined.*self_excluded"):
            await signing.sign(
                unit,
                ana.id,
                yuan(4000),
                None,
                "blocked",
                automatic_debit=True,
                from_change_plus=False,
                product="trader",
                application_id=made.id,
            )


async def test_an_officer_cannot_lend_what_somebody_has_blocked(units: Units) -> None:
    ana, olu = await a_customer(units), await an_operator(units, "Olu")
    async with units.begin() as unit:
        offered = await quoting.quote(unit, ana, yuan(4000), code="trader")
        made = await applications.apply(unit, ana, offered, await quoting.decision(unit, ana, offered))
        await self_limits.block(unit, ana.id, 30)
        with pytest.raises(RuleViolation, match="application_hard"):
            await officer.approve(unit, made.id, olu.id)


async def test_of_a_line_nothing_more_is_drawn_and_what_runs_goes_on(units: Units) -> None:
    ana = await a_customer(units, money=500)
    loan = await a_loan(units, ana, 3000, None, product="trader", pay_out=yuan(1000))
    async with units.begin() as unit:
        await self_limits.block(unit, ana.id, 30)
        with pytest.raises(RuleViolation, match="self_excluded"):
            await credit_lines.draw(unit, loan.id, ana.id, yuan(500), "draw")
    await verified(units)


async def test_a_limit_of_ones_own_binds_like_the_levels(units: Units) -> None:
    ana = await a_customer(units)
    async with units.begin() as unit:
        await self_limits.set_limit(unit, ana.id, yuan(1500))
        [lightning, *_] = await prospects(unit, ana)
        decided = await quoting.decision(unit, ana, await quoting.quote(unit, ana, yuan(2000)))
    assert (lightning.most, lightning.bound) == (yuan(1500), Bound.OWN)
    assert decided.reasons == (Reason.ABOVE_LIMIT,)
    assert decided.tier_room == yuan(1500)
    await a_loan(units, ana, 1500)
    async with units.begin() as unit:
        assert not any(each.is_open for each in await prospects(unit, ana))


async def test_a_limit_is_lowered_at_once_and_raised_or_lifted_a_week_later(units: Units) -> None:
    ana = await a_customer(units)
    later = OPEN_ON + timedelta(days=7)
    async with units.begin() as unit:
        await self_limits.set_limit(unit, ana.id, yuan(2000))
        lowered = await self_limits.set_limit(unit, ana.id, yuan(1000))
        assert (lowered.limit_on(OPEN_ON), lowered.next_on) == (100_000, None)
        raised = await self_limits.set_limit(unit, ana.id, yuan(1500))
        assert (raised.limit_on(OPEN_ON), raised.limit_on(later)) == (100_000, 150_000)
        with pytest.raises(InvalidInput, match="amount_not_positive"):
            await self_limits.set_limit(unit, ana.id, yuan(0))
        blocked = await self_limits.block(unit, ana.id, 30)  # keeps the limit, and what waits
        assert (blocked.own_limit, blocked.next_limit, blocked.next_on) == (100_000, 150_000, later)
    await moved_to(units, OPEN_ON + timedelta(days=6))
    async with units.begin() as unit:
        same = await self_limits.set_limit(unit, ana.id, yuan(1500))
        assert same.next_on == later  # asked again it does not begin anew
        assert (await quoting.decision(unit, ana, await quoting.quote(unit, ana, yuan(1200)))).tier_room == yuan(1000)
    await moved_to(units, later)
    async with units.begin() as unit:
        assert self_limits.raised_on(same, unit.open_on) is None
        assert (await quoting.decision(unit, ana, await quoting.quote(unit, ana, yuan(1200)))).tier_room == yuan(1500)
        lifted = await self_limits.set_limit(unit, ana.id, None)
        assert (lifted.limit_on(later), lifted.limit_on(later + timedelta(days=7))) == (150_000, None)
        again = await self_limits.set_limit(unit, ana.id, yuan(1400))  # a lower one takes the place of what waits
        assert (again.limit_on(later), again.next_on) == (140_000, None)


async def test_who_is_lent_nothing_stands_for_nobody(units: Units) -> None:
    ana, bo, chidi = await a_customer(units), await a_customer(units, "Bo"), await a_customer(units, "Chidi")
    async with units.begin() as unit:
        offered = await quoting.quote(unit, ana, yuan(3000), 6, "group")
        made = await applications.apply(unit, ana, offered, await quoting.decision(unit, ana, offered))
        asked = await guarantees.name(unit, CIPHER, made.id, ana.id, [bo.id, chidi.id])
        await self_limits.block(unit, bo.id, 30)
        with pytest.raises(RuleViolation, match="self_excluded"):
            await guarantees.answer(unit, asked[0].id, bo.id, accepts=True)
        refused = await guarantees.answer(unit, asked[0].id, bo.id, accepts=False)
    assert refused.state == "refused"


async def test_a_choice_is_never_changed_or_taken_away(units: Units) -> None:
    ana = await a_customer(units)
    async with units.begin() as unit:
        await self_limits.block(unit, ana.id, 30)
    for attempt in ("UPDATE self_limit SET no_lending_until = NULL", "DELETE FROM self_limit"):
        with pytest.raises(DBAPIError, match="permission denied"):
            async with units.begin() as unit:
                await unit.session.execute(text(attempt))
