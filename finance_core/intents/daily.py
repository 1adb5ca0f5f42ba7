"""What the day forgets of cards with Confirm. What was done by one stands in the ledger under the card's number."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Final

from sqlalchemy import text

from finance_core.schedule.steps import Step
from finance_core.storage.unit import Unit, Units

DONE_KEPT: Final = timedelta(days=400)
"""What was shown and confirmed: a payment may be disputed for thirteen months (PSD2, article 71)."""
OTHERS_KEPT: Final = timedelta(days=30)
"""After their end: who taps a card that was never confirmed is told so for a month, then that there is no such card."""
FORGET_ROWS: Final = 5_000

_OLD_DONE: Final = f"state = 'done' AND settled_at < CAST(:on AS date) - interval '{DONE_KEPT.days} days'"
_OLD_OTHERS: Final = f"state <> 'done' AND expires_at < CAST(:on AS date) - interval '{OTHERS_KEPT.days} days'"
_ANYTHING_OLD: Final = f"SELECT FROM intent WHERE {_OLD_DONE} UNION ALL SELECT FROM intent WHERE {_OLD_OTHERS}"  # noqa: S608 - constants
_FORGET: Final = tuple(
    text(f"DELETE FROM intent WHERE id IN (SELECT id FROM intent WHERE {old} LIMIT {FORGET_ROWS}) RETURNING id")  # noqa: S608 - constants
    for old in (_OLD_DONE, _OLD_OTHERS)
)


async def forget(unit: Unit, on: date) -> int:
    """Delete up to 5,000 cards of each kind that are kept no longer on a date; return how many. Call until it is 0."""
    return sum([len((await unit.session.execute(old, {"on": on})).all()) for old in _FORGET])


async def _forget(units: Units, on: date) -> None:
    gone = -1
    while gone != 0:
        async with units.begin() as unit:
            gone = await forget(unit, on)


FORGET: Final = Step("intents.forget", time(21), "open", "intents", _forget, _ANYTHING_OLD, rank=981)
