"""Broadcasts and troubled notices from the command line: what there is, and stopping it. Each act is on record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final, Literal

from bot.database import opened
from bot.settings import Settings
from finance_core.approvals import audit
from finance_core.notices.queries import Trouble, refused, unknown
from finance_core.offers.planning import controlling
from finance_core.offers.planning.broadcasts import RUN_BEGUN, Listed, all_broadcasts, broadcast_of, listed
from finance_core.offers.running.progress import progress
from finance_core.storage.unit import Actor

_COMMAND_LINE: Final = Actor("operator")
Act = Literal["pause", "resume", "cancel"]
_ACTS: Final = {"pause": controlling.pause, "resume": controlling.resume, "cancel": controlling.cancel}


async def all_of_them(settings: Settings, limit: int) -> Sequence[Listed]:
    """Return the broadcasts, newest first."""
    async with opened(settings, pool_size=1) as database, database.units.begin() as unit:
        return await all_broadcasts(unit, limit)


async def one(settings: Settings, number: int) -> dict[str, Any]:
    """Return a broadcast: its plan, what of it is bound, and how far it is once it has begun. Raises NotFound."""
    async with opened(settings, pool_size=1) as database, database.units.begin() as unit:
        found, plan = await listed(unit, number), await broadcast_of(unit, number)
        how = {
            "hours": f"{plan.first_hour:02}:00-{plan.until_hour:02}:00",
            "rate": plan.rate,
            "held_out_percent": plan.held_out_percent,
            "measure": plan.measure,
            "window_days": plan.window_days,
            "approval": plan.approval_id,
            "why": plan.why,
        }
        far = asdict(await progress(unit, number)) if found.state in RUN_BEGUN else None
        return {**asdict(found), **how, "progress": far}


async def act(settings: Settings, number: int, what: Act) -> str:
    """Pause a broadcast, let it go on, or cancel it; return where it stands then.

    Raises:
        NotFound: `broadcast`. Conflict: `broadcast_state`, `offer_price_changed`.
    """
    async with opened(settings, pool_size=1) as database, database.units.begin(_COMMAND_LINE) as unit:
        await _ACTS[what](unit, audit.NOBODY, number)
        return (await listed(unit, number)).state


async def hold(settings: Settings) -> tuple[list[int], list[int]]:
    """Stop everything; return what was paused, and what is a draft again."""
    async with opened(settings, pool_size=1) as database, database.units.begin(_COMMAND_LINE) as unit:
        return await controlling.hold(unit, audit.NOBODY)


async def troubles(settings: Settings, state: Literal["unknown", "refused"], limit: int) -> Sequence[Trouble]:
    """Return the notices of which nobody knows whether they arrived, or that will not go; newest first."""
    read = unknown if state == "unknown" else refused
    async with opened(settings, pool_size=1) as database, database.units.begin() as unit:
        return await read(unit, limit=limit)
