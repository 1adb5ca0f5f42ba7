"""Writing down which steps of a date have ended, and reading it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy import text

from finance_core.schedule.models import StepState
from finance_core.storage.unit import Unit

_ENDED_ON: Final = text("SELECT step FROM day_step WHERE on_date = :on")
_PASSED_OVER: Final = text(
    """
    INSERT INTO day_step (on_date, step, state, ended_at)
    SELECT :on, step, 'done', :now FROM unnest(CAST(:steps AS varchar[])) AS step
    """
)
_ENDED: Final = text(
    """
    INSERT INTO day_step (on_date, step, state, note, ended_at) VALUES (:on, :step, :state, :note, :now)
    ON CONFLICT (on_date, step) DO UPDATE SET state = excluded.state, note = excluded.note, ended_at = excluded.ended_at
    """
)


async def ended_steps(unit: Unit, on: date) -> set[str]:
    """Return the names of the steps that have ended on a date, held ones included."""
    return set(await unit.session.scalars(_ENDED_ON, {"on": on}))


async def write_passed_over(unit: Unit, on: date, steps: Sequence[str]) -> None:
    """Write down that steps have ended which had nothing to do."""
    await unit.session.execute(_PASSED_OVER, {"on": on, "steps": list(steps), "now": unit.now})


async def write_ended(unit: Unit, on: date, step: str, missing: str | None) -> None:
    """Write down that a step has ended: held where data is `missing`, which that names. The last run counts."""
    state = StepState.DONE if missing is None else StepState.HELD
    await unit.session.execute(_ENDED, {"on": on, "step": step, "state": state, "note": missing, "now": unit.now})
