"""How long it is known where a conversation stands."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import text

from finance_core.storage.unit import Unit

SILENT_KEPT: Final = timedelta(days=30)
"""A question that has been open for so long is nobody's any more; its card ended after a quarter of an hour."""
_FORGET_ROWS: Final = 5_000
_FORGET = text(
    "DELETE FROM conversation WHERE (bot_id, chat_id, user_id, thread_id) IN ("
    "SELECT bot_id, chat_id, user_id, thread_id FROM conversation"
    " WHERE changed_at < clock_timestamp() - CAST(:kept AS interval) LIMIT :rows FOR UPDATE SKIP LOCKED)"
    " RETURNING chat_id"
)


async def forget_silent(unit: Unit) -> int:
    """Delete up to 5,000 conversations in which nothing was asked or answered for a month; return how many."""
    return len((await unit.session.execute(_FORGET, {"kept": SILENT_KEPT, "rows": _FORGET_ROWS})).all())
