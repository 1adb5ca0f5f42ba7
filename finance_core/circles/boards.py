"""The board of a circle: one text that is kept current in its group, which shows `board_view.circle_board`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from finance_core.circles.models import Circle
from finance_core.notices import boards
from finance_core.storage.unit import Unit

CIRCLE: Final = "circle"
"""The kind of a board that shows a circle, by its id."""


async def all_changed(unit: Unit, circles: Sequence[int]) -> None:
    """Say that what the boards of several circles show has changed, in one statement."""
    await boards.all_changed(unit, CIRCLE, circles)


async def changed(unit: Unit, circle: Circle, *, is_over: bool = False) -> None:
    """Say that what a circle's boards show has changed; `is_over`: for the last time."""
    await boards.changed(unit, CIRCLE, circle.id, is_over=is_over)
