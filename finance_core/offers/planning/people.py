"""Whom a broadcast is for: a version of an audience, as one select of customer ids."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from finance_core.storage.unit import Unit


@dataclass(frozen=True, slots=True)
class People:
    """A select that gives `customer_id`, with its parameters, and what the audience is called."""

    sql: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""
    version: int = 1

    def renamed(self, prefix: str) -> People:
        """Return the same with its parameters under other names, so that two of them stand in one statement."""
        sql = self.sql
        for name in sorted(self.parameters, key=len, reverse=True):
            sql = sql.replace(f":{name}", f":{prefix}{name}")
        return People(sql, {f"{prefix}{name}": value for name, value in self.parameters.items()})


Whom = Callable[[Unit, int], Awaitable[People]]
"""Gives the people of an audience's version; the lines hand it in, as they know the facts.

Raises NotFound: `audience`.
"""
