"""What an attack costs: kill -9 under load, people who slow down others, a flood. Each figure beside its limit.

`susu demo` runs as a person starts it, in a folder of its own, and its real processes are killed. What was acknowledged
is held against the ledger afterwards: each top-up has a sum of its own, so one that is lost or done twice is seen.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import aiohttp
import psutil
from sqlalchemy import text

from benchmarks.chatter import Chatter, NotAnswered
from benchmarks.deployment import Deployment, deployed, program_of
from benchmarks.figures import Json, figures
from benchmarks.load import Crowd, take
from benchmarks.scripts import JOINING
from bot.database import opened
from bot.intake.inbox import Inbox
from bot.settings import SANDBOX_TOKEN, Settings

VICTIMS: Final = ("bot", "worker", "postgres")
REST_SECONDS: Final = 2.0
"""After an answer has come, before the next kill."""
NEXT_ANSWER_TIMEOUT_SECONDS: Final = 60.0
SLOW_SECONDS: Final = 20.0
OTHERS: Final = 10
FLOODERS: Final = 1_000
FLOOD: Final = 10_000
LIMITS: Final = {
    "lost": 0.0,
    "twice": 0.0,
    "next answer after bot": 7.0,
    "next answer after worker": 7.0,
    "next answer after postgres": 3.0,
    "others beside one who writes 4,096 digits a second: p99": 1.0,
    "others beside ten who write 3 a second: p99": 1.0,
    "others beside ten hanging chats: p99": 1.0,
    "a newcomer behind 10,000 updates of 1,000 people": 10.0,
}


@dataclass(frozen=True, slots=True)
class Options:
    """How much: kills, customers under whose load they happen, a seed for their moments, bots that share the work."""

    kills: int = 30
    customers: int = 30
    seed: int = 2026
    bots: int = 1


@dataclass
class Tally:
    """What was said to have been done, by person and sum in minor units; and when answers came."""

    acknowledged: list[tuple[int, int]] = field(default_factory=list)
    answered: list[tuple[float, float]] = field(default_factory=list)
    """When it was said, and when it was answered (both monotonic)."""


class _Figures(dict[str, float]):
    """Figures, each told as it comes: an attack takes minutes, and may be cut short."""

    def __setitem__(self, name: str, figure: float) -> None:
        super().__setitem__(name, figure)
        sys.stderr.write(f"  {name}: {figure:.2f} (limit {LIMITS[name]:g})\n")


def measured(options: Options) -> Json:
    """Return every figure. Raises NotRunning."""
    with tempfile.TemporaryDirectory(prefix="susu-attacks-") as name:
        Path(name).chmod(0o755)
        with deployed("demo", Path(name), options.bots) as demo:
            demo.until(lambda: bool(demo.get("health")["bot"]), "the bot is awake")
            demo.post("limits", enabled=False)
            result = asyncio.run(_attacked(demo, options))
            return {
                **result,
                "verified": demo.verified(),
                "load": os.getloadavg()[0],
                "seed": options.seed,
                "bots": options.bots,
            }


def table(result: Json) -> str:
    """Return the figures for reading, each with its limit."""
    lines = [f"seed {result['seed']}, bots {result['bots']}, load of the machine at the end {result['load']:.1f}"]
    for name, limit in LIMITS.items():
        worst = result["figures"].get(name)
        shown, met = ("none", "—") if worst is None else (f"{worst:.2f}", "met" if worst <= limit else "NOT met")
        lines.append(f"  {name:<58}{shown:>9}   limit {limit:g}   {met}")
    kills, acknowledged = result["kills"], result["acknowledged"]
    lines.append(f"  {kills} kill -9, {acknowledged} movements acknowledged, not acknowledged {result['unanswered']}")
    return "\n".join([*lines, f"  the book afterwards: {result['verified']}"])


async def _attacked(demo: Deployment, options: Options) -> Json:
    async with aiohttp.ClientSession(demo.url) as http:
        people = [await _moved_in(demo, http, f"c{number}") for number in range(options.customers)]
        crowd = Crowd(people)
        for chatter in people:
            await crowd.guarded(chatter, _joins(chatter))
        others = people[:OTHERS]
        found = _Figures()
        one = people[OTHERS]
        async with _meanwhile(_writes(one, "1" * 4096, 1.0)):
            found["others beside one who writes 4,096 digits a second: p99"] = await _p99(others)
        ten = people[OTHERS + 1 : OTHERS + 11]
        async with _meanwhile(*(_writes(each, "what's my balance", 1 / 3) for each in ten)):
            found["others beside ten who write 3 a second: p99"] = await _p99(others)
        for each in ten:
            demo.post("faults", kind="slow", method="sendMessage", chat_id=each.id, delay_seconds=25.0)
        async with _meanwhile(*(_writes(each, "what's my balance", 5.0) for each in ten)):
            found["others beside ten hanging chats: p99"] = await _p99(others)
        await http.delete("/sandbox/faults")
        killed = await _killed(demo, people, options)
        for name, figure in killed.pop("figures").items():
            found[name] = figure
        found["a newcomer behind 10,000 updates of 1,000 people"] = await _newcomer(demo, http)
        return {**killed, "figures": found}


async def _moved_in(demo: Deployment, http: aiohttp.ClientSession, username: str) -> Chatter:
    person = await asyncio.to_thread(
        demo.post, "people", first_name=username, username=f"attack_{username}", language_code="en"
    )
    return Chatter(http, person["id"], f"attack_{username}", "en")


async def _joins(chatter: Chatter) -> None:
    for step in JOINING:
        await take(chatter, "join", step, "")


# -- kills -------------------------------------------------------------------------------------------------------------


async def _killed(demo: Deployment, people: Sequence[Chatter], options: Options) -> Json:
    chance, tally = random.Random(options.seed), Tally()  # noqa: S311 - the same moments on each run
    waits: dict[str, list[float]] = {victim: [] for victim in VICTIMS}
    sums = {chatter.id: 100 for chatter in people}
    async with _meanwhile(*(_tops_up(chatter, sums, tally) for chatter in people)):
        for number in range(options.kills):
            await asyncio.sleep(REST_SECONDS + chance.random())
            victim = VICTIMS[number % len(VICTIMS)]
            _kill(demo, victim)
            waits[victim].append(await _next_answer(tally, time.monotonic()))
        await asyncio.sleep(NEXT_ANSWER_TIMEOUT_SECONDS / 3)
    found = await _in_the_book(demo, people)
    acknowledged = Counter(tally.acknowledged)
    return {
        "kills": options.kills,
        "acknowledged": len(tally.acknowledged),
        "unanswered": sum(found.values()) - len(tally.acknowledged),
        "figures": {
            "lost": float(sum((acknowledged - found).values())),
            "twice": float(sum(count - 1 for count in found.values())),
            **{f"next answer after {victim}": max(each, default=0.0) for victim, each in waits.items()},
        },
    }


async def _tops_up(chatter: Chatter, sums: dict[int, int], tally: Tally) -> None:
    """Put in 1.01, 1.02 …, each once, whether it was answered or not; for ever."""
    while True:
        sums[chatter.id] += 1
        cents = sums[chatter.id]
        said_at = time.monotonic()
        try:
            sum_ = f"{cents // 100}.{cents % 100:02}"
            await chatter.says("topup", f"/topup {sum_}", f"/Put ¥{sum_} into")  # an answer to an earlier one is none
            tally.answered.append((said_at, time.monotonic()))
            await chatter.taps("topup", "common.confirm", f"/¥{sum_} is in your wallet")
        except (NotAnswered, aiohttp.ClientError, TimeoutError):
            continue
        tally.acknowledged.append((chatter.id, cents))
        await asyncio.sleep(0.5)


def _kill(demo: Deployment, victim: str) -> None:
    if victim == "postgres":
        pid_file = demo.folder / "var" / "postgres" / "data" / "postmaster.pid"
        pids = [int(pid_file.read_text().split()[0])]
    else:
        pids = [child.pid for child in psutil.Process(demo.process.pid).children() if program_of(child) == victim]
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


async def _next_answer(tally: Tally, killed_at: float) -> float:
    """Return how long after a kill the first answer came to what was said after it, or before and not answered yet."""
    while time.monotonic() - killed_at < NEXT_ANSWER_TIMEOUT_SECONDS:
        answers = [at for said_at, at in tally.answered if at > killed_at + 0.1]
        if answers:
            return min(answers) - killed_at
        await asyncio.sleep(0.02)
    return NEXT_ANSWER_TIMEOUT_SECONDS


async def _in_the_book(demo: Deployment, people: Sequence[Chatter]) -> Counter[tuple[int, int]]:
    """Return how often each sum of each person was put in, as the ledger says."""
    async with opened(_settings(demo), pool_size=1) as database, database.units.begin() as unit:
        rows = await unit.session.execute(_TOPPED_UP, {"people": [chatter.id for chatter in people]})
        return Counter((row.telegram_id, row.amount) for row in rows)


_TOPPED_UP: Final = text(
    """
    SELECT c.telegram_id, t.amount FROM customer c
        JOIN entry e ON e.kind = 'wallet.topup' AND CAST(e.about ->> 'customer' AS bigint) = c.id
        JOIN transfer t ON t.entry_id = e.id
    WHERE c.telegram_id = ANY(:people) AND t.amount BETWEEN 101 AND 100000
    """
)


def _settings(demo: Deployment) -> Settings:
    return Settings(_env_file=None, data_dir=Path(demo.environment["SUSU_DATA_DIR"]))


# -- people who slow down others ---------------------------------------------------------------------------------------


async def _writes(chatter: Chatter, words: str, every_seconds: float) -> None:
    """Say something again and again, without waiting for answers."""
    while True:
        with suppress(NotAnswered, aiohttp.ClientError):
            await chatter.posts("messages", {"from": chatter.id, "text": words})
        await asyncio.sleep(every_seconds)


async def _p99(others: Sequence[Chatter]) -> float:
    """Return the p99, in seconds, of what others wait for their balance, each saying so once a second."""
    deadline = time.monotonic() + SLOW_SECONDS
    waited: list[float] = []

    async def looks(chatter: Chatter) -> None:
        await asyncio.sleep(random.random())  # noqa: S311 - not all at one moment
        while time.monotonic() < deadline:
            began = time.perf_counter()
            with suppress(NotAnswered, aiohttp.ClientError):
                await chatter.says("balance", "what's my balance", "wealth.available")
            waited.append(time.perf_counter() - began)
            await asyncio.sleep(1)

    await asyncio.gather(*(looks(chatter) for chatter in others))
    return float(figures(waited)["p99"]) / 1000


async def _newcomer(demo: Deployment, http: aiohttp.ClientSession) -> float:
    """Store 10,000 updates of 1,000 people at once, and return how long a stranger's /start waits behind them."""
    newcomer = await _moved_in(demo, http, "newcomer")
    bot_id = int(SANDBOX_TOKEN.partition(":")[0])
    async with opened(_settings(demo), pool_size=2) as database:
        inbox = Inbox(database.units, database.cipher, bot_id)
        for turn in range(FLOOD // FLOODERS):
            await inbox.store([_message(turn * FLOODERS + each, 800_000_000 + each) for each in range(FLOODERS)])
    began = time.perf_counter()
    newcomer.patience_seconds = NEXT_ANSWER_TIMEOUT_SECONDS
    with suppress(NotAnswered):
        await newcomer.says("start", "/start", "onboarding.welcome")
    return time.perf_counter() - began


def _message(number: int, user_id: int) -> Json:
    user = {"id": user_id, "is_bot": False, "first_name": "F", "language_code": "en"}
    chat = {"id": user_id, "type": "private"}
    message = {"message_id": number + 1, "date": 1_772_000_000, "chat": chat, "from": user, "text": "hello"}
    return {"update_id": 1_500_000_000 + number, "message": message}


@asynccontextmanager
async def _meanwhile(*doing: Awaitable[None]) -> AsyncIterator[None]:
    """Let things be done for ever while the block runs."""
    tasks = [asyncio.ensure_future(each) for each in doing]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
