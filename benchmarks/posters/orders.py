"""What a poster is told on standard input and answers on standard output, a line of JSON for each.

`{"connections": 8, "batch": 1, "to": "wallet", "seconds": 1.0}` is answered by `{"entries": 1234, "seconds": 1.01}`.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections.abc import Iterator
from typing import Any, Final, Protocol

WALLET: Final = "wallet"
"""Orders with this `to` move money between wallets, others from a wallet to the institution."""


class Poster(Protocol):
    """Somebody who posts entries of one transfer each."""

    async def prepare(self, accounts: int) -> None:
        """Open the accounts 1 to `accounts`, with more money on each than will ever be moved."""

    async def open(self, connections: int) -> None:
        """Have as many connections ready."""

    async def post(self, connection: int, moves: list[Move]) -> None:
        """Post one entry for each move, in one transaction."""


Move = tuple[str, int, int, int]
"""A key that was never used, the payer, the payee (0: the institution), an amount in minor units."""


def moves(accounts: int, to: str) -> Iterator[Move]:
    """Yield moves without an end."""
    chance, run = random.Random(), f"{time.time_ns():x}"  # noqa: S311 - no secret
    number = 0
    while True:
        number += 1
        payer = chance.randint(1, accounts)
        payee = (payer + chance.randint(0, accounts - 2)) % accounts + 1
        yield f"intent:{run}:{number}", payer, payee if to == WALLET else 0, chance.randint(1, 9_999)


async def obey(poster: Poster, accounts: int, most_entries: int | None = None) -> None:
    """Prepare, say how many entries a transaction may have, and carry out orders until there are no more."""
    await poster.prepare(accounts)
    print(json.dumps({"most_entries": most_entries}), flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        print(json.dumps(await _done(poster, accounts, json.loads(line))), flush=True)


async def _done(poster: Poster, accounts: int, order: dict[str, Any]) -> dict[str, float]:
    await poster.open(order["connections"])
    ahead = moves(accounts, order["to"])
    began = time.perf_counter()
    deadline = began + order["seconds"]

    async def one(connection: int) -> int:
        done = 0
        while time.perf_counter() < deadline:
            await poster.post(connection, [next(ahead) for _ in range(order["batch"])])
            done += order["batch"]
        return done

    done = sum(await asyncio.gather(*(one(connection) for connection in range(order["connections"]))))
    return {"entries": done, "seconds": time.perf_counter() - began}
