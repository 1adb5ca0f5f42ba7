"""Encrypting what an earlier release kept plain: @names, notes, names of goals, what cards hold. Once, at an upgrade.

So are the words of names hashed, by which an earlier release found nobody.

A few hundred rows a transaction. What is encrypted has left its plain column, so it may be cut off and run again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import orjson
from sqlalchemy import text

from finance_core import intents
from finance_core.customers.name_words import take_name_words
from finance_core.customers.queries import username_key
from finance_core.customers.service import name_associated_data as customer_name_associated_data
from finance_core.customers.service import username_associated_data
from finance_core.journeys.plans.queries import name_associated_data
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit, Units
from finance_core.wallet.service import note_associated_data

ROWS: Final = 500
_CARDS: Final = text(
    "SELECT id, token, params, result FROM intent WHERE NOT params ? 'sealed' OR NOT result ? 'sealed'"
    " ORDER BY id LIMIT :rows FOR UPDATE"
)
_WRITE_CARD: Final = text(
    "UPDATE intent SET params = CAST(:params AS jsonb), result = CAST(:result AS jsonb) WHERE id = :id"
)


_NAMES: Final = text(
    "SELECT id, name_sealed FROM customer WHERE id < :before"
    " AND NOT EXISTS (SELECT FROM name_word WHERE customer_id = customer.id)"
    " ORDER BY id DESC LIMIT :rows FOR UPDATE"
)


@dataclass(frozen=True, slots=True)
class Plain:
    """A plain column, the one beside it that takes its values encrypted, and what those are bound to in a row."""

    table: str
    column: str
    bound_to: str
    associated_data: Callable[[Any], str]


PLAIN: Final = (
    Plain("customer", "username", "id", username_associated_data),
    Plain("send", "note", "token", note_associated_data),
    Plain("money_request", "note", "token", note_associated_data),
    Plain("plan", "name", "key", name_associated_data),
)


async def encrypt_plain_values(units: Units, cipher: Cipher) -> int:
    """Encrypt what is plain; return how many values there were."""
    done = 0
    for place in PLAIN:
        while count := await _encrypt_some(units, cipher, place):
            done += count
    while count := await _encrypt_cards(units, cipher):
        done += count
    return done + await _hash_names(units, cipher)


async def _hash_names(units: Units, cipher: Cipher) -> int:
    """Write the words of the names that have none, from the newest person back; return of how many."""
    done, before = 0, 2**63 - 1
    while True:
        async with units.begin() as unit:
            rows = (await unit.session.execute(_NAMES, {"rows": ROWS, "before": before})).all()
            for row in rows:
                name = cipher.opened(row.name_sealed, customer_name_associated_data(row.id)) or b""
                await take_name_words(unit, cipher, row.id, name.decode())
        if not rows:
            return done
        done, before = done + len(rows), rows[-1].id


async def _encrypt_some(units: Units, cipher: Cipher, place: Plain) -> int:
    some = text(
        f"SELECT id, {place.bound_to} AS bound_to, {place.column} AS plain FROM {place.table}"  # noqa: S608 - ours
        f" WHERE {place.column} IS NOT NULL ORDER BY id LIMIT {ROWS} FOR UPDATE"
    )
    hashed = ", username_hash = :hash" if place.column == "username" else ""
    write = text(
        f"UPDATE {place.table} SET {place.column} = NULL, {place.column}_sealed = :sealed{hashed} WHERE id = :id"  # noqa: S608 - ours
    )
    async with units.begin() as unit:
        rows = (await unit.session.execute(some)).all()
        for row in rows:
            sealed = cipher.encrypt(row.plain.encode(), place.associated_data(row.bound_to)) if row.plain else None
            values = {"id": row.id, "sealed": sealed}
            if hashed:
                values["hash"] = cipher.fingerprint(username_key(row.plain))
            await unit.session.execute(write, values)
    return len(rows)


async def _encrypt_cards(units: Units, cipher: Cipher) -> int:
    async with units.begin() as unit:
        rows = (await unit.session.execute(_CARDS, {"rows": ROWS})).all()
        for row in rows:
            await _encrypt_card(unit, cipher, row)
    return len(rows)


async def _encrypt_card(unit: Unit, cipher: Cipher, row: Any) -> None:
    params, _ = intents.resealed(cipher, row.params, row.token, "params")
    result = None if row.result is None else intents.resealed(cipher, row.result, row.token, "result")[0]
    kept = None if result is None else orjson.dumps(result).decode()
    await unit.session.execute(_WRITE_CARD, {"id": row.id, "params": orjson.dumps(params).decode(), "result": kept})
