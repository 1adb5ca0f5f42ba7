"""A process is killed at each commit of a round: whoever goes on draws, debits, pays and tells the group once."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections import Counter
from datetime import timedelta

from sqlalchemy import text

from finance_core.circles.boards import CIRCLE
from finance_core.circles.finding import find
from finance_core.circles.rules.settings import Order
from finance_core.kernel.clock import ManualClock
from finance_core.notices import boards
from finance_core.storage.engine import create_engine
from finance_core.storage.founding import found
from finance_core.storage.unit import Units
from tests.builders import CIPHER, live, the_catalogue, verified
from tests.circles import FIRST_ON, Opened, running
from tests.first_day import OPEN_ON, ZONE

MOST_COMMITS = 12
DONE = {
    "circle_payment": 4,  # one for each place
    "circle_payout": 1,
    "entry of a debit": 1,
    "entry of a pot": 1,
    "circle.drawn": 1,
    "receipt.circle_paid": 4,
    "receipt.circle_received": 1,
    "circle.round_ended": 1,
}
COUNTED = """
    SELECT 'circle_payment' AS what, count(*) AS found FROM circle_payment
    UNION ALL SELECT 'circle_payout', count(*) FROM circle_payout
    UNION ALL SELECT 'entry of a debit', count(*) FROM entry WHERE kind = 'circle.debited'
    UNION ALL SELECT 'entry of a pot', count(*) FROM entry WHERE kind = 'circle.paid_out'
    UNION ALL SELECT kind, count(*) FROM outbox
        WHERE kind IN ('circle.drawn', 'receipt.circle_paid', 'receipt.circle_received', 'circle.round_ended')
        GROUP BY kind
"""


async def test_killed_at_each_commit_of_a_round_all_of_it_happens_once(cloned_url: str, clock: ManualClock) -> None:
    engine = create_engine(cloned_url)
    async with engine.begin() as connection:
        await found(connection, ZONE, OPEN_ON)
    units = Units(engine, clock, CIPHER)
    await the_catalogue(units)
    circle = await shown(await running(units, 4, order=Order.LOTTERY))
    await live(units, clock, until=f"{FIRST_ON - timedelta(days=1)} 17:59")
    evening = await killed_at_each_commit(cloned_url, units, "evening")
    await live(units, clock, until=f"{FIRST_ON} 08:59")
    morning = await killed_at_each_commit(cloned_url, units, "morning")
    assert (evening >= 3, morning >= 2) == (True, True), "each part has units of its own to be killed in"
    async with units.begin() as unit:
        assert {row.what: row.found for row in await unit.session.execute(text(COUNTED))} == DONE
    places = Counter(place.received_round for place in await circle.places())
    assert places == {1: 1, None: 3}
    await engine.dispose()


async def shown(circle: Opened) -> Opened:
    """Let a circle have its board in a group."""
    async with circle.units.begin() as unit:
        number = (await find(unit, circle.token)).id
        await boards.show(unit, CIRCLE, number, chat_id=-1_001, language="en")
    return circle


async def killed_at_each_commit(url: str, units: Units, part: str) -> int:
    """Kill a process before its first commit, one more before its second, until one comes through; return how many."""
    for nth in range(1, MOST_COMMITS):
        words = [url, str(FIRST_ON), part, str(nth)]
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.faults.circle_round_process", *words
        )
        code = await process.wait()
        await verified(units)
        if not code:
            return nth - 1
        assert code == -signal.SIGKILL
    raise AssertionError("it never came through")
