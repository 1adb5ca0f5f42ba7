"""What a day consists of, as the products declare it: steps, work due at an instant, and work done in chunks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final, Literal

from sqlalchemy import TextClause, text

from finance_core.kernel.errors import TemporarilyUnavailable
from finance_core.storage.unit import SYSTEM, Unit, Units

CHUNK_ROWS: Final = 10_000
"""Rows of one chunk: small enough that its transaction stays below a second."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a day. It may be run again after a crash, so all it does is idempotent for (step, date, chunk).

    A *close* step belongs to the day that ended and runs at `at` of the next morning, posting to `unit.closing_on`.
    An *open* step runs at `at` of its own day, posting to `unit.open_on`.
    """

    name: str
    at: time
    """On the institution's wall."""
    phase: Literal["close", "open"]
    holds: str
    """What waits when the step's data is missing: steps with the same name here, and no others."""
    run: Callable[[Units, date], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class TimedWork:
    """Work that falls due at instants of its own: a send that nobody accepted, a hold that expires."""

    name: str
    next_due: Callable[[Unit], Awaitable[datetime | None]]
    """When the earliest piece falls due, None when there is none."""
    run: Callable[[Units], Awaitable[int]]
    """Do what is due now; return how many pieces."""


class Held(TemporarilyUnavailable):
    """A step cannot run: its data (an income, a NAV) is missing. `what` names it for the operator."""

    def __init__(self, what: str) -> None:
        super().__init__("step_held", what=what)


@dataclass(frozen=True, slots=True)
class Chunk:
    """The rows with `after < id <= upto`, the `number`th chunk of a step on a date."""

    number: int
    after: int
    upto: int


async def in_chunks(
    units: Units, step: str, on: date, ids: str, work: Callable[[Unit, Chunk], Awaitable[None]]
) -> None:
    """Do `work` for every row that `ids` selects, in chunks by id, each one short transaction that is done once.

    Args:
        ids: a select of one bigint column `id`, with `:on` as the only parameter it may use.
        work: set-based; its entry keys carry the step, the date and the chunk's number.
    """
    while await _next_chunk(units, step, on, ids, work):
        pass


_LAST = text(
    "SELECT number, upto FROM day_chunk WHERE step = :step AND on_date = :on ORDER BY number DESC LIMIT 1 FOR UPDATE"
)
_DONE = text("INSERT INTO day_chunk (step, on_date, number, upto) VALUES (:step, :on, :number, :upto)")


async def _next_chunk(
    units: Units, step: str, on: date, ids: str, work: Callable[[Unit, Chunk], Awaitable[None]]
) -> bool:
    async with units.begin(SYSTEM) as unit:
        last = (await unit.session.execute(_LAST, {"step": step, "on": on})).one_or_none()
        number, after = (last.number + 1, last.upto) if last else (1, 0)
        values = {"after": after, "rows": CHUNK_ROWS, **({"on": on} if ":on" in ids else {})}
        page = (await unit.session.execute(_page(ids), values)).one()
        if page.rows == 0:
            return False
        await work(unit, Chunk(number, after, page.upto))
        await unit.session.execute(_DONE, {"step": step, "on": on, "number": number, "upto": page.upto})
        return bool(page.rows == CHUNK_ROWS)


def _page(ids: str) -> TextClause:
    return text(
        "SELECT max(id) AS upto, count(*) AS rows"  # noqa: S608 - code, not input
        f" FROM (SELECT id FROM ({ids}) wanted WHERE id > :after ORDER BY id LIMIT :rows) page"
    )
