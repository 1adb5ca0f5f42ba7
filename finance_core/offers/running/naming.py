"""How a run and its messages are named in the outbox."""

from __future__ import annotations

from typing import Final

from finance_core.notices.policy import AT_ANY_HOUR

_KINDS: Final = {"offer": "offer.broadcast", "service": "broadcast.service", "safety": AT_ANY_HOUR}
KINDS: Final = frozenset(_KINDS.values())
"""The kinds of the rows in the outbox whose text stands in `broadcast_content`."""

_PREFIX: Final = "broadcast:"


def kind_of(kind: str) -> str:
    """Return the kind in the outbox of a run's messages. A service notice is no offer: a withdrawal leaves it alone."""
    return _KINDS[kind]


def about(run_id: int) -> str:
    """Return what the rows of a run in the outbox are about."""
    return f"{_PREFIX}{run_id}"


def run_named(name: str | None) -> int | None:
    """Return the run that a row is about; None for a row of something else."""
    return int(name.removeprefix(_PREFIX)) if name is not None and name.startswith(_PREFIX) else None


def key_of(run_id: int, customer_id: int) -> str:
    """Return the key of a person's message: there is one for each person, for good."""
    return f"{_PREFIX}{run_id}:{customer_id}"


def customer_of(key: str) -> int:
    """Return whose message a key names."""
    return int(key.rpartition(":")[2])
