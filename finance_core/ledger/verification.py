"""`susu verify`: looks at the whole book anew and names the first thing that is wrong."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import IntegrityFault
from finance_core.ledger.equations import (
    EQUATIONS_SINCE_THE_SEAL,
    FIRST_SINCE_THE_SEAL,
    LAST_ENTRY,
    LEDGER_EQUATIONS,
    Equation,
)
from finance_core.storage.unit import Unit

_SETTINGS: Final = text(
    "SELECT set_config('statement_timeout', '0', true), set_config('enable_nestloop', 'off', true),"
    " set_config('work_mem', '64MB', true), set_config('idle_in_transaction_session_timeout', '0', true)"
)
"""A look at the whole book takes its time, and goes through each table once: row by row would be quadratic, and the
planner, not knowing how a young table has grown, likes to believe that it is short."""

ENTRIES_OF_A_PART: Final = 250_000
_NO_ENTRY: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Check:
    """One equation, and the first row that contradicts it (None: it holds)."""

    name: str
    wrong: Mapping[str, object] | None

    @property
    def ok(self) -> bool:
        """Whether the equation holds."""
        return self.wrong is None

    def __str__(self) -> str:
        return f"ok      {self.name}" if self.wrong is None else f"WRONG   {self.name}: {_described(self.wrong)}"


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """Every equation that was looked at, in order."""

    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """Whether all equations hold."""
        return all(check.ok for check in self.checks)

    @property
    def first_wrong(self) -> Check | None:
        """The first equation that does not hold."""
        return next((check for check in self.checks if not check.ok), None)

    def require(self) -> None:
        """Raise IntegrityFault (`books_contradict`, with the equation and what is wrong) unless all holds."""
        wrong = self.first_wrong
        if wrong is not None and wrong.wrong is not None:
            raise IntegrityFault(ErrorCode.BOOKS_CONTRADICT, equation=wrong.name, wrong=_described(wrong.wrong))

    def __str__(self) -> str:
        return "\n".join(str(check) for check in self.checks)


async def verify(unit: Unit, extra: Sequence[Equation] = ()) -> VerifyReport:
    """Check the ledger's own equations and then `extra` (the products'), each by one query over the whole book.

    Business may go on meanwhile: each equation sees one moment of the book.
    """
    async with set_for_the_whole_book(unit):
        checks = [await _check(unit, equation) for equation in (*LEDGER_EQUATIONS, *extra)]
    return VerifyReport(tuple(checks))


async def verify_at_once(engine: AsyncEngine, extra: Sequence[Equation] = (), lanes: int = 2) -> VerifyReport:
    """Check the same by several connections at once: a book of ten million transfers keeps each core busy for a while.

    All see one moment of the book. What holds of each entry by itself is looked at in parts, so no query needs more
    memory than one part does.
    """
    async with _lanes(engine, lanes) as connections:
        return await verify_on(connections, (*LEDGER_EQUATIONS, *extra), since=None)


async def verify_since_seal(engine: AsyncEngine, lanes: int = 2) -> VerifyReport:
    """Check only what has been written since the last seal; what it rests on is believed, balances' openings as well.

    The equations of whole days, of seals and of products are left to `verify`.
    """
    async with _lanes(engine, lanes) as connections:
        first = (await connections[0].execute(text(FIRST_SINCE_THE_SEAL))).scalar_one()
        return await verify_on(connections, EQUATIONS_SINCE_THE_SEAL, since=first)


@asynccontextmanager
async def _lanes(engine: AsyncEngine, count: int) -> AsyncIterator[list[AsyncConnection]]:
    """Open connections that see the same moment, set for the whole book, and roll all back afterwards."""
    async with AsyncExitStack() as opened:
        lanes: list[AsyncConnection] = []
        moment: str | None = None
        for _ in range(count):
            lane = await opened.enter_async_context(engine.connect())
            await lane.execution_options(isolation_level="REPEATABLE READ")
            if moment is not None:
                await lane.exec_driver_sql(f"SET TRANSACTION SNAPSHOT '{moment}'")
            else:
                moment = (await lane.execute(text("SELECT pg_export_snapshot()"))).scalar_one()
            await lane.execute(_SETTINGS)
            lanes.append(lane)
        yield lanes


async def verify_on(
    lanes: Sequence[AsyncConnection], equations: Sequence[Equation], since: int | None = None
) -> VerifyReport:
    """Check equations by connections that see one moment, those by entries from the entry `since` on (None: all)."""
    last = (await lanes[0].execute(text(LAST_ENTRY))).scalar_one() or 0
    wrong: dict[str, list[Mapping[str, object]]] = {equation.name: [] for equation in equations}
    # Whole equations first: the parts, which are short, even out what the lanes have left to do.
    queries = [(each.name, each.sql) for each in equations if each.by_entries is None]
    for each in equations:
        if each.by_entries is not None:
            queries += [(each.name, query) for query in _parts(each, since, last)]
    waiting = deque(queries)

    async def work(lane: AsyncConnection) -> None:
        while waiting:
            name, sql = waiting.popleft()
            if (found := (await lane.execute(_first_of(sql))).mappings().first()) is not None:
                wrong[name].append(dict(found))

    async with asyncio.TaskGroup() as group:
        for lane in lanes:
            group.create_task(work(lane))
    return VerifyReport(tuple(Check(name, found[0] if found else None) for name, found in wrong.items()))


def _parts(equation: Equation, since: int | None, last: int) -> list[str]:
    """Return an equation's queries, part by part; the outermost reach to where no entry should be."""
    starts = [*range(since or 1, last + 1, ENTRIES_OF_A_PART)] or [since or 1]
    firsts = [starts[0] if since is not None else -_NO_ENTRY, *starts[1:]]
    lasts = [start - 1 for start in starts[1:]]
    return [equation.of(first, upto) for first, upto in zip(firsts, [*lasts, _NO_ENTRY], strict=True)]


@asynccontextmanager
async def set_for_the_whole_book(unit: Unit) -> AsyncIterator[None]:
    """Let the block's queries go through the whole book, each table once. Write nothing in it: it is rolled back."""
    settings = await unit.session.begin_nested()
    await unit.session.execute(_SETTINGS)
    yield
    await settings.rollback()  # the unit goes on with the settings that it had


async def _check(unit: Unit, equation: Equation) -> Check:
    row = (await unit.session.execute(_first_of(equation.sql))).mappings().first()
    return Check(equation.name, None if row is None else dict(row))


def _first_of(sql: str) -> TextClause:
    escaped = sql.replace(":", "\\:")
    return text(f"SELECT * FROM ({escaped}) AS contradiction LIMIT 1")  # noqa: S608 - equations are code, not input


def _described(row: Mapping[str, object]) -> str:
    return ", ".join(
        f"{name}={value:f}" if isinstance(value, Decimal) else f"{name}={value}" for name, value in row.items()
    )
