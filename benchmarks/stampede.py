"""A thousand people tap a red packet of a hundred shares within a second, through the real bot, as processes run it.

`python -m benchmarks stampede` starts a PostgreSQL of its own (fsync on), `susu bot` and `susu worker` as a deployment
runs them, and a Bot API that does nothing but hand out taps, a hundred a call as Telegram does, and note when each is
answered. The machine may have others to serve: before and after, single taps are measured in the same run with nothing
else to do, and processor time is told for each process. The statements of a late tap and of a claim are counted by
PostgreSQL's own log.
"""

from __future__ import annotations

import asyncio
import os
import re
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psutil
from sqlalchemy import text

from benchmarks.deployment import stop
from benchmarks.figures import Json, figures, line
from benchmarks.meters import Meter
from benchmarks.taps import GROUP, PATIENCE_SECONDS, Taps, taps_served
from finance_core import ledger
from finance_core.customers import service as customers
from finance_core.friends import boards as friends_boards
from finance_core.friends import packets
from finance_core.friends.packets import NewPacket
from finance_core.groups import service as groups
from finance_core.kernel.money import CNY, Money
from finance_core.lines import EQUATIONS
from finance_core.notices import boards
from finance_core.storage.cipher import Cipher
from finance_core.storage.engine import create_engine
from finance_core.storage.server import EmbeddedServer
from finance_core.storage.unit import Units
from finance_core.wallet import service as wallet
from finance_core.wallet.rails import SANDBOX

TOKEN: Final = "4242:benchmark"  # noqa: S105 - of no bot
PEOPLE: Final = 1_000
SHARES: Final = 100
WITHIN_SECONDS: Final = 1.0
ALONE: Final = 20
"""Single taps, one after the other, of each kind."""
IDLE_SECONDS: Final = 2.0
WANTED_SECONDS: Final = 10.0
AT_ONCE: Final = 8
PAUSE_SECONDS: Final = 0.05
_STATEMENT: Final = re.compile(rb"LOG:  (?:statement|execute [^:]*): ")
_THOUSAND: Final = "packet-stampede"
_SINGLE: Final = "packet-single"
_COUNTED: Final = "packet-counted"


def measured() -> Json:
    """Return how long the taps of a stampede waited, and what a late one costs beside a claim."""
    folder = tempfile.TemporaryDirectory(prefix="susu-stampede-")
    Path(folder.name).chmod(0o755)
    with folder, EmbeddedServer(Path(folder.name) / "postgres") as server:
        return asyncio.run(_stampede(Path(folder.name), server))


async def _stampede(folder: Path, server: EmbeddedServer) -> Json:
    async with taps_served() as taps:
        environment = _environment(folder, server.url(), taps.url)
        _susu("db", "upgrade", environment=environment).wait()
        engine = create_engine(server.url(), pool_size=4)
        units, cipher = Units(engine), Cipher([environment["SUSU_SECRET_KEY"]])
        people = await _made(units, cipher)
        with _running("bot", environment) as bot:
            with _running("worker", environment) as worker:
                await _until(lambda: taps.has_polled)
                used = Used({"bot": bot, "worker": worker}, Meter(server.data))
                result = {"alone before": await _alone(taps, people, used, _SINGLE)}
                result["stampede"] = await _all_at_once(taps, people, used)
                late = [person for person in people[:PEOPLE] if person not in taps.with_a_share]
                result["all late"] = await _all_at_once(taps, late, used)
                result["alone after"] = await _alone(taps, people[ALONE:], used, _SINGLE)
            result["statements"] = await _statements(taps, people, server)
        async with units.begin() as unit:
            report = await ledger.verify(unit, EQUATIONS)
            shares = {row.token: row.opened for row in await unit.session.execute(_SHARES)}
        await engine.dispose()
    return {**result, "claimed": shares, "verified": report.ok}


_SHARES: Final = text("SELECT token, opened FROM packet ORDER BY id")


@dataclass(frozen=True, slots=True)
class Used:
    """The processor seconds that processes and PostgreSQL use."""

    processes: Mapping[str, subprocess.Popen[bytes]]
    meter: Meter

    def seconds(self) -> dict[str, float]:
        """Return what each has used so far."""
        times = {name: psutil.Process(each.pid).cpu_times() for name, each in self.processes.items()}
        used = {name: each.user + each.system for name, each in times.items()}
        return used | {"postgres": self.meter.seconds()}

    def since(self, before: Mapping[str, float], taps: int) -> Json:
        """Return the milliseconds of processor for each of so many taps, by process."""
        return {name: round((now - before[name]) * 1000 / taps, 2) for name, now in self.seconds().items()}


async def _alone(taps: Taps, people: Sequence[int], used: Used, token: str) -> Json:
    """Let single people open a share, one after the other, with nothing else to do; tell what that and idling cost."""
    idle = await _idle(used)
    before = used.seconds()
    claimed = [await _answered(taps, person, token) for person in people[:ALONE]]
    return {
        "claim": figures(taps.seconds(claimed)),
        "processor ms a claim": used.since(before, ALONE),
        "processor ms a second while idle": idle,
        "load of the machine": round(os.getloadavg()[0], 1),
    }


async def _idle(used: Used) -> Json:
    before = used.seconds()
    await asyncio.sleep(IDLE_SECONDS)
    return used.since(before, round(IDLE_SECONDS))


async def _answered(taps: Taps, person: int, token: str) -> str:
    tap = await taps.tap(person, token)
    await taps.until_answered([tap])
    return tap


async def _all_at_once(taps: Taps, people: Sequence[int], used: Used) -> Json:
    """Let a thousand tap evenly within a second; return how long those with a share and those without one waited."""
    before, began, ids = used.seconds(), time.monotonic(), []
    for number, person in enumerate(people[:PEOPLE]):
        await asyncio.sleep(max(0.0, began + WITHIN_SECONDS * number / PEOPLE - time.monotonic()))
        ids.append(await taps.tap(person, _THOUSAND))
    await taps.until_answered(ids)
    took = max(taps.answered[each] for each in ids) - began
    late = [each for each in ids if "Too late" in taps.said[each]]
    got = [each for each in ids if each not in set(late)]
    taps.with_a_share |= {person for each, person in zip(ids, people, strict=False) if each in set(got)}
    return {
        "got a share": figures(taps.seconds(got)),
        "too late": figures(taps.seconds(late)),
        "until the last answer, s": round(took, 2),
        "processor ms a tap": used.since(before, len(ids)),
    }


async def _statements(taps: Taps, people: Sequence[int], server: EmbeddedServer) -> Json:
    """Return how many statements the bot alone makes for a claim and for a late tap, those that commit included."""
    log, result = server.home / "server.log", {}
    for name, token, who in (("a claim", _COUNTED, people), ("a late tap", _THOUSAND, people[-ALONE:])):
        await _let_log(server, "all")
        size = log.stat().st_size
        ids = [await taps.tap(person, token) for person in who[:ALONE]]
        await taps.until_answered(ids)
        await asyncio.sleep(PAUSE_SECONDS * 4)
        await _let_log(server, "none")
        with log.open("rb") as logged:
            logged.seek(size)
            found = len(_STATEMENT.findall(logged.read()))
        result[name] = round(found / len(ids), 1)
    return result


async def _let_log(server: EmbeddedServer, which: str) -> None:
    for statement in (f"ALTER SYSTEM SET log_statement = '{which}'", "SELECT pg_reload_conf()"):
        await asyncio.to_thread(server.run_sql, statement)
    await asyncio.sleep(PAUSE_SECONDS * 4)


async def _made(units: Units, cipher: Cipher) -> list[int]:
    """Let a thousand people join, and one make packets which the group sees; return their Telegram ids."""
    people = list(range(1, PEOPLE + ALONE * 3 + 1))
    turns = asyncio.Semaphore(AT_ONCE)

    async def join(person: int) -> int:
        async with turns, units.begin() as unit:
            customer = await customers.start(
                unit,
                cipher,
                telegram_id=person,
                chat_id=person,
                first_name=f"P{person}",
                username=f"p_{person}",
                language="en",
            )
            await customers.accept_terms(unit, customer.id)
            customer.tier = 2
            return customer.id

    sender = (await asyncio.gather(*(join(each) for each in (*people, 1_000_000))))[-1]
    async with units.begin() as unit:
        await wallet.topup(unit, sender, Money.of(10_000, CNY), "benchmark", SANDBOX)
        await groups.met(unit, cipher, GROUP, title="Lunch", language="en")
        for token, shares in ((_THOUSAND, SHARES), (_SINGLE, 2 * ALONE + 1), (_COUNTED, ALONE + 1)):
            packet, _ = await packets.make(unit, cipher, sender, NewPacket(Money.of(shares, CNY), shares), token)
            await boards.show(unit, friends_boards.PACKET, packet.id, chat_id=GROUP, language="en")
    return people


def _environment(folder: Path, database: str, telegram: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SUSU_")}
    return {
        **kept,
        "SUSU_DATA_DIR": str(folder / "var"),
        "SUSU_DATABASE_URL": database,
        "SUSU_SECRET_KEY": secrets.token_urlsafe(32),
        "SUSU_TELEGRAM_TOKEN": TOKEN,
        "SUSU_TELEGRAM_API_URL": telegram,
        "SUSU_LOG_FORMAT": "json",
    }


@contextmanager
def _running(program: str, environment: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    process = _susu(program, environment=environment)
    try:
        yield process
    finally:
        stop(process)


def _susu(*words: str, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    folder = Path(environment["SUSU_DATA_DIR"])
    folder.mkdir(exist_ok=True)
    with (folder.parent / f"{words[0]}.log").open("ab") as log:
        return subprocess.Popen(
            (sys.executable, "-m", "bot", *words), env=environment, stdout=log, stderr=log, start_new_session=True
        )


async def _until(true: Any) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not true():  # noqa: ASYNC110 - another process's doing
            await asyncio.sleep(PAUSE_SECONDS)


def table(result: Json) -> str:
    """Return the figures as text."""
    lines = [line(f"a claim, {when}", result[f"alone {when}"]["claim"]) for when in ("before", "after")]
    for name in ("stampede", "all late"):
        measured = result[name]
        taps = sum(measured[who]["count"] for who in ("got a share", "too late"))
        lines += [f"  {name}: {measured['until the last answer, s']} s until the last of {taps} is answered"]
        lines += [line(f"  {who}", measured[who]) for who in ("got a share", "too late") if measured[who]["count"]]
        lines += [f"    processor ms a tap: {measured['processor ms a tap']}"]
    lines += [f"  statements of {name}: {number}" for name, number in result["statements"].items()]
    for when in ("before", "after"):
        alone = result[f"alone {when}"]
        lines += [f"  {name}, {when}: {alone[name]}" for name in alone if name != "claim"]
    claimed = f"claimed: {result['claimed']}; verified: {result['verified']}"
    lines += [f"  wanted: each within {WANTED_SECONDS:g} s; {claimed}"]
    return "\n".join(lines)
