"""One close of business over very many active loans, through the steps that the service runs, and how that grows.

`python -m benchmarks closing` builds books of 20,000 and of 200,000 loans in a PostgreSQL of its own (fsync on), lives
one day and night in each that is not measured, and measures the next: accrual, ageing, provisions, safeguarding, the
roll-up and the seal at night; fees, reminders and the debits of a thirtieth of the loans in the morning.
"""

from __future__ import annotations

import asyncio
import resource
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import psutil
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from benchmarks.big_book import build, tidy
from benchmarks.figures import Json
from bot.commands.catalogue import load_catalogue
from finance_core import ledger
from finance_core.business_day.safeguarding import SWEEP
from finance_core.business_day.tick import Calendar, run_due
from finance_core.journeys.reminders import REMIND
from finance_core.kernel.clock import ManualClock
from finance_core.ledger.daily import ROLL_UP
from finance_core.loans import daily
from finance_core.loans.book.equations import EQUATIONS
from finance_core.loans.repayment import shortfalls
from finance_core.schedule.steps import Step
from finance_core.storage.engine import create_engine
from finance_core.storage.founding import found
from finance_core.storage.server import EmbeddedServer
from finance_core.storage.unit import SYSTEM, Actor, Unit, Units
from migrations.upgrade import upgrade

SIZES: Final = (20_000, 200_000)
WANTED_SECONDS: Final = 60
WANTED_CHUNK_SECONDS: Final = 1.0
STEPS: Final = (
    daily.ACCRUE,
    daily.AGE,
    daily.PROVIDE,
    SWEEP,
    ROLL_UP,
    daily.FALL_DUE,
    REMIND,
    daily.DEBIT,
    shortfalls.TELL,
)
_LENT_ON: Final = date(2026, 3, 12)
_BEFORE: Final = datetime(2026, 3, 13, 4, 0, tzinfo=UTC)
_AFTER: Final = datetime(2026, 3, 14, 4, 0, tzinfo=UTC)
_COUNTS: Final = {
    "debits": "SELECT count(*) FROM entry WHERE kind = 'loan.debit' AND business_date = DATE '2026-03-14'",
    "reminders": "SELECT count(*) FROM outbox WHERE urgency = 'reminder' AND created_at >= TIMESTAMPTZ '2026-03-14'",
    "overdue": "SELECT count(*) FROM loan WHERE overdue_since IS NOT NULL",
}


@dataclass(slots=True)
class Stopwatch:
    """Seconds by step, and of every transaction."""

    steps: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    longest: tuple[float, str] = (0.0, "")
    running: str = "seal"

    def ended(self, seconds: float) -> None:
        self.longest = max(self.longest, (seconds, self.running))

    def timed(self, step: Step) -> Step:
        """Return `step` so that it tells its seconds."""

        async def run(units: Units, on: date) -> None:
            self.running, began = step.name, time.perf_counter()
            await step.run(units, on)
            self.steps[step.name] += time.perf_counter() - began
            self.running = "seal"

        return replace(step, run=run)


class TimedUnits(Units):
    """Units of work that tell how long each transaction was open."""

    watch: Stopwatch | None = None

    @asynccontextmanager
    async def begin(self, actor: Actor = SYSTEM) -> AsyncIterator[Unit]:
        began = time.perf_counter()
        async with super().begin(actor) as unit:
            yield unit
        if self.watch is not None:
            self.watch.ended(time.perf_counter() - began)


def measured(sizes: Sequence[int]) -> Json:
    """Measure each size in a database of its own, the smallest first."""
    with tempfile.TemporaryDirectory() as folder, EmbeddedServer(Path(folder) / "postgres") as server:
        results = []
        for size in sizes:
            server.run_sql(f"CREATE DATABASE loans_{size} OWNER susu_owner", database="postgres")
            url = server.url(f"loans_{size}")
            upgrade(url)
            results.append(asyncio.run(_close(server, url, size)))
            server.run_sql(f"DROP DATABASE loans_{size} WITH (FORCE)", database="postgres")
    return {"sizes": results}


async def _close(server: EmbeddedServer, url: str, size: int) -> Json:
    clock = ManualClock(datetime(2026, 3, 12, 4, 0, tzinfo=UTC))
    engine, owner = create_engine(url), create_engine(url, role=None, pool_size=1)
    async with engine.begin() as connection:
        await found(connection, "Asia/Shanghai", _LENT_ON)
    units = TimedUnits(engine, clock)
    await load_catalogue(units)
    await build(units, owner, size)
    clock.set(_BEFORE)
    await run_due(units, Calendar(STEPS, ()))
    await tidy(owner)
    result = await _measure(server, units, clock, size)
    await engine.dispose()
    async with owner.begin() as connection:
        result["plainest"] = {name: await _seconds(connection, sql, size) for name, sql in _PLAINEST.items()}
    await owner.dispose()
    return result


async def _measure(server: EmbeddedServer, units: TimedUnits, clock: ManualClock, size: int) -> Json:
    units.watch = watch = Stopwatch()
    calendar = Calendar([watch.timed(step) for step in STEPS], ())
    clock.set(_AFTER)
    began, used = time.perf_counter(), _processor_seconds(server)
    await run_due(units, calendar)
    seconds = time.perf_counter() - began
    processor = {name: round(after - used[name], 1) for name, after in _processor_seconds(server).items()}
    units.watch = None
    async with units.begin() as unit:
        counts = {name: await unit.session.scalar(text(sql)) for name, sql in _COUNTS.items()}
        wrong = (await ledger.verify(unit, EQUATIONS)).first_wrong
    return {
        "loans": size,
        "seconds": round(seconds, 2),
        "loans_a_second": round(size / seconds),
        "processor_seconds": processor,
        "steps": {name: round(each, 2) for name, each in watch.steps.items()},
        "longest_transaction": {"seconds": round(watch.longest[0], 2), "in": watch.longest[1]},
        "peak_megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        **counts,
        "verify": "holds" if wrong is None else str(wrong),
    }


def _processor_seconds(server: EmbeddedServer) -> dict[str, float]:
    """Return what this process and PostgreSQL's have used so far: it hardly depends on what else the machine does."""
    pid = server.pid()
    assert pid is not None
    postmaster = psutil.Process(pid)
    used = [process.cpu_times() for process in (postmaster, *postmaster.children())]
    return {"python": time.process_time(), "postgres": sum(times.user + times.system for times in used)}


_PLAINEST: Final = {
    "create": "CREATE TABLE plain (id bigint PRIMARY KEY, amount bigint NOT NULL)",
    "insert": "INSERT INTO plain SELECT n, n FROM generate_series(1, {size}) n",
    "update": "UPDATE plain SET amount = amount + 1",
}


async def _seconds(connection: AsyncConnection, sql: str, size: int) -> float:
    began = time.perf_counter()
    await connection.execute(text(sql.format(size=size)))
    return round(time.perf_counter() - began, 2)


def table(result: Json) -> str:
    """Return the result as lines for people."""
    lines = [line for each in result["sizes"] for line in _lines(each)]
    first, last = result["sizes"][0], result["sizes"][-1]
    if first is not last:
        growth = last["seconds"] / first["seconds"]
        lines.append(f"  {last['loans'] / first['loans']:.0f} times the loans take {growth:.1f} times the seconds")
    wanted = last["seconds"] <= WANTED_SECONDS and last["longest_transaction"]["seconds"] <= WANTED_CHUNK_SECONDS
    lines.append(
        f"  wanted at {last['loans']:,}: {WANTED_SECONDS} s, no transaction above {WANTED_CHUNK_SECONDS:.0f} s:"
        f" {'met' if wanted else 'NOT met'}"
    )
    return "\n".join(lines)


def _lines(each: Json) -> list[str]:
    longest, plainest = each["longest_transaction"], each["plainest"]
    counts = f"{each['debits']:,} debits, {each['reminders']:,} reminders queued, {each['overdue']:,} overdue"
    rows = f"{each['loans']:,} rows inserted in {plainest['insert']:.2f} s, updated in {plainest['update']:.2f} s"
    processor = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in each["processor_seconds"].items())
    return [
        f"  {each['loans']:,} loans: {each['seconds']:.1f} s, {each['loans_a_second']:,} loans a second",
        f"    processor: {processor}",
        f"    {counts}; verify {each['verify']}",
        "    " + ", ".join(f"{name} {seconds:.1f} s" for name, seconds in each["steps"].items()),
        f"    longest transaction {longest['seconds']:.2f} s ({longest['in']})",
        f"    Python's peak {each['peak_megabytes']} MB",
        f"    the plainest SQL: {rows}",
    ]
