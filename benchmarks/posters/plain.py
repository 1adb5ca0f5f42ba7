"""The plainest SQL that keeps the same rows: `python -m benchmarks.posters.plain <url> <accounts>`.

Accounts with a CHECK, entries with a unique key, transfers with two indexes, one function for a batch and one for a
single entry. No days, no holds, no hashes, no seals, no rights: what the ledger's guards cost is the distance to it.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Final

import asyncpg

from benchmarks.posters.orders import Move, obey

SCHEMA: Final = """
CREATE TABLE plain_account (
    id bigint PRIMARY KEY,
    balance bigint NOT NULL,
    floor bigint NOT NULL,
    CHECK (balance >= floor)
) WITH (fillfactor = 70);
CREATE TABLE plain_entry (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key text NOT NULL UNIQUE,
    kind text NOT NULL,
    posted_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE plain_transfer (
    entry_id bigint NOT NULL,
    debit_id bigint NOT NULL,
    credit_id bigint NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0)
);
CREATE INDEX ON plain_transfer (debit_id);
CREATE INDEX ON plain_transfer (credit_id);

CREATE FUNCTION plain_post(p_key text, p_kind text, p_debit bigint, p_credit bigint, p_amount bigint) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    v_id bigint;
BEGIN
    PERFORM FROM plain_account WHERE id IN (p_debit, p_credit) ORDER BY id FOR UPDATE;
    INSERT INTO plain_entry (key, kind) VALUES (p_key, p_kind) RETURNING id INTO v_id;
    INSERT INTO plain_transfer VALUES (v_id, p_debit, p_credit, p_amount);
    UPDATE plain_account SET balance = balance - p_amount WHERE id = p_debit;
    UPDATE plain_account SET balance = balance + p_amount WHERE id = p_credit;
    RETURN v_id;
END $$;

CREATE FUNCTION plain_post_many(p_keys text[], p_kind text, p_debits bigint[], p_credits bigint[], p_amounts bigint[])
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM plain_account WHERE id = ANY (p_debits || p_credits) ORDER BY id FOR UPDATE;
    WITH asked AS MATERIALIZED (
        SELECT * FROM unnest(p_keys, p_debits, p_credits, p_amounts) asked (key, debit_id, credit_id, amount)
    ), written AS (
        INSERT INTO plain_entry (key, kind) SELECT key, p_kind FROM asked RETURNING id, key
    )
    INSERT INTO plain_transfer SELECT id, debit_id, credit_id, amount FROM written JOIN asked USING (key);
    UPDATE plain_account SET balance = balance + moved.amount
    FROM (
        SELECT id, sum(amount) AS amount FROM (
            SELECT unnest(p_debits) AS id, -unnest(p_amounts) AS amount
            UNION ALL
            SELECT unnest(p_credits), unnest(p_amounts)
        ) leg GROUP BY id
    ) moved
    WHERE plain_account.id = moved.id;
END $$;
"""
_OPEN: Final = "INSERT INTO plain_account SELECT n, 1000000000000, 0 FROM generate_series(1, $1::bigint) n"
_INSTITUTION: Final = "INSERT INTO plain_account VALUES (0, 0, -9000000000000000000)"


class Raw:
    """Connections of the bare driver, each call a transaction of its own."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.connections: list[asyncpg.Connection] = []

    async def open(self, connections: int) -> None:
        """Have as many connections."""
        while len(self.connections) < connections:
            self.connections.append(await asyncpg.connect(self.url, server_settings={"jit": "off"}))


class Plain(Raw):
    """Calls the plainest functions."""

    async def prepare(self, accounts: int) -> None:
        """Make tables, functions and accounts."""
        await self.open(1)
        await self.connections[0].execute(SCHEMA)
        await self.connections[0].execute(_INSTITUTION)
        await self.connections[0].execute(_OPEN, accounts)

    async def post(self, connection: int, moves: list[Move]) -> None:
        """Call the function for one, or that for many."""
        driver = self.connections[connection]
        if len(moves) == 1:
            key, payer, payee, amount = moves[0]
            await driver.fetchval("SELECT plain_post($1, 'wallet.send', $2, $3, $4)", key, payer, payee, amount)
        else:
            keys, payers, payees, amounts = (list(column) for column in zip(*moves, strict=True))
            await driver.execute("SELECT plain_post_many($1, 'wallet.send', $2, $3, $4)", keys, payers, payees, amounts)


if __name__ == "__main__":
    asyncio.run(obey(Plain(sys.argv[1]), int(sys.argv[2])))
