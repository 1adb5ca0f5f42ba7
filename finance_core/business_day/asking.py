"""Asking where there is something to do, of all steps of a day at once."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final

from sqlalchemy import TextClause, text

from finance_core.schedule.models import StepState
from finance_core.schedule.steps import Step, TimedWork
from finance_core.storage.unit import Unit

_ALWAYS: Final = "SELECT"
"""Of a step that always runs: a select with one row."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where there may be something to do: all of it is found out in one statement."""

    ended: AbstractSet[str]
    """The steps that have ended on the day that is looked at, held ones included."""
    idle: AbstractSet[str]
    """Those of its other steps that have nothing to do."""
    steps: AbstractSet[str]
    """Those of its other steps that have something to do, or always run."""
    timed: Sequence[TimedWork]
    held: bool


async def ask(unit: Unit, steps: Sequence[Step], timed: Sequence[TimedWork]) -> Wanted:
    """Ask where there is something to do: of the day that is being closed, else of the open one."""
    phase = "open" if unit.closing_on is None else "close"
    asked = [step for step in steps if step.phase == phase]
    question = _question(
        tuple((step.name, step.wanted or _ALWAYS) for step in asked), tuple(work.wanted for work in timed)
    )
    ended, (held, *found) = (await unit.session.execute(question, {"on": looked_at(unit)})).one()
    to_do = {step.name for step, is_wanted in zip(asked, found[len(timed) :], strict=True) if is_wanted}
    return Wanted(
        ended=frozenset(ended),
        idle={step.name for step in asked} - to_do,
        steps=to_do,
        timed=[work for work, is_wanted in zip(timed, found, strict=False) if is_wanted],
        held=held,
    )


@cache
def _question(steps: tuple[tuple[str, str], ...], timed: tuple[str, ...]) -> TextClause:
    """Return one statement: the steps that have ended on a day, whether any is held on any day, and of each select
    whether it has a row. It is the same all day, so that it is planned once; of a step that has ended nothing is asked.
    """
    asked = [
        f"EXISTS (SELECT FROM day_step WHERE state = '{StepState.HELD}')",
        *(f"EXISTS ({select})" for select in timed),
        *(f"CASE WHEN '{name}' = ANY (ended) THEN false ELSE EXISTS ({select}) END" for name, select in steps),
    ]
    return text(
        f"""
        WITH done AS MATERIALIZED (SELECT ARRAY(SELECT step FROM day_step WHERE on_date = :on) AS ended)
        SELECT ended, ARRAY[{", ".join(asked)}] FROM done
        """  # noqa: S608 - code, not input
    )


def looked_at(unit: Unit) -> date:
    """Return the date whose steps come next: the one that is being closed, else the open one."""
    return unit.closing_on or unit.open_on
