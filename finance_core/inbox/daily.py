"""What the day forgets of what was received, and of conversations that ended long ago."""

from __future__ import annotations

from datetime import date, time
from typing import Final

from finance_core.inbox.conversations import forget_silent
from finance_core.inbox.dead import DONE_KEPT, forget_finished
from finance_core.schedule.steps import Step
from finance_core.storage.unit import Units

_ANYTHING_OLD: Final = (
    f"SELECT FROM inbox WHERE state <> 'pending' AND finished_at < clock_timestamp() - interval '{DONE_KEPT.days} days'"
)
"""By machine time. It may come true by time alone: what is passed over today goes tomorrow.

Conversations go on the way: their table has no index by age, and where people write there is a message to forget.
"""


async def _forget(units: Units, _on: date) -> None:
    gone = -1
    while gone != 0:
        async with units.begin() as unit:
            gone = await forget_finished(unit) + await forget_silent(unit)


FORGET: Final = Step("inbox.forget", time(21), "open", "inbox", _forget, _ANYTHING_OLD, rank=980)
