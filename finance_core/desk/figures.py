"""Figures of the card *Since Friday 18:00*: each line says what it counts, and who may read it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import TextClause

from finance_core.customers.roles import Permission, permissions_of, require, roles_of
from finance_core.kernel.calendars import banking
from finance_core.kernel.deadlines import last_working_evening
from finance_core.kernel.money import Money
from finance_core.storage.unit import Unit

EVENING_HOUR: Final = 18
"""When a working day ends, on the institution's wall."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the card: `desk.figure_<name>` of the catalogues says what it is."""

    name: str
    permission: Permission
    read: Callable[[Unit, datetime], Awaitable[int | Money]]
    """Takes the instant since when."""
    is_trouble: bool = False
    """Whether more than nothing is to be looked at."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a figure reads now."""

    figure: Figure
    value: int | Money


@dataclass(frozen=True, slots=True)
class SinceCard:
    """The card: since when, and what its reader may know."""

    since: datetime
    readings: tuple[Reading, ...]


def counted(statement: TextClause) -> Callable[[Unit, datetime], Awaitable[int]]:
    """Return what reads a count by SQL, which may name `:since`, `:now` and `:on` (the open date)."""

    async def read(unit: Unit, since: datetime) -> int:
        bound = {"since": since, "now": unit.now, "on": unit.open_on}
        named = {name: value for name, value in bound.items() if f":{name}" in statement.text}
        return int(await unit.session.scalar(statement, named) or 0)

    return read


async def card(unit: Unit, operator_id: int, figures: Iterable[Figure]) -> SinceCard:
    """Return what happened since the last working day ended, for an operator: only what their roles may see.

    Raises:
        NotAllowed: `no_permission`.
    """
    await require(unit, operator_id, Permission.SEE_DESK)
    granted = permissions_of(await roles_of(unit, operator_id))
    since = last_working_evening(unit.now, EVENING_HOUR, unit.zone, banking())
    readings = [Reading(each, await each.read(unit, since)) for each in figures if each.permission in granted]
    return SinceCard(since, tuple(readings))
