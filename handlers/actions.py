"""What a confirmed card does: each product's module registers its actions here by name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from finance_core.intents import Intent
from handlers.screens.base import Screen
from handlers.talk import Talk

Run = Callable[[Talk, Intent], Awaitable[dict[str, Any]]]
Done = Callable[[Talk, Intent], Screen]
Prepare = Callable[[Talk, Intent], Awaitable[Screen | None]]


@dataclass(frozen=True, slots=True)
class Action:
    """A thing that Confirm does.

    `run` does it (one use case of the core) and returns what `done` needs to show it, now and to any later tap.
    `before` may ask for something that is still missing (a first contract's questions): a screen, or None to go on.
    """

    name: str
    needs_pin: bool
    run: Run
    done: Done
    before: Prepare | None = None


ACTIONS: Final[dict[str, Action]] = {}


def register(action: Action) -> None:
    """Add an action. Raises ValueError when its name is taken."""
    if action.name in ACTIONS:
        raise ValueError(f"two actions are called {action.name}")
    ACTIONS[action.name] = action
