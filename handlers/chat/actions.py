"""What a confirmed card does: each product's module registers its actions here by name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from finance_core.intents import Intent
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk

Run = Callable[[Talk, Intent], Awaitable[dict[str, Any]]]
Done = Callable[[Talk, Intent], Screen]
Prepare = Callable[[Talk, Intent], Awaitable[Screen | None]]
Asks = Callable[[Talk, Intent], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Action:
    """A thing that Confirm does.

    `run` does it (one use case of the core) and returns what `done` needs to show it, now and to any later tap.
    `before` may ask for something that is still missing (a first contract's questions): a screen, or None to go on.
    `needs_pin` is a function where it depends on the person: the first contract of a product takes it, later acts not.
    """

    name: str
    needs_pin: bool | Asks
    run: Run
    done: Done
    before: Prepare | None = None

    async def wants_pin(self, talk: Talk, intent: Intent) -> bool:
        """Say whether the PIN is asked before this intent is carried out."""
        return self.needs_pin if isinstance(self.needs_pin, bool) else await self.needs_pin(talk, intent)


ACTIONS: Final[dict[str, Action]] = {}


def register(action: Action) -> None:
    """Add an action. Raises ValueError when its name is taken."""
    if action.name in ACTIONS:
        raise ValueError(f"two actions are called {action.name}")
    ACTIONS[action.name] = action
