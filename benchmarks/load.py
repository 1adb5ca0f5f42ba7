"""The load, in a process of its own: `python -m benchmarks.load` reads one JSON order and prints one JSON result.

Everything is bounded: so many people, so many seconds, and each wait for an answer has an end.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from itertools import cycle, islice
from typing import Final

import aiohttp

from benchmarks.chatter import Chatter, NotAnswered, has_button, label
from benchmarks.figures import Json, figures
from benchmarks.scripts import (
    BORROWER,
    BORROWING,
    EITHER,
    INVESTING,
    JOINING,
    MIX,
    SAVER,
    TEXTS,
    Accept,
    Contact,
    Say,
    Script,
    Step,
)

RISE: Final = (1, 2, 4, 8, 16, 32, 64)
"""How many talk at once without a pause, one step after another."""
STILL_RISES: Final = 1.05
"""A step that brings less than this times the best before it is flat."""
FLAT_STEPS: Final = 2
"""So many flat ones in a row are the end of the climb."""
MISSED_EXAMPLES: Final = 5
JOIN_AT_ONCE: Final = 8


class Crowd:
    """The people, and what went wrong so far."""

    def __init__(self, people: Sequence[Chatter]) -> None:
        self.people = people
        self.missed: list[str] = []

    async def guarded(self, chatter: Chatter, talk: Awaitable[None]) -> bool:
        """Let somebody talk; say whether every answer was right. What was not is noted."""
        try:
            await talk
        except (NotAnswered, aiohttp.ClientError, TimeoutError) as fault:
            self.missed.append(f"{chatter.username} ({chatter.language}): {fault}"[:300])
            return False
        return True

    def fresh_turns(self) -> list[tuple[str, float]]:
        """Return (name, seconds) of every turn since this was last asked."""
        turns = [(turn.name, turn.seconds) for chatter in self.people for turn in chatter.turns]
        for chatter in self.people:
            chatter.turns.clear()
        return turns

    def who(self, chatter: Chatter) -> str:
        """Return whether somebody has a loan: every second one does."""
        return (SAVER, BORROWER)[self.people.index(chatter) % 2]

    def friend(self, chatter: Chatter) -> str:
        """Return the username of the next one in the row."""
        return self.people[(self.people.index(chatter) + 1) % len(self.people)].username


async def take(chatter: Chatter, name: str, step: Step, friend: str) -> None:
    """Take one step of a script. Raises NotAnswered."""
    match step:
        case Say():
            said_as = f"{name}: PIN" if step.is_pin else name
            await chatter.says(said_as, step.text(chatter.language, friend), step.wanted)
        case Contact():
            await chatter.shares_contact(name, step.wanted)
        case Accept():
            await chatter.taps(name, step.button, step.wanted, chatter.offers.pop())
        case _:
            await chatter.taps(name, step.button.format(language=chatter.language), step.wanted)


def is_possible(chatter: Chatter, step: Step) -> bool:
    """Say whether somebody can take a step: money was sent to them, a longer history has a button."""
    if isinstance(step, Accept):
        return bool(chatter.offers)
    button = getattr(step, "button", None)
    return button != "history.older" or has_button(chatter.card, label(chatter.language, button))


async def join(crowd: Crowd) -> Json:
    """Let everybody become a customer, and then a borrower or a saver by turns; some at a time."""
    free, began = asyncio.Semaphore(JOIN_AT_ONCE), time.perf_counter()

    async def one(chatter: Chatter) -> None:
        steps = [*JOINING, *(BORROWING if crowd.who(chatter) == BORROWER else INVESTING)]
        async with free:
            for step in steps:
                await take(chatter, "join", step, "")

    await asyncio.gather(*(crowd.guarded(chatter, one(chatter)) for chatter in crowd.people))
    turns = crowd.fresh_turns()
    return {"people": len(crowd.people), "turns": len(turns), "seconds": round(time.perf_counter() - began, 1)}


async def mix(crowd: Crowd, *, seconds: float, pause_seconds: float, seed: int) -> Json:
    """Let everybody talk for `seconds`, with exponential pauses of a mean of `pause_seconds` after each answer."""
    deadline, began = time.monotonic() + seconds, time.perf_counter()
    talks = [_converse(crowd, chatter, deadline, pause_seconds, seed) for chatter in crowd.people]
    await asyncio.gather(*talks)
    took = time.perf_counter() - began
    turns = crowd.fresh_turns()
    plain = [spent for name, spent in turns if not name.endswith("PIN")]
    names = sorted({name for name, _ in turns})
    return {
        "seconds": round(took, 1),
        "updates_per_second": round(len(turns) / took, 1),
        "answer": figures(plain),
        "pin": figures([spent for name, spent in turns if name.endswith("PIN")]),
        "by_conversation": {name: figures([spent for other, spent in turns if other == name]) for name in names},
    }


async def _converse(crowd: Crowd, chatter: Chatter, deadline: float, pause_seconds: float, seed: int) -> None:
    chance = random.Random(f"{seed}:{crowd.people.index(chatter)}")  # noqa: S311 - the same on each run
    await asyncio.sleep(chance.uniform(0, pause_seconds))
    while time.monotonic() < deadline:
        script = _chosen(crowd, chatter, chance)
        for step in script.steps:
            if not is_possible(chatter, step):
                break
            if not await crowd.guarded(chatter, take(chatter, script.name, step, crowd.friend(chatter))):
                await _put_right(crowd, chatter)
                break
            await asyncio.sleep(min(chance.expovariate(1 / pause_seconds), max(deadline - time.monotonic(), 0)))
            if time.monotonic() >= deadline:
                await _put_right(crowd, chatter)
                break


async def _put_right(crowd: Crowd, chatter: Chatter) -> None:
    """Leave a conversation in the middle, so that the next begins afresh; this is not measured."""
    if await crowd.guarded(chatter, chatter.says("put right", "/menu", "menu.title")):
        chatter.turns.pop()


def _chosen(crowd: Crowd, chatter: Chatter, chance: random.Random) -> Script:
    possible = [
        script for script in MIX if script.who in (EITHER, crowd.who(chatter)) and is_possible(chatter, script.steps[0])
    ]
    return chance.choices(possible, [script.weight for script in possible])[0]


async def rise(crowd: Crowd, *, step_seconds: float, echo: bool) -> Json:
    """Let ever more people talk without a pause until that brings no more updates a second."""
    steps: list[Json] = []
    best, flat = 0.0, 0
    for count in RISE:
        if count > len(crowd.people) or flat == FLAT_STEPS:
            break
        step = await _at_once(crowd, crowd.people[:count], step_seconds, echo=echo)
        steps.append({"people": count, **step})
        flat = 0 if step["updates_per_second"] > best * STILL_RISES else flat + 1
        best = max(best, step["updates_per_second"])
    return {"updates_per_second": best, "steps": steps}


async def _at_once(crowd: Crowd, people: Sequence[Chatter], seconds: float, *, echo: bool) -> Json:
    began, deadline = time.perf_counter(), time.monotonic() + seconds

    async def talk(chatter: Chatter, start: int) -> None:
        for say in islice(cycle(TEXTS), start, None):
            if time.monotonic() >= deadline:
                return
            text = say.text(chatter.language, crowd.friend(chatter))
            wanted = "/." if echo else say.wanted
            if not await crowd.guarded(chatter, chatter.says("text", text, wanted)):
                return

    await asyncio.gather(*(talk(chatter, start) for start, chatter in enumerate(people)))
    took = time.perf_counter() - began
    spent = [seconds for _, seconds in crowd.fresh_turns()]
    return {"updates_per_second": round(len(spent) / took, 1), **figures(spent)}


STAGES: Final[dict[str, Callable[..., Awaitable[Json]]]] = {"join": join, "mix": mix, "rise": rise}


async def carried_out(order: Json) -> Json:
    """Do the stages of an order, one after another; return their results by name, and what was not answered."""
    connector = aiohttp.TCPConnector(limit=0)
    timeout = aiohttp.ClientTimeout(total=60)
    async with aiohttp.ClientSession(order["url"], connector=connector, timeout=timeout) as http:
        people = [Chatter(http, one["id"], one["username"], one["language_code"]) for one in order["people"]]
        crowd = Crowd(people)
        results: Json = {name: await STAGES[name](crowd, **how) for name, how in order["stages"].items()}
        return {**results, "missed": len(crowd.missed), "examples": crowd.missed[:MISSED_EXAMPLES]}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(carried_out(json.load(sys.stdin)))))
