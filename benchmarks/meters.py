"""What several benchmarks measure alike: processor time, how long units were open, the plainest SQL, a right book."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

import psutil

from finance_core import ledger
from finance_core.lines import EQUATIONS
from finance_core.storage.engine import create_engine
from finance_core.storage.unit import SYSTEM, Actor, Unit, Units

MEGABYTE: Final = 1 << 20


class Meter:
    """The processor time that PostgreSQL's processes have used, those that have ended since the last look left out."""

    def __init__(self, data: Path) -> None:
        self._postmaster = psutil.Process(int((data / "postmaster.pid").read_text().split()[0]))

    def seconds(self) -> float:
        """Return what all that run now have used so far."""
        return sum(seconds_used(process) for process in (self._postmaster, *self._postmaster.children()))


def seconds_used(process: psutil.Process) -> float:
    """Return the processor time that a process has used so far; none if it has ended."""
    with suppress(psutil.NoSuchProcess):
        times = process.cpu_times()
        return float(times.user + times.system)
    return 0.0


class Watched(Units):
    """Units of work that remember how long each was open: its locks were held no longer than that."""

    longest_seconds = 0.0
    count = 0

    @asynccontextmanager
    async def begin(self, actor: Actor = SYSTEM) -> AsyncIterator[Unit]:
        """Open a unit, as ever."""
        began = time.perf_counter()
        async with super().begin(actor) as unit:
            yield unit
        self.longest_seconds = max(self.longest_seconds, time.perf_counter() - began)
        self.count += 1


async def plain_seconds(
    url: str, made: Sequence[str], statements: Sequence[str], checkpoint: Callable[[], object], meter: Meter
) -> tuple[float, float]:
    """Return what statements on bare tables took, in one transaction: by the clock, and of PostgreSQL's processor time.

    Args:
        made: what makes the tables, which is not measured.
    """
    engine = create_engine(url, role=None, pool_size=1)
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.exec_driver_sql("SET statement_timeout = 0")
        for statement in made:
            await connection.exec_driver_sql(statement)
        checkpoint()
        used, began = meter.seconds(), time.perf_counter()
        await connection.exec_driver_sql("BEGIN")
        for statement in statements:
            await connection.exec_driver_sql(statement)
        await connection.exec_driver_sql("COMMIT")
        took = (time.perf_counter() - began, meter.seconds() - used)
    await engine.dispose()
    return took


async def verifies(url: str) -> bool:
    """Say whether every equation holds in the book of a database."""
    engine = create_engine(url, pool_size=1)
    async with Units(engine).begin() as unit:
        report = await ledger.verify(unit, EQUATIONS)
    await engine.dispose()
    return report.ok
