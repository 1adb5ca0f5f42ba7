"""Builders for tests about running broadcasts: people who have agreed to offers, a run, what the outbox holds of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from sqlalchemy import insert, text

from finance_core.customers.consents import Topic
from finance_core.customers.models import Consent, Customer
from finance_core.kernel.clock import ManualClock
from finance_core.lines import OFFER_CHECKS
from finance_core.notices import outcomes
from finance_core.notices.claims import Claim, claim
from finance_core.offers.running import claiming
from finance_core.offers.running.counting import counts
from finance_core.offers.running.freezing import Audience, Frozen, freeze
from finance_core.offers.running.progress import Progress, progress
from finance_core.offers.running.rounds import look_after
from finance_core.offers.running.starting import Content, RunPlan, begin_run
from finance_core.offers.running.states import OVER
from finance_core.storage.unit import Unit, Units
from tests.notices import WORKER

MAKER, CHECKER = 900_001, 900_002
EVERYBODY: Final = Audience("SELECT id AS customer_id FROM customer")
SAID: Final = (
    Content(variant=0, language="en", text="Save <b>more</b>.", buttons=[[{"text": "Save", "data": "do:save"}]]),
    Content(variant=0, language="zh", text="多存一点。", buttons=[[{"text": "存钱", "data": "do:save"}]]),
)


async def people(
    units: Units,
    number: int,
    *,
    topics: Collection[Topic] = (Topic.SAVING,),
    first: int = 1,
    zones: Sequence[str] = ("Asia/Shanghai",),
    **fields: Any,
) -> list[int]:
    """Return the ids of new customers who have joined and agreed to `topics`; their Telegram ids count from `first`."""
    async with units.begin() as unit:
        rows = [
            {
                "telegram_id": each,
                "chat_id": each,
                "name_sealed": b"",
                "language": "en" if each % 2 else "zh",
                "zone": zones[each % len(zones)],
                "tier": 1,
                "terms_accepted_at": unit.now,
                "adult_confirmed_at": unit.now,
                "phone_hash": str(each).encode(),
                "pin_hash": "x",
                "created_at": unit.now,
            }
            | fields
            for each in range(first, first + number)
        ]
        await unit.session.execute(insert(Customer), rows)
        found = await unit.session.execute(
            text("SELECT id FROM customer WHERE telegram_id BETWEEN :first AND :last ORDER BY telegram_id"),
            {"first": first, "last": first + number - 1},
        )
        ids = [row.id for row in found]
    for topic in topics:
        await say(units, ids, topic, given=True)
    return ids


async def say(units: Units, ids: Sequence[int], topic: Topic, *, given: bool) -> None:
    """Write a line of consent for each."""
    async with units.begin() as unit:
        line = {"topic": str(topic), "given": given, "at": unit.now, "wording": "yes", "wording_version": "1"}
        await unit.session.execute(
            insert(Consent), [{"customer_id": each, "language": "en", "place": "settings", **line} for each in ids]
        )


async def a_run(units: Units, run_id: int = 12, *, hours: float = 48, **fields: Any) -> None:
    """Begin a run about saving that starts now and is valid for so long, unless `fields` say otherwise."""
    said: Sequence[Content] = fields.pop("contents", SAID)
    async with units.begin() as unit:
        starts_at: datetime = fields.pop("starts_at", unit.now)
        plan: dict[str, Any] = {
            "id": run_id,
            "kind": "offer",
            "topic": Topic.SAVING,
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(hours=hours),
            "maker_id": MAKER,
            "checker_id": CHECKER,
        }
        await begin_run(unit, RunPlan(**(plan | fields)), said)


async def frozen_run(
    units: Units, run_id: int = 12, *, audience: Audience = EVERYBODY, hours: float = 48, **fields: Any
) -> Frozen:
    """Begin a run and freeze its recipients."""
    await a_run(units, run_id, hours=hours, **fields)
    return await freeze(units, run_id, audience, OFFER_CHECKS)


async def states_of(units: Units, run_id: int = 12) -> dict[str, int]:
    """Return how many recipients there really are of each state, with its reason (`skipped:consent`)."""
    async with units.begin() as unit:
        rows = await unit.session.execute(
            text(
                "SELECT concat_ws(':', state, reason) AS state_and_why, count(*) AS people FROM broadcast_recipient"
                " WHERE run_id = :run GROUP BY 1 ORDER BY 1"
            ),
            {"run": run_id},
        )
        return {row.state_and_why: row.people for row in rows}


async def look(units: Units, run_id: int = 12) -> Progress:
    """Look after a run once; return how far it has come. The counts and the rows agree, and nobody is lost."""
    async with units.begin() as unit:
        await look_after(unit, run_id, OFFER_CHECKS)
    return await stands(units, run_id)


async def stands(units: Units, run_id: int = 12) -> Progress:
    """Return how far a run has come, after holding its counts to its rows."""
    async with units.begin() as unit:
        found = await progress(unit, run_id)
        counted = {key[1:]: 0 for key in await counts(unit, run_id)}
        for (_, state, reason), number in (await counts(unit, run_id)).items():
            counted[state, reason] += number
    rows = await states_of(units, run_id)
    assert {
        f"{state}:{reason}" if reason else state: people
        for (state, reason), people in counted.items()
        if state not in ("left_out", "recalled")
    } == rows
    parts = (found.waiting, found.sent, found.refused, found.unknown, found.held, *found.skipped.values())
    assert sum(parts) == found.frozen == sum(rows.values())
    return found


async def claim_all(units: Units, *, worker: int = WORKER, limit: int = 50) -> list[Claim]:
    """Claim what is due, as delivery does."""
    async with units.begin() as unit:
        recheck = partial(claiming.recheck, checks=OFFER_CHECKS)
        return list((await claim(unit, worker=worker, limit=limit, recheck=recheck)).claims)


async def deliver(units: Units, how: Callable[[Claim], str] = lambda _: "sent") -> list[int]:
    """Deliver until nothing is due; return to whom, in the order in which they were put on the wire.

    Args:
        how: says what becomes of each: `sent`, `content` (Telegram refuses it), `blocked`, `lost` (nobody knows).
    """
    told = []
    while batch := await claim_all(units):
        for one in batch:
            async with units.begin() as unit:
                if not await outcomes.on_the_wire(unit, WORKER, one):
                    continue
                told.append(one.customer_id or 0)
                await _ended(unit, one, how(one))
    return told


async def _ended(unit: Unit, one: Claim, how: str) -> None:
    match how:
        case "sent":
            await outcomes.sent(unit, WORKER, one, one.ids[0])
        case "content":
            await outcomes.refused(unit, WORKER, one, "Bad Request: can't parse entities")
        case "blocked":
            await outcomes.unreachable(unit, WORKER, one, "Forbidden: bot was blocked by the user")
        case "lost":
            await outcomes.uncertain(unit, WORKER, one, "Timed out")


async def run_out(units: Units, clock: ManualClock, run_id: int = 12, *, rounds: int = 100) -> list[int]:
    """Look after a run and deliver until it is over, letting time pass; return who was sent it, in that order."""
    told: list[int] = []
    for _ in range(rounds):
        found = await look(units, run_id)
        if found.state in OVER and not found.ahead:
            return told
        told += await deliver(units)
        clock.advance(seconds=30)
    raise AssertionError("the run does not end")
