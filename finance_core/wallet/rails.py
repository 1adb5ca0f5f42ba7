"""Rails: how money comes in from outside and goes out again. A deployment has the one that it is set up with, or none.

A rail has its own clearing account, 1030 with its number, whose balance is what the outside owes us or is owed. The
sandbox's settles at once, as nobody's money is at stake. A bank's is a package of `bot/` that hears the bank: what has
come is a `topup` over it under the bank's own reference as the key; what goes out waits until the bank says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Rail:
    """One way in and out."""

    name: str
    """As the setting says it."""
    number: int
    """The owner of its clearing account."""
    settles_at_once: bool
    """Whether a person who asks in the chat has the money at once. Else the chat may not move it: the outside does."""


SANDBOX: Final = Rail("sandbox", 1, settles_at_once=True)
RAILS: Final[Mapping[str, Rail]] = {rail.name: rail for rail in (SANDBOX,)}
"""Every rail by its name."""
