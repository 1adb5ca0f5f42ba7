"""What can be proposed: an action, and all of them by the names that proposals are stored with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from finance_core.approvals.models import Approval
from finance_core.approvals.parties import Parties
from finance_core.customers.roles import Permission
from finance_core.kernel.error_codes import ErrorCode
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
    parties: Callable[[Unit, str, JsonObject], Awaitable[Parties]]
    """Whom it concerns, who therefore neither makes nor checks it. Takes what `preview` takes."""
    preview: Callable[[Unit, str, JsonObject], Awaitable[Preview]]
    """Takes the unit, the subject and the params."""
    carry_out: Callable[[Unit, Approval], Awaitable[JsonObject]]
    deadline: timedelta = DEADLINE
    """How long a proposal waits before it expires."""


class Actions:
    """All actions by name. It is made of the lines (`finance_core.lines`) and handed to who reads stored proposals."""

    def __init__(self, actions: Iterable[Action]) -> None:
        self._by_name: dict[str, Action] = {}
        for action in actions:
            if action.name in self._by_name:
                raise ValueError(f"two actions are called {action.name}")
            self._by_name[action.name] = action

    def called(self, name: str) -> Action:
        """Return the action of that name. Raises NotFound: `approval_action`."""
        if name not in self._by_name:
            raise NotFound(ErrorCode.APPROVAL_ACTION)
        return self._by_name[name]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all actions, in the order of their lines."""
        return tuple(self._by_name)
