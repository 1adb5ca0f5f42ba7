"""A process is killed at each commit of a share-out: whoever goes on pays each member once, and all of them."""

from __future__ import annotations

import asyncio
import signal
import sys

from finance_core.journeys.saving_circles import sharing_out
from finance_core.kernel.clock import ManualClock
from finance_core.storage.engine import create_engine
from finance_core.storage.founding import found
from finance_core.storage.unit import Units
from tests.builders import balance, the_catalogue, verified, yuan
from tests.first_day import OPEN_ON, ZONE
from tests.saving_circles import Cycle, a_cycle


async def test_killed_at_each_commit_of_a_share_out_each_is_paid_once(cloned_url: str, clock: ManualClock) -> None:
    engine = create_engine(cloned_url)
    async with engine.begin() as connection:
        await found(connection, ZONE, OPEN_ON)
    units = Units(engine, clock)
    await the_catalogue(units)
    cycle, share_out = await _approved(units, clock)
    # the first commit of a process is that of reading what is not paid yet; then one part each, then the end
    paid = []
    for nth, when in ((2, "before"), (2, "after"), (3, "before"), (3, "after"), (3, "after"), (2, "before")):
        assert await _killed(cloned_url, clock, share_out, nth, when) == -signal.SIGKILL
        paid.append(sum([await balance(units, who) == yuan(100) for who in cycle.people]))
        await verified(units)
    assert paid == [0, 1, 2, 4, 5, 5]
    assert await cycle.has("2033") == yuan(0)
    await sharing_out.pay(units, share_out)
    assert [await balance(units, who) for who in cycle.people] == [yuan(100)] * 5
    async with units.begin() as unit:
        plan = await sharing_out.of_circle(unit, cycle.circle)
    assert plan is not None
    assert plan.share_out.state == "ended"
    await verified(units)
    await engine.dispose()


async def _approved(units: Units, clock: ManualClock) -> tuple[Cycle, int]:
    """Five members who have put all they had into shares, and two officers who have approved the share-out."""
    cycle = await a_cycle(units, clock, money=100, meetings=3)
    await cycle.at("03-20 12:00")
    for place in range(1, 6):
        await cycle.buys(place, 5)
    await cycle.at("05-21 12:00")
    async with units.begin() as unit:
        await sharing_out.preview(unit, cycle.circle, cycle.who(1).id)
        plan = await sharing_out.approve(unit, cycle.circle, cycle.who(2).id)
    return cycle, plan.share_out.id


async def _killed(url: str, clock: ManualClock, share_out: int, nth: int, when: str) -> int:
    words = [url, clock.now().isoformat(), str(share_out), str(nth), when]
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.faults.share_out_process", *words)
    return await process.wait()
