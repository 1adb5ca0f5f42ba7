"""Whatever is done to a broadcast, however its messages end: nobody has it twice, nobody is lost, the states add up.

The plain model beside it knows of each person only what reached the wire and how it ended, and who has opted out.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import pytest

from finance_core.customers.consents import Topic
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.errors import Conflict
from finance_core.notices import outcomes
from finance_core.offers.running.controls import cancel, pause, resume
from finance_core.offers.running.settling import settle_by_tap
from finance_core.offers.running.states import OVER
from finance_core.offers.running.withdrawing import blocked, cancel_waiting
from finance_core.storage.unit import Unit, Units
from tests.broadcasts import claim_all, frozen_run, look, people, say
from tests.notices import WORKER

ENDS = ("sent", "sent", "sent", "sent", "content", "blocked", "lost", "released")
STEPS = 40


@dataclass
class Model:
    """What is known of the wire."""

    ended: dict[int, str] = field(default_factory=dict)
    """How the message of each person ended who was sent one; `released`, it never went, and is forgotten."""
    twice: list[int] = field(default_factory=list)
    opted_out: set[int] = field(default_factory=set)
    too_late: list[int] = field(default_factory=list)
    """Who was sent it after opting out."""

    def put_on_the_wire(self, person: int, end: str) -> None:
        """A message goes out."""
        if person in self.ended:
            self.twice.append(person)
        if person in self.opted_out:
            self.too_late.append(person)
        if end != "released":
            self.ended[person] = end


class Life:
    """One broadcast lived at random, beside its model."""

    def __init__(self, units: Units, clock: ManualClock, ids: list[int], seed: int) -> None:
        self.units, self.clock, self.ids = units, clock, ids
        self.random = random.Random(seed)
        self.model = Model()

    async def deliver(self) -> None:
        """Claim some; of these some are cancelled before the wire, the others end in one way or another."""
        for one in await claim_all(self.units, limit=self.random.randint(1, 20)):
            if self.random.random() < 0.05:
                await self.opt_out(one.customer_id or 0)
            end, person = self.random.choice(ENDS), one.customer_id or 0
            async with self.units.begin() as unit:
                if not await outcomes.on_the_wire(unit, WORKER, one):
                    continue
                self.model.put_on_the_wire(person, end)
                match end:
                    case "sent":
                        await outcomes.sent(unit, WORKER, one, 1)
                    case "content":
                        await outcomes.refused(unit, WORKER, one, "Bad Request: no")
                    case "blocked":
                        await outcomes.unreachable(unit, WORKER, one, "Forbidden: bot was blocked by the user")
                    case "lost":
                        await outcomes.uncertain(unit, WORKER, one, "Timed out")
                    case _:
                        await outcomes.released(unit, WORKER, one, "Too Many Requests")

    async def opt_out(self, person: int) -> None:
        """Somebody wants no more offers, and what waits is cancelled in that transaction."""
        self.model.opted_out.add(person)
        await say(self.units, [person], Topic.SAVING, given=False)
        async with self.units.begin() as unit:
            await cancel_waiting(unit, person, [Topic.SAVING])

    async def tap(self) -> None:
        """Somebody taps what nobody knew to have come."""
        lost = [person for person, end in self.model.ended.items() if end == "lost"]
        if lost:
            person = self.random.choice(lost)
            async with self.units.begin() as unit:
                assert await settle_by_tap(unit, 12, person, 5)
            self.model.ended[person] = "sent"

    async def act(self, what: Callable[[Unit, int], Awaitable[bool]]) -> None:
        """Pause it or let it go on; past its end it can't be done."""
        async with self.units.begin() as unit:
            try:
                await what(unit, 12)
            except Conflict:
                return

    async def step(self) -> None:
        """Do one thing at random."""
        person = self.random.choice(self.ids)
        match self.random.choice("llllddddddotbpr"):
            case "l":
                await look(self.units)
            case "d":
                await self.deliver()
            case "o":
                await self.opt_out(person)
            case "t":
                await self.tap()
            case "b":
                async with self.units.begin() as unit:
                    await blocked(unit, person)
            case "p":
                await self.act(pause)
            case _:
                await self.act(resume)
        self.clock.advance(seconds=self.random.choice((1, 30, 600)))


@pytest.mark.parametrize("seed", range(2))
async def test_nobody_twice_nobody_lost_and_the_states_add_up(units: Units, clock: ManualClock, seed: int) -> None:
    ids = await people(units, 130, zones=("Asia/Shanghai", "Asia/Tokyo"))
    frozen = await frozen_run(units, holdout=1_000, hours=200)
    life = Life(units, clock, ids, seed)
    for _ in range(STEPS):
        await life.step()
    is_cancelled = seed % 2 == 1
    for number in range(200):
        if (await look(units)).state in OVER and not (await look(units)).ahead:
            break
        await life.act(cancel if is_cancelled and number > 5 else resume)
        await life.deliver()
        clock.advance(minutes=20)

    found, model = await look(units), life.model
    ends = Counter(model.ended.values())
    assert found.state in OVER
    assert (model.twice, model.too_late) == ([], [])
    assert (found.sent, found.unknown) == (ends["sent"], ends["lost"])
    assert (found.blocked, found.refused) == (ends["blocked"], ends["blocked"] + ends["content"])
    never = found.frozen - found.held - len(model.ended)
    assert sum(found.skipped.values()) == never
    assert found.frozen == frozen.people == 130
    if not is_cancelled:
        assert set(found.skipped) <= {"consent", "unreachable", "hours", "frequency"}, "nobody without a reason"
