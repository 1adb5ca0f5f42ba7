"""`susu verify`: looks at the whole book anew and names the first thing that is wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from sqlalchemy import TextClause, text

from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import IntegrityFault
from finance_core.ledger.equations import LEDGER_EQUATIONS, Equation
from finance_core.storage.unit import Unit

_SETTINGS: Final = text(
    "SELECT set_config('statement_timeout', '0', true), set_config('enable_nestloop', 'off', true),"
    " set_config('work_mem', '64MB', true)"
)
"""A look at the whole book takes its time, and goes through each table once: row by row would be quadratic, and the
planner, not knowing how a young table has grown, likes to believe that it is short."""


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


@asynccontextmanager
async def set_for_the_whole_book(unit: Unit) -> AsyncIterator[None]:
    """Let the block's queries go through the whole book, each table once. Write nothing in it: it is rolled back."""
    settings = await unit.session.begin_nested()
    await unit.session.execute(_SETTINGS)
    yield
    await settings.rollback()  # the unit goes on with the settings that it had


async def _check(unit: Unit, equation: Equation) -> Check:
    row = (await unit.session.execute(_first_of(equation))).mappings().first()
    return Check(equation.name, None if row is None else dict(row))


def _first_of(equation: Equation) -> TextClause:
    escaped = equation.sql.replace(":", "\\:")
    return text(f"SELECT * FROM ({escaped}) AS contradiction LIMIT 1")  # noqa: S608 - equations are code, not input


def _described(row: Mapping[str, object]) -> str:
    return ", ".join(
        f"{name}={value:f}" if isinstance(value, Decimal) else f"{name}={value}" for name, value in row.items()
    )
