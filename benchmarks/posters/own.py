"""Susu posts, through the public call: `python -m benchmarks.posters.own <url> <accounts>`."""

from __future__ import annotations

import asyncio
import sys
from datetime import date
from typing import Final

from benchmarks.posters.orders import Move, obey
from finance_core import ledger
from finance_core.kernel.money import CNY, Money
from finance_core.ledger import Account, Entry, Transfer
from finance_core.storage.engine import create_engine
from finance_core.storage.founding import found
from finance_core.storage.unit import Units
from migrations.upgrade import upgrade

OPEN_ON: Final = date(2026, 3, 12)
RAIL: Final = Account("1030")
FEES: Final = Account("4060")
OPENING: Final = Money(10**12, CNY)
AT_ONCE: Final = 500


class Own:
    """`ledger.post` in a unit of work, as every use case does it."""

    def __init__(self, url: str) -> None:
        upgrade(url)
        self.engine = create_engine(url, pool_size=8)
        self.units = Units(self.engine)

    async def prepare(self, accounts: int) -> None:
        """Found an institution and put money into wallets."""
        async with self.engine.begin() as connection:
            await found(connection, "Asia/Shanghai", OPEN_ON)
        for first in range(1, accounts + 1, AT_ONCE):
            owners = range(first, min(first + AT_ONCE, accounts + 1))
            async with self.units.begin() as unit:
                await ledger.post(unit, *(opening(owner) for owner in owners))

    async def open(self, connections: int) -> None:
        """Leave it to the engine."""

    async def post(self, connection: int, moves: list[Move]) -> None:  # noqa: ARG002 - the engine chooses one
        """Post."""
        async with self.units.begin() as unit:
            await ledger.post(unit, *(entry(move) for move in moves))


def opening(owner: int) -> Entry:
    """Return what puts the opening balance into a wallet."""
    return Entry("wallet.top_up", f"opening:{owner}", (Transfer(RAIL, Account("2010", owner), OPENING),))


def entry(move: Move) -> Entry:
    """Return a move as an entry."""
    key, payer, payee, amount = move
    credit = Account("2010", payee) if payee else FEES
    moved = Transfer(Account("2010", payer), credit, Money(amount, CNY))
    return Entry("wallet.send", key, (moved,), {"payee": payee})


if __name__ == "__main__":
    asyncio.run(obey(Own(sys.argv[1]), int(sys.argv[2])))
