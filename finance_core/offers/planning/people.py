"""Whom a broadcast is for: a version of an audience, as one select of customer ids."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from finance_core.offers.audiences import service as audiences
from finance_core.offers.audiences.question import Facts
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


async def of_version(unit: Unit, version_id: int, facts: Facts) -> People:
    """Return whom a version of an audience is for. Raises NotFound: `audience`."""
    saved = await audiences.version_of(unit, version_id)
    found = await audiences.select_of(unit, version_id, facts)
    sql = f"SELECT id AS customer_id FROM ({found.sql}) AS audience"  # noqa: S608 - compiled, values are bound
    return People(sql, found.values, saved.audience.name, saved.version.number)


Whom = Callable[[Unit, int], Awaitable[People]]
"""Gives the people of an audience's version; the lines hand it in, as they know the facts.

Raises NotFound: `audience`.
"""
