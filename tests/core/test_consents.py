"""What people agree to is a line, and the last one counts; what they switch off for themselves holds."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from finance_core.customers import consents
from finance_core.customers.consents import OFFERS, Topic
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.errors import RuleViolation
from finance_core.loans.origination import quoting, self_limits, signing
from finance_core.loans.origination.decision import Reason
from finance_core.offers import stopping
from finance_core.storage.unit import Unit, Units
from tests.builders import SAID, a_customer, a_loan, the_catalogue, yuan


async def given(unit: Unit, customer_id: int) -> list[str]:
    lines = await consents.last_lines(unit, customer_id)
    return sorted(topic for (topic, _), line in lines.items() if line.given)


async def test_nothing_is_agreed_to_until_it_is_given_and_a_withdrawal_is_remembered(units: Units) -> None:
    ana = await a_customer(units)
    async with units.begin() as unit:
        assert await consents.given_offers(unit, ana.id) == ()
        assert not await consents.was_asked(unit, ana.id)
        assert await consents.choose(unit, ana.id, Topic.LOANS, SAID, given=True)
        assert not await consents.choose(unit, ana.id, Topic.LOANS, SAID, given=True)
        assert await consents.choose(unit, ana.id, Topic.LOANS, SAID, given=False)
        assert await consents.was_asked(unit, ana.id)
        kept = await unit.session.execute(text("SELECT given, wording, place FROM consent ORDER BY id"))
        assert [tuple(row) for row in kept] == [(True, SAID.text, "settings"), (False, SAID.text, "settings")]


async def test_a_no_is_a_line_too_so_that_it_is_asked_once(units: Units) -> None:
    ana = await a_customer(units)
    async with units.begin() as unit:
        await consents.choose(unit, ana.id, Topic.NEWS, SAID, given=False)
        assert await consents.was_asked(unit, ana.id)
        assert await consents.given_offers(unit, ana.id) == ()


async def test_a_line_is_never_changed_or_taken_away(units: Units) -> None:
    ana = await a_customer(units)
    async with units.begin() as unit:
        await consents.choose(unit, ana.id, Topic.LOANS, SAID, given=True)
    for attempt in ("UPDATE consent SET given = false", "DELETE FROM consent"):
        with pytest.raises(DBAPIError, match="permission denied"):
            async with units.begin() as unit:
                await unit.session.execute(text(attempt))


async def test_stop_withdraws_all_at_once_and_cancels_the_offers_that_wait(units: Units) -> None:
    ana, bo = await a_customer(units), await a_customer(units, "Bo")
    async with units.begin() as unit:
        await consents.choose_all(unit, ana.id, OFFERS, SAID, given=True)
        for person, kind in ((ana, "offer.loans"), (bo, "offer.loans"), (ana, "loan.due_soon")):
            await unit.session.execute(
                text(
                    "INSERT INTO outbox (customer_id, kind, params, urgency, key, supersedes, due_at, created_at,"
                    " state, attempts) VALUES (:id, :kind, '{}', 'broadcast', :key, false, now(), now(), 'pending', 0)"
                ),
                {"id": person.id, "kind": kind, "key": f"{kind}:{person.id}"},
            )
        assert await stopping.stop(unit, ana.id, SAID) == OFFERS
        assert await consents.given_offers(unit, ana.id) == ()
        found = await unit.session.scalars(text("SELECT key FROM outbox WHERE state = 'cancelled'"))
        assert list(found) == [f"offer.loans:{ana.id}"]


async def test_a_debit_is_agreed_to_with_the_contract_and_taken_back_by_a_line(units: Units) -> None:
    await the_catalogue(units)
    ana = await a_customer(units)
    loan = await a_loan(units, ana, 1000)
    about = f"loan:{loan.id}"
    async with units.begin() as unit:
        line = await consents.last_line(unit, ana.id, Topic.DEBIT, about)
        assert line is not None
        assert (line.given, line.place, line.wording.startswith("contract ")) == (True, "contract", True)
        await signing.choose_automatic_debit(unit, loan.id, ana.id, SAID, consent=False)
        assert not await consents.is_given(unit, ana.id, Topic.DEBIT, about)


async def test_no_loans_for_me_is_lifted_and_a_day_later_one_may_borrow(units: Units, clock: ManualClock) -> None:
    await the_catalogue(units)
    ana = await a_customer(units)
    async with units.begin() as unit:
        await consents.choose(unit, ana.id, Topic.NO_LOANS, SAID, given=True)
        decided = await quoting.decision(unit, ana, await quoting.quote(unit, ana, yuan(1000)))
        assert decided.reasons == (Reason.SELF_EXCLUDED,)
        await consents.choose(unit, ana.id, Topic.NO_LOANS, SAID, given=False)
    clock.advance(hours=23)
    with pytest.raises(RuleViolation, match="self_excluded"):
        await a_loan(units, ana, 1000)
    clock.advance(hours=1)
    async with units.begin() as unit:
        assert await self_limits.blocked_until(unit, ana.id) is None
    await a_loan(units, ana, 1000)
