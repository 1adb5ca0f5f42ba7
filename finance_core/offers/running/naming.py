"""How a run and its messages are named in the outbox."""

from __future__ import annotations

from typing import Final

OFFER_KIND: Final = "offer.broadcast"
NOTICE_KIND: Final = "broadcast.notice"
"""A service notice: no offer, so a withdrawal of offers leaves it alone."""

_PREFIX: Final = "broadcast:"


def about(run_id: int) -> str:
    """Return what the rows of a run in the outbox are about."""
    return f"{_PREFIX}{run_id}"


def run_named(name: str | None) -> int | None:
    """Return the run that a row is about; None for a row of something else."""
    return int(name.removeprefix(_PREFIX)) if name is not None and name.startswith(_PREFIX) else None


def key_of(run_id: int, customer_id: int) -> str:
    """Return the key of a person's message: there is one for each person, for good."""
    return f"{_PREFIX}{run_id}:{customer_id}"
