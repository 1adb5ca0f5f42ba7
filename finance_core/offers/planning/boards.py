"""How far a broadcast is, kept current in the chats of who follows it: one message each, edited as it goes on."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from finance_core.notices import boards
from finance_core.offers.planning import broadcasts
from finance_core.offers.running.progress import Progress, progress
from finance_core.offers.running.states import OVER
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit, Units

BROADCAST: Final = "broadcast"
_FOLLOWED: Final = """
    SELECT DISTINCT board.subject FROM board JOIN broadcast_run ON broadcast_run.id = board.subject
    WHERE board.kind = 'broadcast' AND NOT board.is_over
"""


async def broadcast_board(unit: Unit, _: Cipher, broadcast_id: int) -> tuple[str, Progress]:
    """Return what the board of a broadcast shows: its name, and how far it is."""
    return (await broadcasts.listed(unit, broadcast_id)).name, await progress(unit, broadcast_id)


async def bring_up_to_date(units: Units) -> None:
    """Say that what is followed has gone on. Sending itself touches no board."""
    async with units.begin() as unit:
        for broadcast_id in list(await unit.session.scalars(text(_FOLLOWED))):
            await changed(unit, broadcast_id)


async def changed(unit: Unit, broadcast_id: int) -> None:
    """Say that a broadcast has gone on, or was stopped; once it is over, for the last time."""
    state = (await progress(unit, broadcast_id)).state
    await boards.changed(unit, BROADCAST, broadcast_id, is_over=state in OVER)
