"""Two who pay the last of a pot at once, while the morning's step pays it too: it is paid once."""

from __future__ import annotations

import asyncio

from finance_core.circles import daily
from finance_core.kernel.clock import ManualClock
from finance_core.storage.unit import Units
from tests.builders import live, the_catalogue, verified
from tests.circle_rounds import FIRST_DUE, a_circle


async def test_a_pot_is_paid_once_whoever_fills_it(cloned_units: Units, clock: ManualClock) -> None:
    await the_catalogue(cloned_units)
    circle = await a_circle(cloned_units, automatic=False)
    await live(cloned_units, clock, until="2026-03-20 12:00")
    for place in (2, 3):
        await circle.pay(place, 200)
    await asyncio.gather(
        *(circle.pay(4, 100) for _ in range(2)),
        *(circle.pay(place, 50, of=5) for place in (2, 3, 4, 5)),
        daily.PAY.run(cloned_units, FIRST_DUE),
        circle.pay(5, 100, "twice"),
        circle.pay(5, 100, "twice"),
        return_exceptions=True,
    )
    await circle.pay(5, 1)
    assert (await circle.round(1)).state == "paid"
    assert await circle.wallet(1) == "2,800.00"
    await verified(cloned_units)
