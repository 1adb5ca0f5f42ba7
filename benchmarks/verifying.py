"""`susu verify` over a book of many transfers, by one connection and by two, and since the last seal.

`python -m benchmarks verifying` posts them through the public call in a PostgreSQL of its own (fsync on), most on a day
that is sealed then and the last few on the next, looks at all by one connection and by two, and at what is not sealed.
"""

from __future__ import annotations

import asyncio
import random
import resource
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Final

from benchmarks.figures import Json
from benchmarks.meters import MEGABYTE, Meter
from benchmarks.posters.own import OPEN_ON, entry, opening
from finance_core import ledger
from finance_core.ledger import VerifyReport
from finance_core.lines import EQUATIONS
from finance_core.storage.engine import create_engine
from finance_core.storage.founding import found
from finance_core.storage.server import EmbeddedServer
from finance_core.storage.unit import Units
from migrations.upgrade import upgrade

ACCOUNTS: Final = 10_000
BATCH: Final = 500
LANES: Final = 2
TODAY_PARTS: Final = 100
"""One in so many of the transfers is of the day that is not sealed."""
WANTED_SECONDS_OF_TEN_MILLION: Final = 60
WANTED_SECONDS_SINCE: Final = 2


def measured(transfers: int) -> Json:
    """Post so many transfers, and look at them."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        with EmbeddedServer(Path(folder) / "postgres") as server:
            url = server.url()
            upgrade(url)
            asyncio.run(_post(url, transfers))
            server.run_sql("VACUUM ANALYZE")
            return {"transfers": transfers, **asyncio.run(_looked_at(url, Meter(server.data)))}


async def _post(url: str, transfers: int) -> None:
    engine = create_engine(url, pool_size=LANES)
    async with engine.begin() as connection:
        await found(connection, "Asia/Shanghai", OPEN_ON)
    units = Units(engine)
    for first in range(1, ACCOUNTS + 1, BATCH):
        async with units.begin() as unit:
            await ledger.post(unit, *(opening(owner) for owner in range(first, first + BATCH)))
    today = transfers // TODAY_PARTS
    await _some(units, "sealed", transfers - today)
    async with units.begin() as unit:
        await ledger.move_date(unit, OPEN_ON + timedelta(days=1))
    async with units.begin() as unit:
        await ledger.roll_up(unit)
        await ledger.seal_day(unit, OPEN_ON)
    await _some(units, "open", today)
    await engine.dispose()


async def _some(units: Units, name: str, count: int) -> None:
    chance = random.Random(name)  # noqa: S311 - which accounts is no secret

    def pair() -> tuple[int, int]:
        payer, payee = chance.sample(range(1, ACCOUNTS + 1), 2)
        return payer, payee

    async def some(numbers: range) -> None:
        for first in range(numbers.start, numbers.stop, BATCH):
            moves = [(f"{name}:{number}", *pair(), 100) for number in range(first, min(first + BATCH, numbers.stop))]
            async with units.begin() as unit:
                await ledger.post(unit, *(entry(move) for move in moves))

    half = count // 2
    await asyncio.gather(some(range(half)), some(range(half, count)))


async def _looked_at(url: str, meter: Meter) -> Json:
    engine = create_engine(url, pool_size=LANES)
    result: Json = {}
    looks: dict[str, Callable[[], Awaitable[VerifyReport]]] = {
        "one connection": lambda: ledger.verify_at_once(engine, EQUATIONS, 1),
        "two connections": lambda: ledger.verify_at_once(engine, EQUATIONS, LANES),
        "since the seal": lambda: ledger.verify_since_seal(engine, LANES),
    }
    for name, look in looks.items():
        used, began = meter.seconds(), time.perf_counter()
        report = await look()
        result[name] = {
            "seconds": round(time.perf_counter() - began, 2),
            "processor": round(meter.seconds() - used, 2),
            "holds": report.ok,
        }
    await engine.dispose()
    result["peak_megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 // MEGABYTE
    return result


def table(result: Json) -> str:
    """Return the figures for reading."""
    transfers = result["transfers"]
    wanted = {
        "two connections": WANTED_SECONDS_OF_TEN_MILLION * transfers / 10_000_000,
        "since the seal": WANTED_SECONDS_SINCE,
    }
    lines = [f"verify over {transfers:,} transfers, of which one in {TODAY_PARTS} is not sealed"]
    for name in ("one connection", "two connections", "since the seal"):
        each, limit = result[name], wanted.get(name)
        said = f"  {name:<18}{each['seconds']:8.2f} s, {each['processor']:.2f} s of PostgreSQL's processors"
        said += "" if limit is None else f"; limit {limit:g} s"
        lines.append(said + ("" if each["holds"] else "; DOES NOT HOLD"))
    return "\n".join(lines)
