"""A backup is what it was taken of: restored elsewhere, the books agree, the seals are the same, and life goes on."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from bot.erasures import ErasureList, replay
from finance_core import ledger
from finance_core.customers.models import Customer
from finance_core.guarding import GUARDS
from finance_core.kernel.clock import ManualClock
from finance_core.lines import EQUATIONS
from finance_core.privacy import closing
from finance_core.storage.engine import create_engine
from finance_core.storage.unit import Units
from finance_core.wallet import service as wallet
from finance_core.wallet.rails import SANDBOX
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


async def test_who_was_erased_after_the_backup_is_erased_again(
    cluster: Cluster, cloned_units: Units, cloned_url: str, clock: ManualClock, tmp_path: Path
) -> None:
    await the_catalogue(cloned_units)
    ana, bo = await a_customer(cloned_units), await a_customer(cloned_units, "Bo", money=5)
    backup, began = cluster.dump(cloned_url), clock.now()
    async with cloned_units.begin() as unit:
        await closing.ask(unit, ana.id, "ana")
        await closing.ask(unit, bo.id, "bo")
        await wallet.withdraw(unit, bo.id, yuan(5), "out", SANDBOX)
    await live(cloned_units, clock, until="2026-03-20 22:00")
    kept = tmp_path / "erasures.jsonl"
    assert await ErasureList(cloned_units, kept).write() == 2
    clock.set(began)
    with cluster.restored(backup) as elsewhere:
        engine = create_engine(elsewhere)
        restored = Units(engine, clock)
        assert await replay(restored, kept) == {"erased": [ana.id], "waits": [bo.id], "known": [], "other": []}
        async with restored.begin() as unit:
            assert (await unit.session.get_one(Customer, ana.id)).name_sealed == b""
            await wallet.withdraw(unit, bo.id, yuan(5), "out", SANDBOX)
        await live(restored, clock, until="2026-03-12 22:00")
        async with restored.begin() as unit:
            assert (await unit.session.get_one(Customer, bo.id)).is_erased
            assert (await ledger.verify(unit, (*EQUATIONS, *GUARDS))).ok
        await engine.dispose()
