"""pgledger's published function: `python -m benchmarks.posters.pgledger <url> <accounts> <file.sql> …`.

Its SQL does not come along: fetch `pgledger.sql`, and the ULID functions that it names, from pgr0ss/pgledger.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final

from benchmarks.posters.orders import Move, obey
from benchmarks.posters.plain import Raw

_OPEN: Final = "SELECT (pgledger_create_account('wallet', 'CNY', $1, true)).id"
_FUND: Final = "UPDATE pgledger_accounts SET balance = 1000000000000"


class PgLedger(Raw):
    """Calls `pgledger_create_transfer`, or `pgledger_create_transfers` for a batch."""

    def __init__(self, url: str, files: Sequence[str]) -> None:
        """`files`: what is in them, in this order."""
        super().__init__(url)
        self.files = files
        self.ids: list[str] = []

    async def prepare(self, accounts: int) -> None:
        """Run the files, open the accounts and put money into them."""
        await self.open(1)
        (driver,) = self.connections
        for statements in self.files:
            await driver.execute(statements)
        async with driver.transaction():
            self.ids = [await driver.fetchval(_OPEN, number == 0) for number in range(accounts + 1)]
        await driver.execute(_FUND)

    async def post(self, connection: int, moves: list[Move]) -> None:
        """Call the function."""
        driver = self.connections[connection]
        if len(moves) == 1:
            _, payer, payee, amount = moves[0]
            call = "SELECT id FROM pgledger_create_transfer($1, $2, $3)"
            await driver.fetchval(call, self.ids[payer], self.ids[payee], Decimal(amount))
        else:
            asked = [(self.ids[payer], self.ids[payee], Decimal(amount)) for _, payer, payee, amount in moves]
            await driver.execute("SELECT id FROM pgledger_create_transfers($1::transfer_request[])", asked)


if __name__ == "__main__":
    asyncio.run(obey(PgLedger(sys.argv[1], [Path(file).read_text() for file in sys.argv[3:]]), int(sys.argv[2])))
