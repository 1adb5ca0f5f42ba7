"""Faults on request: calls go wrong, updates come twice or in disorder. Seeded, so that a run repeats."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Literal, TypeAlias

from bot.sandbox.errors import Refusal, bad_request, forbidden, too_many
from bot.sandbox.model import Json

FaultKind: TypeAlias = Literal[
    "429", "403", "400", "500", "timeout_before", "timeout_after", "slow", "duplicate_update", "reorder_updates"
]
CALL_FAULTS: frozenset[FaultKind] = frozenset({"429", "403", "400", "500", "timeout_before", "timeout_after", "slow"})
DEFAULT_RETRY_AFTER_SECONDS = 3
DEFAULT_SLOW_SECONDS = 3.0
DEFAULT_TIMEOUT_SECONDS = 30.0
"""How long a lost call is kept waiting before its connection is cut."""
DEFAULT_HOLD_SECONDS = 1.0
FAULTS_KEPT = 1_000


@dataclass(slots=True)
class Fault:
    """One request for trouble. Without `times` it lasts until it is cleared."""

    kind: FaultKind
    method: str | None = None
    chat_id: int | None = None
    times: int | None = None
    probability: float = 1.0
    retry_after: int = DEFAULT_RETRY_AFTER_SECONDS
    delay_seconds: float | None = None
    hits: int = 0

    def concerns(self, method: str | None, chat_id: int | None) -> bool:
        """Say whether it is still in force for such a call."""
        return (
            (self.times is None or self.hits < self.times)
            and (self.method is None or method is None or self.method.lower() == method.lower())
            and (self.chat_id is None or self.chat_id == chat_id)
        )

    def refusal(self) -> Refusal | None:
        """Return the error answer that it stands for, if it stands for one."""
        match self.kind:
            case "429":
                return too_many(self.retry_after)
            case "403":
                return forbidden("bot was blocked by the user")
            case "400":
                return bad_request("a fault was asked for")
            case "500":
                return Refusal(500, "Internal Server Error")
        return None


class Faults:
    """The faults in force, in the order in which they were asked for."""

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed
        self._chance = random.Random(seed)  # noqa: S311 - repeatable on purpose
        self._wanted: list[Fault] = []

    def ask(self, fault: Fault) -> None:
        """Put a fault in force."""
        self._wanted = [*self._wanted[-FAULTS_KEPT + 1 :], fault]

    def clear(self) -> None:
        """Take all back and start the chances over."""
        self._wanted = []
        self._chance.seed(self._seed)

    def listed(self) -> list[Json]:
        """Return what is in force, and how often each has struck."""
        return [{name: getattr(fault, name) for name in Fault.__slots__} for fault in self._wanted]

    def for_call(self, method: str, chat_id: int | None) -> Fault | None:
        """Return what is to go wrong with a call, and count it."""
        return self._strike(CALL_FAULTS, method, chat_id)

    def for_update(self, kind: FaultKind, chat_id: int | None) -> Fault | None:
        """Return whether an update is to be duplicated, or overtaken, and count it."""
        return self._strike(frozenset({kind}), None, chat_id)

    def _strike(self, kinds: frozenset[FaultKind], method: str | None, chat_id: int | None) -> Fault | None:
        for fault in self._wanted:
            if fault.kind in kinds and fault.concerns(method, chat_id) and self._chance.random() < fault.probability:
                fault.hits += 1
                return fault
        return None
