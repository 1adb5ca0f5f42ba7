"""Broadcasts to very many: freezing a million recipients, claiming behind a million that were sent, and the pace.

`python -m benchmarks broadcasts` makes the people by set-based SQL in a PostgreSQL of its own (fsync on) and runs a
broadcast to them through the use cases. *Claims* are timed behind so many rows that were sent, with statistics from
before the first of them and a snapshot that was held open while the last 90,000 (an hour's) went out: nothing that is
dead can be cleared away. The *pace* is counted at the other end, a bare HTTP sink, on a clock that runs faster.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final

import psutil
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from benchmarks.figures import Json, figures, line
from benchmarks.meters import MEGABYTE, Meter, Watched
from benchmarks.sink import Log, Sink, sinking
from bot.delivery.limiter import Pacer, wait_on_the_loop
from bot.delivery.loop import Delivery
from bot.delivery.push import delivery_bot
from finance_core import notices
from finance_core.customers.consents import Topic
from finance_core.kernel.clock import ManualClock
from finance_core.lines import OFFER_CHECKS
from finance_core.notices import outcomes
from finance_core.notices.claims import Claim, claim, first_broadcast
from finance_core.notices.senders import NotArrived
from finance_core.offers.running import claiming
from finance_core.offers.running.controls import resume
from finance_core.offers.running.freezing import Audience, freeze
from finance_core.offers.running.progress import progress
from finance_core.offers.running.rounds import look_after
from finance_core.offers.running.starting import Content, RunPlan, begin_run, run_of
from finance_core.offers.running.states import RunState
from finance_core.storage.engine import create_engine
from finance_core.storage.founding import found
from finance_core.storage.server import EmbeddedServer
from finance_core.storage.unit import Units
from handlers.notices.rendering import render
from migrations.upgrade import upgrade

PEOPLE: Final = 1_000_000
FROZEN_SECONDS: Final = 30
STEP_SECONDS: Final = 1.0
ROW_BYTES: Final = 150
CLAIM_MS: Final = 15
AN_HOURS: Final = 90_000
"""How many go out in an hour at 25 a second."""
CLAIMS: Final = 100
IN_TEN_SECONDS: Final = (245, 250)
RECEIPT_MS: Final = 1_500
MEMORY_MEGABYTES: Final = 50
PAID_A_SECOND: Final = 250

_CHUNK: Final = 100_000
_OPEN_ON: Final = date(2026, 3, 12)
_NOON: Final = datetime(2026, 3, 12, 4, 0, tzinfo=UTC)
_WORKER: Final = 7

_CUSTOMERS: Final = text(
    """
    INSERT INTO customer (telegram_id, chat_id, name_sealed, language, zone, tier, terms_accepted_at, pin_hash,
        adult_confirmed_at, pin_failures, discreet, plain, income_notice, created_at)
    SELECT n, n, '\\x00', CASE WHEN n % 2 = 0 THEN 'zh' ELSE 'en' END, 'Asia/Shanghai', 1, :now, 'x', :now, 0, false,
        false, 'daily', :now
    FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS n
    """
)
_CONSENTS: Final = text(
    """
    INSERT INTO consent (customer_id, topic, about, given, at, wording, wording_version, language, place)
    SELECT id, 'saving', '', true, :now, 'yes', '1', 'en', 'settings' FROM customer WHERE telegram_id >= :first
    """
)
# What an earlier broadcast has left: rows that were pending and are sent, the last of them on the day before.
_PENDING: Final = text(
    """
    INSERT INTO outbox (customer_id, kind, params, urgency, key, about, supersedes, due_at, created_at, state, attempts)
    SELECT n, 'offer.broadcast', '{"broadcast": 1, "variant": 0}', 'broadcast', 'broadcast:1:' || n, 'broadcast:1',
        false, :now, :now, 'pending', 0
    FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS n
    """
)
_FINISH: Final = text(
    """
    UPDATE outbox SET state = 'sent', attempts = 1, message_id = id, chat_id = customer_id, pushed_on = '2026-03-12',
        wired_at = :now, finished_at = clock_timestamp() - interval '2 hours' + id * interval '1 millisecond'
    WHERE state = 'pending' AND about = 'broadcast:1'
    """
)


@dataclass(frozen=True, slots=True)
class Options:
    """How many people a broadcast is frozen for, and how many are really sent it, how many times faster than life."""

    people: int = PEOPLE
    sent: int = 100_000
    faster: float = 20.0
    workers: int = 1
    killed: int = 10_000
    """To how many the one is sent whose workers are killed."""
    kills: int = 12


def measured(options: Options) -> Json:
    """Freeze, claim and send as the options say."""
    with tempfile.TemporaryDirectory() as folder, EmbeddedServer(Path(folder) / "postgres") as server:
        server.run_sql("CREATE DATABASE broadcasts OWNER susu_owner", database="postgres")
        url = server.url("broadcasts")
        upgrade(url)
        return asyncio.run(_measured(url, options, Meter(server.data)))


def table(result: Json) -> str:
    """Return the figures as lines, each beside its limit."""
    frozen, claims, pace, killed = result["frozen"], result["claims"], result["pace"], result["kills"]
    recipients = (
        f"  {result['people']:,} recipients frozen in {frozen['seconds']:.1f} s ({FROZEN_SECONDS} s), the longest"
        f" transaction {frozen['longest_seconds']:.2f} s ({STEP_SECONDS:.0f} s),"
        f" {frozen['bytes']:.0f} bytes each with indexes ({ROW_BYTES})"
    )
    paced = (
        f"  {pace['sent']:,} sent by {pace['workers']} worker(s), {pace['faster']:g} times faster than life:"
        f" {pace['least']} to {pace['most']} in any 10 s ({IN_TEN_SECONDS[0]} to {IN_TEN_SECONDS[1]}),"
        f" twice {pace['twice']}, skipped {pace['skipped']}, 429: {pace['floods']},"
        f" {pace['grown_megabytes']:.0f} MB more ({MEMORY_MEGABYTES} MB)"
    )
    kills = (
        f"  {killed['kills']} kills in {killed['people']:,}, {killed['floods']} 429, 1 % answers lost: twice"
        f" {killed['twice']} (0), skipped {killed['skipped']} (0),"
        f" unknown {killed['unknown']} ({killed['most_unknown']} at most)"
    )
    said = [
        recipients,
        line("a claim", {name: claims[name] for name in claims if name != "processor_ms"})
        + f"   ({CLAIM_MS} ms at p99), {claims['processor_ms']} ms of processor time on average",
        paced,
        line("a receipt meanwhile", pace["receipts"]) + f"   ({RECEIPT_MS} ms at p99, in life's time)",
        f"  paid, against a bare HTTP sink: {result['paid']['a_second']:.0f} a second ({PAID_A_SECOND})",
        kills,
    ]
    return "\n".join(said)


async def _measured(url: str, options: Options, meter: Meter) -> Json:
    clock = ManualClock(_NOON)
    engine = create_engine(url, pool_size=8)
    async with engine.begin() as connection:
        await found(connection, "Asia/Shanghai", _OPEN_ON)
    units = Watched(engine, clock)
    await _people(url, units, options.people)
    result: Json = {"people": options.people}
    parts: dict[str, Callable[[], Awaitable[Json]]] = {
        "frozen": lambda: _frozen(units, options.people),
        "claims": lambda: _claims(url, units, options.people, meter),
        "pace": lambda: _pace(units, clock, options),
        "paid": lambda: _paid(units, clock, options),
        "kills": lambda: _kills(url, units, options),
    }
    for name, part in parts.items():
        result[name] = await part()
        print(f"{name}: {result[name]}", file=sys.stderr, flush=True)
    await engine.dispose()
    return result


async def _people(url: str, units: Units, number: int) -> None:
    """Make people who agree to offers about saving. Their digests are left out: nothing here is verified."""
    owner = create_engine(url, role=None, pool_size=1)
    async with owner.begin() as connection:
        for name in ("customer", "consent"):
            await connection.execute(text(f"ALTER TABLE {name} DISABLE TRIGGER row_guard"))
    for first in range(1, number + 1, _CHUNK):
        async with units.begin() as unit:
            await unit.session.execute(text("SET LOCAL statement_timeout = 0"))
            last = min(first + _CHUNK - 1, number)
            await unit.session.execute(_CUSTOMERS, {"first": first, "last": last, "now": _NOON})
            await unit.session.execute(_CONSENTS, {"first": first, "now": _NOON})
    async with owner.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("ANALYZE customer, consent"))
    await owner.dispose()


async def _begin(units: Units, run_id: int, **fields: Any) -> None:
    said = [Content(variant=0, language=each, text=f"Save more ({each}).") for each in ("en", "zh")]
    plan: dict[str, Any] = {
        "id": run_id,
        "kind": "offer",
        "topic": Topic.SAVING,
        "starts_at": _NOON,
        "ends_at": _NOON + timedelta(days=3),
        "maker_id": 1,
        "checker_id": 2,
    }
    async with units.begin() as unit:
        await begin_run(unit, RunPlan(**(plan | fields)), said)


async def _frozen(units: Watched, number: int) -> Json:
    await _begin(units, 1)
    units.longest_seconds, began = 0.0, time.perf_counter()
    done = await freeze(units, 1, Audience("SELECT id AS customer_id FROM customer"), OFFER_CHECKS)
    took = time.perf_counter() - began
    assert done.people == number
    async with units.begin() as unit:
        size = await unit.session.scalar(text("SELECT pg_total_relation_size('broadcast_recipient_1')"))
    return {"seconds": took, "longest_seconds": units.longest_seconds, "bytes": int(size or 0) / number}


@asynccontextmanager
async def _snapshot(url: str) -> AsyncIterator[None]:
    """Hold a snapshot open: nothing that dies meanwhile can be cleared away."""
    engine = create_engine(url, role=None, pool_size=1)
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="REPEATABLE READ")
        await connection.execute(text("SET idle_in_transaction_session_timeout = 0"))
        await connection.execute(text("SELECT count(*) FROM book"))
        yield
        await connection.rollback()
    await engine.dispose()


async def _loaded(connection: AsyncConnection, first: int, last: int) -> None:
    await connection.execute(text("SET statement_timeout = 0"))
    await connection.execute(_PENDING, {"first": first, "last": last, "now": _NOON})
    await connection.execute(_FINISH, {"now": _NOON})


async def _claims(url: str, units: Units, number: int, meter: Meter) -> Json:
    """Claim behind so many that were sent; the last hour's behind a snapshot. Statistics are as before the first."""
    owner = create_engine(url, role=None, pool_size=1)
    async with owner.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("ALTER TABLE outbox SET (autovacuum_enabled = false)"))
        await connection.execute(text("ANALYZE outbox"))
        behind = max(0, number - AN_HOURS)
        for first in range(1, behind + 1, _CHUNK):
            await _loaded(connection, first, min(first + _CHUNK - 1, behind))
        async with _snapshot(url):
            await _loaded(connection, behind + 1, number)
            await _begin(units, 2, topic=Topic.SAVING)
            await freeze(units, 2, _first(CLAIMS * 24), OFFER_CHECKS)
            seconds, used = await _claim_all(units, 2, meter)
    await owner.dispose()
    return figures(seconds) | {"processor_ms": round(used * 1000, 1)}


def _first(number: int) -> Audience:
    return Audience("SELECT id AS customer_id FROM customer WHERE id <= :p_most", {"p_most": number})


async def _claim_all(units: Units, run_id: int, meter: Meter) -> tuple[list[float], float]:
    """Feed and claim until all of a run is sent; return what each claim took, and what processor time each used."""
    seconds: list[float] = []
    used = 0.0
    recheck = partial(claiming.recheck, checks=OFFER_CHECKS)
    while True:
        async with units.begin() as unit:
            skip = text("UPDATE broadcast_run SET go_on_at = :now WHERE id = :id")
            await unit.session.execute(skip, {"id": run_id, "now": unit.now})
            await look_after(unit, run_id, OFFER_CHECKS)
            first = await first_broadcast(unit)
        claims: Sequence[Claim] = [Any]  # type: ignore[list-item]
        while claims:
            spent, began = meter.seconds() + time.process_time(), time.perf_counter()
            async with units.begin() as unit:
                claiming_now = claim(unit, worker=_WORKER, limit=24, broadcasts_from=first, recheck=recheck)
                claims = (await claiming_now).claims
            seconds.append(time.perf_counter() - began)
            used += meter.seconds() + time.process_time() - spent
            async with units.begin() as unit:
                for one in claims:
                    await outcomes.on_the_wire(unit, _WORKER, one)
                    await outcomes.sent(unit, _WORKER, one, 1)
        async with units.begin() as unit:
            if (await progress(unit, run_id)).waiting == 0:
                return seconds, used / len(seconds)


@asynccontextmanager
async def _looked_after(units: Units, clock: ManualClock, run_id: int, faster: float) -> AsyncIterator[None]:
    """Look after a run as the scheduler does, each second of a life that is so many times faster."""

    async def go_on() -> None:
        while True:
            clock.advance(seconds=1)
            async with units.begin() as unit:
                await look_after(unit, run_id, OFFER_CHECKS)
            await asyncio.sleep(1 / faster)

    going = asyncio.create_task(go_on())
    try:
        yield
    finally:
        going.cancel()
        await asyncio.gather(going, return_exceptions=True)


@asynccontextmanager
async def _delivering(units: Units, url: str, workers: int, faster: float) -> AsyncIterator[None]:
    async def wait(changed: asyncio.Event, seconds: float) -> None:
        await wait_on_the_loop(changed, seconds / faster)

    deliveries = [
        Delivery(
            units,
            delivery_bot("77:benchmark", url, Pacer(monotonic=lambda: time.monotonic() * faster, wait=wait)),
            render,
        )
        for _ in range(workers)
    ]
    running = [asyncio.create_task(each.run()) for each in deliveries]
    try:
        await asyncio.sleep(3)  # until each knows of the others, and they share the rate
        yield
    finally:
        for each in deliveries:
            await each.stop()
        await asyncio.gather(*running)


async def _until_settled(units: Units, run_id: int) -> None:
    while True:
        async with units.begin() as unit:
            if (await progress(unit, run_id)).waiting == 0:
                return
        await asyncio.sleep(0.2)


async def _pace(units: Units, clock: ManualClock, options: Options) -> Json:
    """Send to so many at the free limits, with a receipt now and then; count at the other end."""
    clock.set(_NOON + timedelta(days=8))
    fields = {"starts_at": clock.now(), "ends_at": clock.now() + timedelta(days=5)}
    await _begin(units, 3, **fields)
    frozen = await freeze(units, 3, _first(options.sent), OFFER_CHECKS)
    process = psutil.Process()
    async with sinking() as sink, _delivering(units, sink.url, options.workers, options.faster):
        before = process.memory_info().rss
        async with _looked_after(units, clock, 3, options.faster):
            receipts = asyncio.create_task(_receipts(units, options.faster))
            await _until_settled(units, 3)
        receipts.cancel()
        made = await _cancelled(receipts)
        await asyncio.sleep(1)
        log, grown = await sink.log(), process.memory_info().rss - before
    return _counted(log, made, options, frozen.people) | {"grown_megabytes": grown / MEGABYTE}


_MADE: dict[int, float] = {}


async def _receipts(units: Units, faster: float) -> None:
    """Put a receipt into the outbox every two seconds of that life, for people who are sent nothing else just then."""
    _MADE.clear()
    for number in range(1, 1_000_000):
        await asyncio.sleep(2 / faster)
        async with units.begin() as unit:
            _MADE[number] = time.time()
            receipt = NotArrived(about=f"case:{number}")
            await notices.enqueue(
                unit, receipt, urgency=notices.Urgency.RECEIPT, key=f"receipt:{number}", chat_id=-number, language="en"
            )


async def _cancelled(task: asyncio.Task[None]) -> dict[int, float]:
    await asyncio.gather(task, return_exceptions=True)
    return dict(_MADE)


def _counted(log: Log, made: dict[int, float], options: Options, people: int) -> Json:
    came = {-chat: at for at, chat, _ in log.seen if chat < 0}
    told = {chat for _, chat, _ in log.seen if chat > 0}
    instants = sorted(at * options.faster for at, *_ in log.seen)
    least, most = _in_any_ten_seconds(instants)
    return {
        "sent": len(told),
        "workers": options.workers,
        "faster": options.faster,
        "least": least,
        "most": most,
        "twice": log.twice,
        "skipped": people - len(told),
        "floods": log.floods,
        "receipts": figures([(came[each] - at) * options.faster for each, at in made.items() if each in came]),
    }


def _in_any_ten_seconds(instants: Sequence[float]) -> tuple[int, int]:
    """Return the least and most in any ten seconds of the steady part: after the two minutes, before the end."""
    steady = [at for at in instants if instants[0] + 150 < at < instants[-1] - 15]
    counts, end = [], 0
    for start, at in enumerate(steady):
        while end < len(steady) and steady[end] < at + 10:
            end += 1
        if end < len(steady):
            counts.append(end - start)
    return (min(counts), max(counts)) if counts else (0, 0)


async def _paid(units: Units, clock: ManualClock, options: Options) -> Json:
    """Send to some as fast as it goes, paid, and count how many come in a second."""
    clock.set(clock.now() + timedelta(days=20))
    people = min(options.sent, 5_000)
    paid = {"is_paid": True, "rate": 1_000, "stars_at_most": 1_000}
    await _begin(units, 4, starts_at=clock.now(), ends_at=clock.now() + timedelta(days=1), **paid)
    await freeze(units, 4, _first(people), OFFER_CHECKS)
    async with units.begin() as unit:
        await unit.session.execute(text("UPDATE broadcast_run SET go_on_at = :now WHERE id = 4"), {"now": unit.now})
    async with sinking() as sink, _delivering(units, sink.url, 1, 1), _looked_after(units, clock, 4, 4):
        await _until_settled(units, 4)
        log = await sink.log()
    instants = sorted(at for at, *_ in log.seen)
    return {"a_second": len(instants) / max(instants[-1] - instants[0], 0.001)}


async def _kills(url: str, units: Units, options: Options) -> Json:
    """Send to some, with 3 % 429 and 1 % lost answers, by workers of which one after the other is killed (-9)."""
    units.clock = None
    async with units.begin() as unit:
        zone = f"Etc/GMT{unit.now.hour - 12:+d}"  # where it is about noon
        await unit.session.execute(
            text("UPDATE customer SET zone = :zone WHERE id <= :most"), {"zone": zone, "most": options.killed}
        )
        await unit.session.execute(text("UPDATE book SET travelling_until = clock_timestamp() + interval '1 hour'"))
        now = unit.now
    await _begin(units, 5, starts_at=now, ends_at=now + timedelta(hours=6))
    frozen = await freeze(units, 5, _first(options.killed), OFFER_CHECKS)
    on_the_wire = 0
    async with sinking(lost=1, flooded=3) as sink, _kept_going(units, 5):
        for _ in range(options.kills):
            on_the_wire += await _killed(url, sink, units, 5)
        async with _worker(url, sink):
            await _until_settled(units, 5)
        log = await sink.log()
    async with units.begin() as unit:
        done = await progress(unit, 5)
        listed = await unit.session.scalars(
            text("SELECT customer_id FROM broadcast_recipient WHERE run_id = 5 AND state = 'unknown'")
        )
        told = {chat for _, chat, _ in log.seen} | set(listed)  # whoever is listed as unknown is nobody that was lost
    return {
        "people": frozen.people,
        "kills": options.kills,
        "twice": log.twice,
        "skipped": frozen.people - len(told),
        "unknown": done.unknown,
        "most_unknown": on_the_wire + log.lost,
        "floods": log.floods,
    }


@asynccontextmanager
async def _worker(url: str, sink: Sink) -> AsyncIterator[asyncio.subprocess.Process]:
    command = (sys.executable, "-m", "benchmarks.broadcast_worker", url, sink.url)
    process = await asyncio.create_subprocess_exec(*command)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _killed(url: str, sink: Sink, units: Units, run_id: int) -> int:
    """Let a worker send a while and kill it; return how many messages were on the wire, as the other end counts."""
    before = len((await sink.log()).seen)
    async with _worker(url, sink) as process:
        while len((log := await sink.log()).seen) < before + 20:
            async with units.begin() as unit:
                if (await progress(unit, run_id)).waiting == 0:
                    return 0
            await asyncio.sleep(0.05)
        process.kill()
        await process.wait()
    after = await sink.log()  # what was on its way to the sink when the worker died is on the wire, too
    return max(log.open, after.open) + len(after.seen) - len(log.seen)


@asynccontextmanager
async def _kept_going(units: Units, run_id: int) -> AsyncIterator[None]:
    """Look after a run, without the two minutes, and let it go on where it pauses: kills are what is tried here."""

    async def go_on() -> None:
        while True:
            async with units.begin() as unit:
                run = await run_of(unit, run_id, lock=True)
                run.go_on_at = unit.now if run.go_on_at else None
                if run.state == RunState.PAUSED:
                    await resume(unit, run_id)
                await unit.session.flush()
                await look_after(unit, run_id, OFFER_CHECKS)
            await asyncio.sleep(0.5)

    going = asyncio.create_task(go_on())
    try:
        yield
    finally:
        going.cancel()
        await asyncio.gather(going, return_exceptions=True)
