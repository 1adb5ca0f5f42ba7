"""What can be proposed: each product line registers its actions here, by name, when its module is loaded."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from finance_core.approvals.models import Approval
from finance_core.customers.roles import Permission
from finance_core.kernel.errors import NotFound
from finance_core.kernel.json import JsonObject
from finance_core.storage.unit import Unit

Figures = JsonObject
"""Named values of a card: money as `Money.as_json()`, days as ISO text, whole numbers, words."""

DEADLINE: Final = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Preview:
    """What an action would change: the same figures before it and after it."""

    before: Figures
    after: Figures


@dataclass(frozen=True, slots=True)
class Action:
    """A thing that takes two people.

    `preview` reads and changes nothing; it raises what would keep the action from being done. `carry_out` does it in
    the unit it is given, keyed by `approval.idempotency_key`, and returns what a receipt of it needs.
    """

    name: str
    maker: Permission
    checker: Permission
    preview: Callable[[Unit, str, JsonObject], Awaitable[Preview]]
    """Takes the unit, the subject and the params."""
    carry_out: Callable[[Unit, Approval], Awaitable[JsonObject]]
    deadline: timedelta = DEADLINE
    """How long a proposal waits before it expires."""


_ACTIONS: Final[dict[str, Action]] = {}


def register(action: Action) -> None:
    """Add an action. Raises ValueError when its name is taken."""
    if action.name in _ACTIONS:
        raise ValueError(f"two actions are called {action.name}")
    _ACTIONS[action.name] = action


def action_called(name: str) -> Action:
    """Return the action of that name. Raises NotFound: `approval_action`."""
    if name not in _ACTIONS:
        raise NotFound("approval_action")
    return _ACTIONS[name]


def action_names() -> tuple[str, ...]:
    """Return the names of all actions, in the order in which they were registered."""
    return tuple(_ACTIONS)
