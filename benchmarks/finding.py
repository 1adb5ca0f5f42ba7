"""Finding a person among very many by each of the five ways, through the use case that the desk calls.

`python -m benchmarks finding` makes 1,000,000 people by set-based SQL in a PostgreSQL of its own (fsync on): half have
a family name and a given one, half a Chinese name of three characters, and few names are very common, as in life. Each
way is the finding itself, from what was written to the ids; *a whole search* has permission, the bound on searches, the
rows, the line on record and the commit besides. Beside them stands the plainest thing: a row by its primary key.
"""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from benchmarks.big_book import tidy
from benchmarks.figures import Json, figures, line
from finance_core import ledger
from finance_core.customers import operators
from finance_core.customers.queries import username_key
from finance_core.customers.roles import Role
from finance_core.customers.words import keys_of
from finance_core.journeys.office.finding import find, found_by
from finance_core.journeys.office.rules import searches_in
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.money import CNY, Money
from finance_core.storage.cipher import Cipher
from finance_core.storage.engine import create_engine
from finance_core.storage.founding import found
from finance_core.storage.server import EmbeddedServer
from finance_core.storage.unit import Unit, Units
from finance_core.wallet import entries
from finance_core.wallet.rails import SANDBOX
from migrations.upgrade import upgrade

PEOPLE: Final = 1_000_000
WANTED_MS: Final = 50
SEARCHES: Final = 100
"""Of each way."""
RECEIPTS: Final = 50_000
_BATCH: Final = 1_000
_CHUNK: Final = 100_000
_OPEN_ON: Final = date(2026, 3, 12)
_CIPHER: Final = Cipher(["a secret of the benchmarks"])
FAMILIES: Final = [f"family{place}" for place in range(200)]
GIVEN: Final = [f"given{place}" for place in range(2_000)]
CHARACTERS: Final = [chr(0x4E00 + place) for place in range(600)]
_FIRST_CHARACTERS: Final = 100
# Which words a person's name has: low places are common, the first of 200 has a sixth of all people.
_SKEWED: Final = "CAST(floor({count} * power(((n * {prime}) % 1000003) / 1000003.0, {skew})) AS int)"
_FAMILY: Final = _SKEWED.format(count=len(FAMILIES), prime=7919, skew=3)
_GIVEN: Final = _SKEWED.format(count=len(GIVEN), prime=104729, skew=2)
_FIRST: Final = _SKEWED.format(count=_FIRST_CHARACTERS, prime=7919, skew=3)
_SECOND: Final = _SKEWED.format(count=len(CHARACTERS), prime=104729, skew=2)
_THIRD: Final = _SKEWED.format(count=len(CHARACTERS), prime=15485863, skew=2)

_CUSTOMERS: Final = text(
    """
    INSERT INTO customer (id, telegram_id, chat_id, username_hash, name_sealed, language, zone, tier, phone_hash,
        pin_failures, discreet, income_notice, created_at)
    OVERRIDING SYSTEM VALUE
    SELECT n, n, n, sha256(CAST('username ' || n AS bytea)), '\\x00', 'en', 'Asia/Shanghai', 1,
        sha256(CAST('phone ' || n AS bytea)), 0, false, 'daily', now()
    FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS n
    """
)
# Each word of a name, and each two of them, as `words.keys_of` has them.
_KEYS_TABLE: Final = text(
    "CREATE TABLE benchmark_key (kind int, one int, other int, hash bytea, PRIMARY KEY (kind, one, other))"
)
_KEYS: Final = text(
    "INSERT INTO benchmark_key SELECT :kind, * FROM unnest(CAST(:ones AS int[]), CAST(:others AS int[]),"
    " CAST(:hashes AS bytea[]))"
)
_WORDS: Final = text(
    f"""
    WITH named AS (
        SELECT n, {_FAMILY} AS family, {_GIVEN} AS given, {_FIRST} AS first, {_SECOND} AS second, {_THIRD} AS third
        FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS n
    )
    INSERT INTO name_word (hash, customer_id)
    SELECT DISTINCT benchmark_key.hash, named.n FROM named CROSS JOIN LATERAL (VALUES
        (0, family, family), (0, {len(FAMILIES)} + given, {len(FAMILIES)} + given),
        (0, family, {len(FAMILIES)} + given),
        (1, first, first), (1, second, second), (1, third, third), (1, least(first, second), greatest(first, second)),
        (1, least(first, third), greatest(first, third)), (1, least(second, third), greatest(second, third))
    ) AS has (kind, one, other) JOIN benchmark_key USING (kind, one, other) WHERE has.kind = named.n % 2
    """  # noqa: S608 - constants
)
_LOANS: Final = text(
    """
    INSERT INTO loan (id, key, customer_id, product, product_version, product_number, grade, asset, principal,
        annual_rate, penalty_rate, grace_days, all_in_rate, count, automatic_debit, debit_from_change_plus, signed_at,
        disbursed_on, cooling_off_until, state)
    OVERRIDING SYSTEM VALUE
    SELECT n, 'benchmark:' || n, n, 'lightning', 1, 1, 'D', 'CNY', 300000, 18.25, 5.75, 3, 20, 12, true, false, now(),
        CURRENT_DATE, CURRENT_DATE, 'settled'
    FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS n
    """
)
_NAME_OF: Final = text(
    f"SELECT n, {_FAMILY} AS family, {_GIVEN} AS given, {_FIRST} AS first, {_SECOND} AS second, {_THIRD} AS third"  # noqa: S608 - constants
    " FROM unnest(CAST(:ids AS bigint[])) AS n"
)
_KNOWN: Final = text("UPDATE customer SET username_hash = :username, phone_hash = :phone WHERE id = :id")
_WHOLE: Final = "a whole search"
_UNGUARDED: Final = ("customer", "loan")


def measured(people: int) -> Json:
    """Make so many people, and search among them in each way."""
    with tempfile.TemporaryDirectory() as folder, EmbeddedServer(Path(folder) / "postgres") as server:
        server.run_sql("CREATE DATABASE finding OWNER susu_owner", database="postgres")
        url = server.url("finding")
        upgrade(url)
        return asyncio.run(_measured(url, people))


def table(result: Json) -> str:
    """Return the figures as lines, the slowest way named."""
    ways = [line(name, each) for name, each in result["ways"].items()]
    slowest = max(each["p99"] for name, each in result["ways"].items() if name != _WHOLE)
    verdict = "within" if slowest <= WANTED_MS else "BEYOND"
    made = f"  {result['people']:,} people, {result['words']:,} words of names, made in {result['made_seconds']:.0f} s"
    return "\n".join([made, *ways, f"  the slowest way's p99 is {slowest} ms: {verdict} {WANTED_MS} ms"])


async def _measured(url: str, people: int) -> Json:
    clock = ManualClock(datetime(2026, 3, 12, 4, 0, tzinfo=UTC))
    engine, owner = create_engine(url), create_engine(url, role=None, pool_size=1)
    async with engine.begin() as connection:
        await found(connection, "Asia/Shanghai", _OPEN_ON)
    units, began = Units(engine, clock), time.perf_counter()
    await _make(owner, people)
    references = await _receipts(units, min(people, RECEIPTS))
    async with units.begin() as unit:
        await operators.grant(unit, people, Role.SUPPORT)
    await tidy(owner)
    made = time.perf_counter() - began
    searches = await _searches(units, people, references)
    ways = {}
    async with units.begin() as unit:
        for name, said in searches.items():
            ways[name] = figures(await _seconds(partial(_look_up, unit), said))
    mixed = [said[place % SEARCHES] for place in range(SEARCHES) for said in searches.values()][:SEARCHES]
    ways[_WHOLE] = figures(await _seconds(_finder(units, clock, people), mixed))
    async with owner.connect() as connection:
        plain = text("SELECT * FROM customer WHERE id = :said")

        async def by_key(said: str) -> None:
            await connection.execute(plain, {"said": int(said)})

        ways["a row by its key"] = figures(await _seconds(by_key, [str(1 + each * 97) for each in range(SEARCHES)]))
        words = int(await connection.scalar(text("SELECT count(*) FROM name_word")) or 0)
    await engine.dispose()
    await owner.dispose()
    return {"people": people, "words": words, "made_seconds": round(made, 1), "ways": ways}


async def _make(owner: AsyncEngine, people: int) -> None:
    """Insert the people, their names' words and a loan each; the digests, which no search reads, are left out."""
    async with owner.begin() as connection:
        for name in _UNGUARDED:
            await connection.execute(text(f"ALTER TABLE {name} DISABLE TRIGGER row_guard"))
        await connection.execute(_KEYS_TABLE)
        for kind, pairs in enumerate((_western_pairs(), _chinese_pairs())):
            await connection.execute(_KEYS, {"kind": kind, **_hashed(pairs)})
    for first in range(1, people + 1, _CHUNK):
        span = {"first": first, "last": min(first + _CHUNK - 1, people)}
        async with owner.begin() as connection:
            await connection.execute(text("SET LOCAL statement_timeout = 0"))
            await connection.execute(_CUSTOMERS, span)
            await connection.execute(_WORDS, span)
            await connection.execute(_LOANS, span)


Pair = tuple[int, int, str, str]
"""Two places of words, the same twice for a word alone, and the words."""


def _western_pairs() -> Iterator[Pair]:
    words = [*FAMILIES, *GIVEN]
    yield from ((place, place, word, word) for place, word in enumerate(words))
    beside = range(len(FAMILIES), len(words))
    yield from ((one, other, words[one], words[other]) for one in range(len(FAMILIES)) for other in beside)


def _chinese_pairs() -> Iterator[Pair]:
    places = range(len(CHARACTERS))
    yield from ((one, other, CHARACTERS[one], CHARACTERS[other]) for one in places for other in places[one:])


def _hashed(pairs: Iterable[Pair]) -> dict[str, list[Any]]:
    ones, others, hashes = [], [], []
    for one, other, *words in pairs:
        ones.append(one)
        others.append(other)
        hashes.append(_CIPHER.fingerprint(keys_of(list(dict.fromkeys(words)))[-1]))
    return {"ones": ones, "others": others, "hashes": hashes}


async def _receipts(units: Units, count: int) -> list[str]:
    """Top up the wallets of the first people; return the receipts' references."""
    references: list[str] = []
    for first in range(1, count + 1, _BATCH):
        batch = range(first, min(first + _BATCH, count + 1))
        async with units.begin() as unit:
            posted = await ledger.post(
                unit, *(entries.topup(each, Money.of(1, CNY), f"benchmark:{each}", SANDBOX) for each in batch)
            )
            references += [each.reference for each in posted]
    return references


async def _searches(units: Units, people: int, references: Sequence[str]) -> dict[str, list[str]]:
    """Return what is searched for in each way, and the hard cases of names."""
    chance = random.Random(2026)  # noqa: S311 - which people are searched for
    ids = [chance.randrange(1, people) for _ in range(SEARCHES)]
    async with units.begin() as unit:
        for each in ids:
            known = {"username": _CIPHER.fingerprint(username_key(f"person{each}")), "phone": _phone_hash(each)}
            await unit.session.execute(_KNOWN, {"id": each, **known})
        names = [_name(row) for row in (await unit.session.execute(_NAME_OF, {"ids": ids})).all()]
    return {
        "@username": [f"@person{each}" for each in ids],
        "phone": [f"+86138{each:08d}" for each in ids],
        "contract": [f"L-{each:06d}" for each in ids],
        "receipt": chance.sample(list(references), SEARCHES),
        "name": names,
        "the most common word": [FAMILIES[0], CHARACTERS[0]] * (SEARCHES // 2),
        "two common words": [f"{FAMILIES[0]} {GIVEN[0]}", CHARACTERS[0] + CHARACTERS[1]] * (SEARCHES // 2),
        "words never together": [f"{FAMILIES[0]} {CHARACTERS[0]}"] * SEARCHES,
    }


def _phone_hash(person: int) -> bytes:
    return _CIPHER.fingerprint(f"+86138{person:08d}")


def _name(row: Any) -> str:
    if row.n % 2 == 0:
        return f"{FAMILIES[row.family]} {GIVEN[row.given]}"
    return "".join(CHARACTERS[place] for place in (row.first, row.second, row.third))


async def _look_up(unit: Unit, said: str) -> None:
    for search in searches_in(said, "CN"):
        await found_by(unit, _CIPHER, search)


def _finder(units: Units, clock: ManualClock, operator: int) -> Callable[[str], Awaitable[None]]:
    """Return the desk's search; time passes between two of them, as there are only so many an hour."""

    async def searched(said: str) -> None:
        clock.advance(minutes=2)
        async with units.begin() as unit:
            await find(unit, _CIPHER, operator, said)

    return searched


async def _seconds(search: Callable[[str], Awaitable[None]], said: Sequence[str]) -> list[float]:
    taken = []
    for each in said:
        began = time.perf_counter()
        await search(each)
        taken.append(time.perf_counter() - began)
    return taken
