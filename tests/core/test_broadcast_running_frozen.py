"""Who gets a broadcast is written down once, in an order drawn by hash; who may not get it falls out with a reason."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from sqlalchemy import text

from finance_core.customers.consents import Topic
from finance_core.kernel.clock import ManualClock
from finance_core.lines import OFFER_CHECKS
from finance_core.offers.running import freezing
from finance_core.offers.running.controls import cancel
from finance_core.offers.running.daily import FORGET
from finance_core.offers.running.freezing import Audience, freeze
from finance_core.offers.running.progress import progress
from finance_core.offers.running.starting import run_of
from finance_core.offers.running.withdrawing import cancel_waiting
from finance_core.storage.unit import Units
from tests.broadcasts import EVERYBODY, SAID, a_run, frozen_run, people, say, states_of
from tests.first_day import START


async def recipients(units: Units, run_id: int = 12) -> list[tuple[int, int, str, int]]:
    """Return customer, variant, state and position, in the order of the customers."""
    async with units.begin() as unit:
        rows = await unit.session.execute(
            text(
                "SELECT customer_id, variant, state, position FROM broadcast_recipient"
                " WHERE run_id = :run ORDER BY customer_id"
            ),
            {"run": run_id},
        )
        return [tuple(row) for row in rows]


def share(run_id: int, customer: int) -> int:
    """The rule of OPERATORS §7.7, by itself."""
    digest = hashlib.sha256(f"broadcast-{run_id}:{customer}".encode()).digest()
    return int.from_bytes(digest[:8]) * 10_000 // 2**64


async def test_arms_are_drawn_as_the_rule_says_and_the_order_is_another_draw(units: Units) -> None:
    both = [*SAID, *(type(each)(variant=1, language=each.language, text="B") for each in SAID)]
    ids = await people(units, 200)
    frozen = await frozen_run(units, contents=both, variants=2, holdout=1_000)
    found = await recipients(units)

    for customer, variant, state, position in found:
        b = share(12, customer)
        digest = hashlib.sha256(f"broadcast-12:{customer}".encode()).digest()
        assert (state == "held") == (b < 1_000)
        assert variant == (1 if b >= 5_500 else 0)
        assert position == int.from_bytes(digest[8:16]) & (2**63 - 1)
    assert [customer for customer, *_ in found] == ids
    assert frozen.people == 200
    assert frozen.held == sum(share(12, each) < 1_000 for each in ids) > 0


def test_the_worked_shares_of_the_first_five_customers() -> None:
    assert [share(12, each) for each in range(1, 6)] == [7052, 607, 6513, 6017, 2888]


async def test_the_global_holdout_is_drawn_by_the_year(units: Units) -> None:
    ids = await people(units, 100)
    await frozen_run(units, global_holdout=2_000)
    held = [customer for customer, _, state, _ in await recipients(units) if state == "held"]

    def of_the_year(customer: int) -> int:
        return int.from_bytes(hashlib.sha256(f"holdout-2026:{customer}".encode()).digest()[:8]) * 10_000 // 2**64

    assert held == [each for each in ids if of_the_year(each) < 2_000] != []


async def test_who_may_not_get_it_is_counted_by_the_first_reason_and_is_no_recipient(units: Units) -> None:
    good = await people(units, 3)
    await people(units, 2, first=11, topics=())
    await people(units, 1, first=21, unreachable_since=None, terms_accepted_at=None)
    async with units.begin() as unit:
        await unit.session.execute(
            text("UPDATE customer SET unreachable_since = :now WHERE id = :id"), {"now": unit.now, "id": good[0]}
        )
    await say(units, [good[1]], Topic.SAVING, given=False)
    frozen = await frozen_run(units)

    assert frozen.people == 1
    assert frozen.left_out == {"unreachable": 1, "consent": 3, "gone": 1}
    assert await states_of(units) == {"waiting": 1}


async def test_an_offer_of_credit_goes_to_nobody_who_wants_none_and_a_notice_needs_no_consent(units: Units) -> None:
    wants, none, unasked = await people(units, 3, topics=(Topic.LOANS,))
    await say(units, [none], Topic.NO_LOANS, given=True)
    await say(units, [unasked], Topic.LOANS, given=False)
    frozen = await frozen_run(units, topic=Topic.LOANS, is_credit=True, product_line="loans")
    await frozen_run(units, 13, kind="service", topic=None)

    assert [customer for customer, *_ in await recipients(units)] == [wants]
    assert frozen.left_out == {"consent": 2}
    assert await states_of(units, 13) == {"waiting": 3}


async def test_freezing_that_was_interrupted_goes_on_and_frozen_again_stays_as_it_is(units: Units) -> None:
    ids = await people(units, 40)
    await a_run(units)
    async with units.begin() as unit:
        whole = await freezing._freeze_step(unit, 12, EVERYBODY, OFFER_CHECKS, ids[9])
    assert (whole, await states_of(units)) == (False, {"waiting": 10})

    first = await freeze(units, 12, EVERYBODY, OFFER_CHECKS)
    again = await freeze(units, 12, Audience("SELECT 1 AS customer_id WHERE false"), OFFER_CHECKS)
    assert first == again
    assert first.people == 40


async def test_what_an_operator_chose_is_a_parameter_and_nobody_is_written_down_twice(units: Units) -> None:
    ids = await people(units, 5)
    twice = Audience(
        "SELECT id AS customer_id FROM customer WHERE id >= :p_least"
        " UNION ALL SELECT id FROM customer WHERE id = :p_one",
        {"p_least": ids[2], "p_one": ids[4]},
    )
    assert (await frozen_run(units, audience=twice)).people == 3


async def test_frozen_after_its_end_it_is_missed_and_nobody_is_fed(units: Units) -> None:
    await people(units, 2)
    async with units.begin() as unit:
        before = unit.now
    await frozen_run(units, starts_at=before.replace(year=before.year - 1), hours=1)
    async with units.begin() as unit:
        assert (await run_of(unit, 12)).state == "missed"


async def test_what_waits_for_who_withdraws_is_skipped_and_the_counts_say_so(units: Units) -> None:
    ana, bo, *_ = await people(units, 4)
    frozen = await frozen_run(units)
    async with units.begin() as unit:
        assert await cancel_waiting(unit, ana, [Topic.LOANS]) == 0
        assert await cancel_waiting(unit, ana, [Topic.LOANS, Topic.SAVING]) == 1
        assert await cancel_waiting(unit, ana, [Topic.SAVING]) == 0
        assert await cancel_waiting(unit, bo, [Topic.SAVING]) == 1
        again = await freezing.frozen(unit, 12)
    assert await states_of(units) == {"skipped:consent": 2, "waiting": 2}
    assert again == frozen


async def test_after_400_days_the_recipients_go_as_one_and_the_counts_stay(units: Units, clock: ManualClock) -> None:
    await people(units, 3)
    await frozen_run(units)
    async with units.begin() as unit:
        await cancel(unit, 12)
        ended = unit.now.date()
    for days, rows in ((400, 3), (402, 0)):
        clock.set(START + timedelta(days=days))
        await FORGET.run(units, ended + timedelta(days=days))
        assert sum((await states_of(units)).values()) == rows
    async with units.begin() as unit:
        assert (await progress(unit, 12)).skipped == {"ended": 3}
