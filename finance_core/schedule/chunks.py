"""Work that is done in chunks: each a short transaction of its own, done once for a step and a date."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from finance_core.storage.unit import SYSTEM, Unit, Units

CHUNK_ROWS: Final = 10_000
"""Rows of one chunk: small enough that its transaction stays below a second."""

LANES: Final = 2
"""How many ranges of ids are worked on at once."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """The rows with `after < id <= upto`, the `number`th chunk of a step on a date."""

    number: int
    after: int
    upto: int
    ids: Sequence[int] = ()
    """The ids that were selected, of a chunk made by `in_chunks`."""


async def in_chunks(
    units: Units,
    step: str,
    on: date,
    ids: str,
    work: Callable[[Unit, Chunk], Awaitable[None]],
    *,
    rows: int = CHUNK_ROWS,
) -> None:
    """Do `work` for every row that `ids` selects, in chunks by id, each one short transaction that is done once.

    Args:
        ids: a select of one bigint column `id`, with `:on` as the only parameter it may use.
        work: set-based; its entry keys carry the step, the date and the chunk's number.
        rows: of one chunk, where each of them is much work.
    """
    while await _next_chunk(units, step, on, ids, work, rows):
        pass


async def in_ranges(
    units: Units, step: str, on: date, last_id: int, work: Callable[[Unit, Chunk], Awaitable[None]]
) -> None:
    """Do `work` for the ids up to `last_id` in ranges of CHUNK_ROWS, two at a time, each one transaction, done once.

    A range does not depend on which of its ids exist, so that the same one is met again by whoever looks back on the
    step. For a thing with one row for each of the ids; where they are few and far between, `in_chunks` is better.
    """
    ranges = _ranges(last_id)
    done = set(await _done_numbers(units, step, on)) if ranges > 1 else set()  # each is taken once anyway
    waiting = iter(number for number in range(1, ranges + 1) if number not in done)

    async def lane() -> None:
        for number in waiting:
            await _work_once(units, step, on, range_chunk(number), work)

    lanes = 1 if isinstance(units.bind, AsyncConnection) else LANES
    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(lanes):
                group.create_task(lane())
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from None


def range_chunk(number: int) -> Chunk:
    """Return the `number`th range of ids, from 1."""
    return Chunk(number, (number - 1) * CHUNK_ROWS, number * CHUNK_ROWS)


def _ranges(last_id: int) -> int:
    return -(-last_id // CHUNK_ROWS)


async def _done_numbers(units: Units, step: str, on: date) -> list[int]:
    async with units.begin(SYSTEM) as unit:
        return list(await unit.session.scalars(_NUMBERS, {"step": step, "on": on}))


async def _work_once(
    units: Units, step: str, on: date, chunk: Chunk, work: Callable[[Unit, Chunk], Awaitable[None]]
) -> None:
    async with units.begin(SYSTEM) as unit:
        values = {"step": step, "on": on, "number": chunk.number, "upto": chunk.upto}
        if await unit.session.scalar(_TAKE, values) is not None:
            await work(unit, chunk)


_NUMBERS = text("SELECT number FROM day_chunk WHERE step = :step AND on_date = :on")
_TAKE = text(
    "INSERT INTO day_chunk (step, on_date, number, upto) VALUES (:step, :on, :number, :upto)"
    " ON CONFLICT DO NOTHING RETURNING number"
)


async def _next_chunk(
    units: Units, step: str, on: date, ids: str, work: Callable[[Unit, Chunk], Awaitable[None]], rows: int
) -> bool:
    async with units.begin(SYSTEM) as unit:
        values = {"step": step, "on": on, "rows": rows}
        taken = (await unit.session.execute(_take_next(ids), values)).one_or_none()
        if taken is None:
            return False
        await work(unit, Chunk(taken.number, taken.after, taken.upto, taken.ids))
        return len(taken.ids) == rows


@cache
def _take_next(ids: str) -> TextClause:
    """Return one statement that writes down the next chunk and answers with it; without a row there is none left."""
    return text(
        f"""
        WITH last AS (
            SELECT number, upto FROM day_chunk WHERE step = :step AND on_date = :on
            ORDER BY number DESC LIMIT 1 FOR UPDATE
        ), next AS (
            SELECT coalesce(max(number), 0) + 1 AS number, coalesce(max(upto), 0) AS after FROM last
        ), page AS (
            SELECT max(id) AS upto, array_agg(id) AS ids
            FROM (
                SELECT id FROM ({ids}) wanted WHERE id > (SELECT after FROM next) ORDER BY id LIMIT :rows
            ) page
        ), done AS (
            INSERT INTO day_chunk (step, on_date, number, upto)
            SELECT :step, :on, next.number, page.upto FROM next CROSS JOIN page WHERE page.upto IS NOT NULL
        )
        SELECT next.number, next.after, page.upto, page.ids
        FROM next CROSS JOIN page WHERE page.upto IS NOT NULL
        """  # noqa: S608 - code, not input
    )
