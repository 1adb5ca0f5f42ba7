"""Susu's function alone: what the public call sends for one entry, by the driver, each call a transaction of its own.

`python -m benchmarks.posters.function <url> <accounts>`
"""

from __future__ import annotations

import asyncio
import sys

import asyncpg

from benchmarks.posters.orders import Move, obey
from benchmarks.posters.own import Own, entry
from finance_core.ledger.posting import POST_ONE, arguments_of_one
from finance_core.storage.unit import Unit


class Function(Own):
    """Calls `ledger_post_one`."""

    unit: Unit
    """One that is over: its instant and its date are what is passed on."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url
        self.connections: list[asyncpg.Connection] = []

    async def prepare(self, accounts: int) -> None:
        """Open the accounts."""
        await super().prepare(accounts)
        async with self.units.begin() as unit:
            self.unit = unit

    async def open(self, connections: int) -> None:
        """Connect as the service does."""
        while len(self.connections) < connections:
            settings = {"jit": "off", "role": "susu_app", "timezone": "UTC"}
            self.connections.append(await asyncpg.connect(self.url, server_settings=settings))

    async def post(self, connection: int, moves: list[Move]) -> None:
        """Call it."""
        (move,) = moves
        await self.connections[connection].fetch(POST_ONE, *arguments_of_one(self.unit, entry(move)))


if __name__ == "__main__":
    asyncio.run(obey(Function(sys.argv[1]), int(sys.argv[2]), most_entries=1))
