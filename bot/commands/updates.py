"""What an operator does about updates that were given up, from the command line."""

from __future__ import annotations

from collections.abc import Sequence

from bot.database import opened
from bot.settings import Settings
from finance_core.approvals import audit
from finance_core.inbox.dead import DeadUpdate, dead_updates, replay
from finance_core.storage.unit import Actor

_COMMAND_LINE = Actor("operator")


async def dead(settings: Settings, limit: int) -> Sequence[DeadUpdate]:
    """Return the latest updates that were given up, newest first."""
    async with opened(settings, pool_size=1) as database, database.units.begin() as unit:
        return await dead_updates(unit, limit)


async def run_again(settings: Settings, inbox_id: int) -> None:
    """Put a dead update back at the head of its lane. It is on record.

    Raises:
        NotFound: as `replay`.
    """
    async with opened(settings, pool_size=1) as database, database.units.begin(_COMMAND_LINE) as unit:
        await replay(unit, inbox_id)
        audit.record(unit, audit.NOBODY, "replay", f"update:{inbox_id}")
