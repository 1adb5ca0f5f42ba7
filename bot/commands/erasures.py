"""What the command line does about erasures, and what `susu doctor` says of them."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.database import opened
from bot.erasures import replay
from bot.settings import Settings
from finance_core.privacy.erasing import Replayed

_CLOSINGS: Final = text(
    """
    SELECT count(*) FILTER (WHERE state = 'asked' AND due_on > open_on) AS asked,
        count(*) FILTER (WHERE state = 'asked' AND due_on <= open_on) AS waiting,
        count(*) FILTER (WHERE state = 'erased') AS erased,
        count(*) FILTER (WHERE state = 'erased' AND listed_at IS NULL) AS unlisted
    FROM book LEFT JOIN account_closing ON true
    """
)


async def replayed(settings: Settings) -> Replayed:
    """Erase again who is on the list and stands in the database, as a backup was restored. Raises BadErasureList."""
    async with opened(settings, pool_size=1) as database:
        return await replay(database.units, settings.erasure_list)


async def figures(connection: AsyncConnection, path: Path) -> tuple[str, str | None]:
    """Return the figures of accounts that are closed, and what is wrong with them, None where nothing is."""
    if await connection.scalar(text("SELECT to_regclass('account_closing')")) is None:
        return "no account can be closed yet", "run `susu db upgrade`"
    row = (await connection.execute(_CLOSINGS)).one()
    words = f"{row.asked} to be closed, {row.waiting} past their days and still needed, {row.erased} erased"
    if row.unlisted:
        return words, f"{row.unlisted} are not on the list at {path}: is a worker running, and may it write there?"
    if not await asyncio.to_thread(_is_writable, path):
        return words, f"the list at {path} cannot be written: mend that, or point SUSU_ERASURES elsewhere"
    return f"{words}, listed at {path}", None


def _is_writable(path: Path) -> bool:
    """Say whether a file may be written, or made in the nearest folder that is there."""
    places = (path.absolute(), *path.absolute().parents)
    return os.access(next(place for place in places if place.exists()), os.W_OK)
