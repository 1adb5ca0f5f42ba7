"""A backup is what it was taken of: restored elsewhere, the books agree, the seals are the same, and life goes on."""

from __future__ import annotations

from sqlalchemy import text

from finance_core import ledger
from finance_core.guarding import GUARDS
from finance_core.kernel.clock import ManualClock
from finance_core.lines import EQUATIONS
from finance_core.storage.engine import create_engine
from finance_core.storage.unit import Units
from tests.builders import a_customer, a_loan, balance, live, the_catalogue, yuan
from tests.embedded import Cluster

SEALS = text("SELECT business_date, encode(head, 'hex') AS head FROM seal ORDER BY business_date")


async def test_a_restored_backup_is_the_same_book_and_lives_on(
    cluster: Cluster, cloned_units: Units, cloned_url: str, clock: ManualClock
) -> None:
    await the_catalogue(cloned_units)
    ana = await a_customer(cloned_units, money=500)
    await a_loan(cloned_units, ana)
    await live(cloned_units, clock, until="2026-03-15 12:00")
    with cluster.restored(cluster.dump(cloned_url)) as elsewhere:
        engine = create_engine(elsewhere)
        restored = Units(engine, clock)
        async with cloned_units.begin() as before, restored.begin() as after:
            assert (await ledger.verify(after, (*EQUATIONS, *GUARDS))).ok
            assert (await after.session.execute(SEALS)).all() == (await before.session.execute(SEALS)).all() != []
        assert await balance(restored, ana) == yuan(3500)
        await live(restored, clock, until="2026-04-12 12:00")
        assert await balance(restored, ana) < yuan(3500), "the instalment was debited"
        async with restored.begin() as unit:
            assert (await ledger.verify(unit, (*EQUATIONS, *GUARDS))).ok
        await engine.dispose()
