"""What the cards of privacy offer, and what came of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from finance_core.kernel.payloads import InstantText, Payload


@dataclass(frozen=True, slots=True)
class Asked(Payload):
    """A copy of all data was asked for; `at`: one was asked for within the hour, then, and none is made besides."""

    at: InstantText | None = None


@dataclass(frozen=True, slots=True)
class Closing(Payload):
    """The account is to be closed: from `due_on` on it goes as soon as nothing of `needed` is left."""

    due_on: date
    needed: list[str]
