"""Builders for tests about running broadcasts: people who have agreed to offers, a run, what the outbox holds of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import insert, text

from finance_core.customers.consents import Topic
from finance_core.customers.models import Consent, Customer
from finance_core.lines import OFFER_CHECKS
from finance_core.offers.running.freezing import Audience, Frozen, freeze
from finance_core.offers.running.starting import Content, RunPlan, begin_run
from finance_core.storage.unit import Units

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


async def fates(units: Units, run_id: int = 12) -> dict[str, int]:
    """Return how many recipients there really are of each state, with its reason (`skipped:consent`)."""
    async with units.begin() as unit:
        rows = await unit.session.execute(
            text(
                "SELECT concat_ws(':', state, reason) AS fate, count(*) AS people FROM broadcast_recipient"
                " WHERE run_id = :run GROUP BY 1 ORDER BY 1"
            ),
            {"run": run_id},
        )
        return {row.fate: row.people for row in rows}
