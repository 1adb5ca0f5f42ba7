"""What circles do at instants: lists and bids at 18:00 of the evening before a due day, draws at 20:00."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, time
from typing import Final

from sqlalchemy import text

from finance_core.circles.book.evenings import AFTER_AWAY, DRAWN_AT, LISTED_AT, VOID_AFTER
from finance_core.circles.draws import draw_round, list_round
from finance_core.schedule.steps import TimedWork
from finance_core.storage.unit import SYSTEM, Unit, Units

_PAGE_ROWS: Final = 500

# Only what is due soon is looked at, as each day begins with a look of its own. A round that is found late is looked at
# again when what was sent in time has been read.
_TO_LIST: Final = """
    SELECT r.circle_id, r.nr,
        CASE WHEN r.listed_at IS NULL THEN {at} ELSE greatest({at}, r.listed_at + {wait}) END AS at
    FROM circle_round r JOIN book ON r.due_on <= book.open_on + 2 JOIN circle c ON c.id = r.circle_id
    WHERE r.state = 'coming' AND c.state = 'running' AND c.receiving_order IN ('lottery', 'auction')
"""
_TO_DRAW: Final = """
    SELECT r.circle_id, r.nr, greatest({at}, r.failed_at + {void_after}) AS at
    FROM circle_round r JOIN book ON r.due_on <= book.open_on + 2 JOIN circle c ON c.id = r.circle_id
    WHERE r.state IN ('listed', 'collecting') AND r.drawn_at IS NULL AND r.listed_at IS NOT NULL
        AND c.state = 'running' AND c.receiving_order IN ('lottery', 'auction')
"""


_ANY: Final = """
    SELECT FROM circle_round r JOIN book ON r.due_on <= book.open_on + 2 JOIN circle c ON c.id = r.circle_id
    WHERE c.state = 'running' AND c.receiving_order IN ('lottery', 'auction') AND r.drawn_at IS NULL
        AND r.state IN ('coming', 'listed', 'collecting')
"""


def _evening(hour: time) -> str:
    return f"((r.due_on - 1 + time '{hour:%H:%M}') AT TIME ZONE CAST(:zone AS text))"


_LISTS: Final = _TO_LIST.format(at=_evening(LISTED_AT), wait=f"interval '{AFTER_AWAY.seconds} seconds'")
_DRAWS: Final = _TO_DRAW.format(at=_evening(DRAWN_AT), void_after=f"interval '{VOID_AFTER.seconds} seconds'")


def at_instants(name: str, wanted: str, rows: str, work: Callable[..., Awaitable[object]]) -> TimedWork:
    """Return work that falls due for each of some rows at an instant, each in a unit of its own.

    Args:
        wanted: as `TimedWork` has it.
        rows: a select of ids, and `at` as its last column; `:zone` is the time zone of the book.
        work: is given the unit, the cipher (None: no secret is held) and the ids.
    """
    earliest = text(f"SELECT min(d.at) FROM ({rows}) d")  # noqa: S608 - constants
    due = text(f"SELECT * FROM ({rows}) d WHERE d.at <= :now ORDER BY d.at, 1 LIMIT :rows")  # noqa: S608 - constants

    async def next_due(unit: Unit) -> datetime | None:
        found: datetime | None = await unit.session.scalar(earliest, {"zone": unit.zone.key})
        return found

    async def run(units: Units) -> int:
        async with units.begin(SYSTEM) as unit:
            values = {"zone": unit.zone.key, "now": unit.now, "rows": _PAGE_ROWS}
            found = (await unit.session.execute(due, values)).all()
        for *ids, _ in found:
            async with units.begin(SYSTEM) as unit:
                await work(unit, units.cipher, *ids)
        return len(found)

    return TimedWork(name, wanted, next_due, run)


TIMED: Final = (
    at_instants("circles.lists", _ANY, _LISTS, list_round),
    at_instants("circles.draws", _ANY, _DRAWS, draw_round),
)
