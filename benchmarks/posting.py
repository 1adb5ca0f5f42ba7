"""Posting, beside others that post: the plainest SQL, pgledger's published function, django-hordak.

`python -m benchmarks posting` starts a PostgreSQL of its own (fsync on, no autovacuum, so that what was never analysed
stays so) and each poster as a process of its own, with a database of its own. They take turns, in an order by chance,
for a moment each, many rounds: a ratio is the median of the rounds' ratios, so what else the machine does falls on all
alike. Beside it stands the ratio of processor time, of the poster and PostgreSQL, which hardly depends on that.
"""

from __future__ import annotations

import asyncio
import random
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks.contestants import (
    ROOT,
    Contestant,
    Load,
    Started,
    Turn,
    microseconds,
    processor_ratio,
    ratio,
    running_server,
)
from benchmarks.figures import Json
from benchmarks.meters import verifies
from finance_core.storage.server import EmbeddedServer

FRESH, ANALYSED, FUNCTION, PLAIN, PGLEDGER, HORDAK = "fresh", "analysed", "function", "plain", "pgledger", "hordak"
TOLD: Final = {
    FRESH: "the public call, never analysed",
    ANALYSED: "the public call, analysed",
    FUNCTION: "the function alone",
    PLAIN: "the plainest SQL",
    PGLEDGER: "pgledger's function",
    HORDAK: "django-hordak",
}
ONE_BY_ONE: Final = Load("8 x 1", 8, 1)
LOADS: Final = (
    ONE_BY_ONE,
    Load("8 x 1 to the institution", 8, 1, "institution"),
    Load("1 x 1", 1, 1),
    Load("2 x 500", 2, 500),
    Load("1 x 500", 1, 500),
)
Turns = dict[str, dict[str, list[Turn]]]
"""By load, and by poster."""
WARM_SECONDS: Final = 0.3
WANTED_IN_BATCHES: Final = 25_000


@dataclass(frozen=True)
class Options:
    """How long to measure, and against whom besides the plainest SQL."""

    rounds: int = 15
    seconds: float = 0.4
    accounts: int = 10_000
    pgledger: Sequence[Path] = ()
    """Files of SQL that make pgledger's function; without any it is left out."""
    hordak: Path | None = None
    """A Python that has django-hordak; without one it is left out."""
    verified: bool = True
    """Whether `verify` looks at the books afterwards."""


@dataclass(frozen=True)
class Wanted:
    """A limit: what one poster does under a load is at least so many times (and at most) what another does."""

    load: str
    of: str
    over: str
    least: float
    most: float | None = None

    def line(self, turns: Turns) -> Json | None:
        """Return what came of it; None where one of the two did not take part."""
        by_poster = turns.get(self.load, {})
        if not (by_poster.get(self.of) and by_poster.get(self.over)):
            return None
        found = ratio(by_poster[self.of], by_poster[self.over])
        met = found >= self.least and (self.most is None or found <= self.most)
        return {
            "load": self.load,
            "of": self.of,
            "over": self.over,
            "ratio": round(found, 2),
            "of_processor_time": round(processor_ratio(by_poster[self.of], by_poster[self.over]), 2),
            "least": self.least,
            "most": self.most,
            "met": met,
        }


WANTED: Final = (
    Wanted("8 x 1", FRESH, PGLEDGER, 0.6),
    Wanted("8 x 1", FRESH, PLAIN, 0.4),
    Wanted("8 x 1", FUNCTION, PGLEDGER, 1.0),
    Wanted("8 x 1", FRESH, ANALYSED, 0.9, 1.1),
    Wanted("2 x 500", FRESH, PLAIN, 0.4),
    Wanted("2 x 500", FRESH, ANALYSED, 0.9, 1.1),
    Wanted("1 x 500", FRESH, PLAIN, 0.3),
)


def measured(options: Options, loads: Sequence[Load] = LOADS, posters: Sequence[str] = tuple(TOLD)) -> Json:
    """Return every rate and ratio, on a PostgreSQL of its own."""
    with running_server() as server, ExitStack() as running:
        contestants = {
            name: running.enter_context(started) for name, started in _all(server, options).items() if name in posters
        }
        if ANALYSED in contestants:
            server.run_sql("ANALYZE", database=ANALYSED)
        turns = turns_of(contestants, loads, options.rounds, options.seconds)
        result: Json = {
            "entries_a_second": _by_poster(turns, lambda each: round(median(turn.rate for turn in each))),
            "microseconds": _by_poster(turns, lambda each: round(microseconds(each))),
            "wanted": [line for wanted in WANTED if (line := wanted.line(turns))],
            "left_out": sorted(set(posters) - set(contestants)),
        }
        if options.verified:
            books = [name for name in (FRESH, ANALYSED) if name in contestants]
            result["verifies"] = {name: asyncio.run(verifies(server.url(name))) for name in books}
    return result


def brief() -> Json:
    """Return the ratio that CI prints: this and the plainest SQL in a few seconds, on few accounts."""
    options = Options(rounds=5, seconds=0.15, accounts=500, verified=False)
    return measured(options, [ONE_BY_ONE, Load("2 x 500", 2, 500)], [FRESH, PLAIN])


def _all(server: EmbeddedServer, options: Options) -> dict[str, Started]:
    def started(name: str, module: str, *words: object, python: Path = Path(sys.executable)) -> Started:
        return Started(server, name, module, [options.accounts, *words], [ROOT], python)

    posters = {
        FRESH: started(FRESH, "own"),
        ANALYSED: started(ANALYSED, "own"),
        FUNCTION: started(FUNCTION, "function"),
        PLAIN: started(PLAIN, "plain"),
    }
    if options.pgledger:
        posters[PGLEDGER] = started(PGLEDGER, "pgledger", *options.pgledger)
    if options.hordak:
        posters[HORDAK] = started(HORDAK, "hordak", python=options.hordak)
    return posters


def turns_of(contestants: Mapping[str, Contestant], loads: Sequence[Load], rounds: int, seconds: float) -> Turns:
    """Let all take turns, in another order each round."""
    turns: Turns = {}
    for load in loads:
        able = {name: each for name, each in contestants.items() if each.can(load)}
        turns[load.name] = {name: [] for name in able}
        for each in able.values():
            each.takes_turn(load, WARM_SECONDS)
        for _ in range(rounds):
            for name in random.sample(list(able), len(able)):
                turns[load.name][name].append(able[name].takes_turn(load, seconds))
    return turns


def _by_poster(turns: Turns, figure: Callable[[Sequence[Turn]], int]) -> Json:
    return {load: {name: figure(each) for name, each in by_poster.items()} for load, by_poster in turns.items()}


def table(result: Json) -> str:
    """Return the figures for reading, each limit beside its figure."""
    lines = [
        *_grid(result, "entries_a_second", "entries a second"),
        *_grid(result, "microseconds", "processor, µs each"),
    ]
    lines += [f"  {TOLD[name]} was left out: docs/benchmarks.md says how to have it" for name in result["left_out"]]
    lines += [_told(line) for line in result["wanted"]]
    in_batches = result["entries_a_second"].get("2 x 500", {}).get(FRESH)
    if in_batches:
        lines.append(f"  2 x 500, {TOLD[FRESH]}: {in_batches:,} a second   (on two idle cores {WANTED_IN_BATCHES:,})")
    lines += [f"  the book of {TOLD[name]} {'verifies' if ok else 'DOES NOT VERIFY'}" for name, ok in _verified(result)]
    return "\n".join(lines)


def _grid(result: Json, figure: str, title: str) -> list[str]:
    loads = result[figure]
    lines = [f"  {title:<34}" + "".join(f"{load:>26}" for load in loads)]
    for name, told in TOLD.items():
        cells = [f"{by_poster[name]:,}" if name in by_poster else "" for by_poster in loads.values()]
        if any(cells):
            lines.append(f"  {told:<34}" + "".join(f"{cell:>26}" for cell in cells))
    return lines


def _verified(result: Json) -> list[tuple[str, bool]]:
    return list(result.get("verifies", {}).items())


def _told(line: Json) -> str:
    limit = f"at least {line['least']}" + (f", at most {line['most']}" if line["most"] else "")
    verdict = "met" if line["met"] else "NOT met"
    return (
        f"  {line['load']}: {TOLD[line['of']]} / {TOLD[line['over']]} = {line['ratio']:.2f}"
        f" (processor: {line['of_processor_time']:.2f}; wanted {limit}: {verdict})"
    )
