"""What planning looks at while broadcasts run: whether prices still hold, and who follows how far they are.

A price that is no longer the one that was approved pauses its broadcast: nobody is sent a figure that does not hold.
The figures are computed again for the day that was approved and the people who were written down, where a version of
the product is newer than that.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from finance_core.catalogue import product as product_on_sale
from finance_core.kernel.errors import FinanceError
from finance_core.offers.planning import boards
from finance_core.offers.planning.broadcasts import broadcast_of
from finance_core.offers.planning.models import Broadcast
from finance_core.offers.planning.offers import offer_of
from finance_core.offers.planning.people import People
from finance_core.offers.planning.pricing import figures_of
from finance_core.offers.planning.readying import sending_day
from finance_core.offers.running import controls
from finance_core.offers.running.states import Paused
from finance_core.schedule.steps import TimedWork
from finance_core.storage.unit import Unit, Units

_SENT: Final = """
    SELECT broadcast.id, max(product.version) AS version
    FROM broadcast JOIN broadcast_run ON broadcast_run.id = broadcast.id
        JOIN offer ON offer.id = broadcast.offer_id JOIN product ON product.code = offer.product
    WHERE broadcast_run.state = 'sending' AND product.applied_at > broadcast_run.frozen_at
    GROUP BY broadcast.id
"""


def watched(work: TimedWork) -> TimedWork:
    """Return the rounds of running broadcasts with what planning looks at beside them: prices, and who follows."""
    known_to_hold: set[tuple[int, int]] = set()

    async def run(units: Units) -> int:
        paused = await _look(units, known_to_hold)
        done = await work.run(units)
        await boards.bring_up_to_date(units)
        return done + paused

    return TimedWork(work.name, work.wanted, work.next_due, run)


async def _look(units: Units, known_to_hold: set[tuple[int, int]]) -> int:
    """Pause what is sent at another price than was approved; what is known to hold by a version is not asked again."""
    paused = 0
    async with units.begin() as unit:
        for row in (await unit.session.execute(text(_SENT))).all():
            if (row.id, row.version) in known_to_hold:
                continue
            if await _holds(unit, await broadcast_of(unit, row.id)):
                known_to_hold.add((row.id, row.version))
            else:
                paused += await controls.pause(unit, row.id, Paused.PRICE)
    return paused


async def _holds(unit: Unit, broadcast: Broadcast) -> bool:
    """Say whether the figures that were approved are still the catalogue's."""
    offer = await offer_of(unit, broadcast.offer_id)
    if offer.product is None or broadcast.bound is None:
        return True
    approved = broadcast.bound["figures"]
    version = (await product_on_sale(unit, offer.product)).version
    people = People("SELECT customer_id FROM broadcast_recipient WHERE run_id = :p_run", {"p_run": broadcast.id})
    try:
        now = (await figures_of(unit, offer.product, people, sending_day(unit, broadcast))).as_json()
    except FinanceError:
        return False
    return {**now, "version": version} == {**approved, "version": version}
