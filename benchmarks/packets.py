"""Red packets: a stampede on one, claims over twenty, beside the plainest SQL that could; and lucky shares, counted.

`python -m benchmarks packets` starts a PostgreSQL of its own (fsync on) and makes people set-wise. A thousand of them
then open one packet of a hundred shares at once; the same and others open twenty packets. In the same run and server
as many bare rows are claimed, moved to bare balances and noted, one transaction each, on as many connections.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from benchmarks.figures import Json, figures, line
from benchmarks.meters import Meter
from finance_core import ledger
from finance_core.friends import opening, packets
from finance_core.friends.packets import NewPacket
from finance_core.friends.rules.draws import luckiest, lucky_shares
from finance_core.kernel.errors import Conflict
from finance_core.kernel.money import CNY, Money
from finance_core.lines import EQUATIONS
from finance_core.storage.cipher import Cipher
from finance_core.storage.engine import create_engine
from finance_core.storage.founding import found
from finance_core.storage.server import EmbeddedServer
from finance_core.storage.unit import Actor, Units
from finance_core.wallet import service as wallet
from finance_core.wallet.rails import SANDBOX
from migrations.upgrade import upgrade

OPEN_ON: Final = date.today()  # noqa: DTZ011 - the book's day follows PostgreSQL's clock
CONNECTIONS: Final = 12
PEOPLE: Final = 1_000
SHARES: Final = 100
PACKETS: Final = 20
WANTED_ONE: Final = 100
WANTED_TWENTY: Final = 300
DRAWS: Final = 100_000
DRAWN: Final = (1_000, 5)
"""Total in minor units, and shares, of the packets whose distribution is measured."""

_PEOPLE: Final = text(
    """
    INSERT INTO customer (telegram_id, chat_id, name_sealed, language, zone, created_at, terms_accepted_at, tier,
        pin_failures, discreet, income_notice)
    SELECT n, n, ''::bytea, 'en', 'Asia/Shanghai', now(), now(), 2, 0, false, 'daily'
    FROM generate_series(1, CAST(:count AS bigint)) n RETURNING id
    """
)
_PLAIN: Final = (
    "CREATE TABLE plain_share (packet bigint, nr integer, amount bigint, who bigint, PRIMARY KEY (packet, nr))",
    "CREATE TABLE plain_wallet (id bigint PRIMARY KEY, amount bigint NOT NULL)",
    "CREATE TABLE plain_note (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, who bigint NOT NULL, amount bigint)",
    "INSERT INTO plain_share SELECT p, n, 10 FROM generate_series(1, 21) p, generate_series(1, 100) n",
    "INSERT INTO plain_wallet SELECT n, 0 FROM generate_series(-21, 3000) n",
)
_PLAIN_TAKE: Final = text(
    """
    UPDATE plain_share SET who = :who WHERE packet = :packet AND nr = (
        SELECT nr FROM plain_share WHERE packet = :packet AND who IS NULL ORDER BY nr LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING amount
    """
)
_PLAIN_MOVE: Final = text(
    "UPDATE plain_wallet SET amount = amount + CASE id WHEN :who THEN CAST(:amount AS bigint) ELSE 0 - :amount END"
    " WHERE id IN (:who, 0 - CAST(:packet AS bigint))"
)
_PLAIN_NOTE: Final = text("INSERT INTO plain_note (who, amount) VALUES (:who, :amount)")

Tap = Callable[[int, int], Awaitable[bool]]
"""Somebody taps a packet: whether they got a share."""


def measured() -> Json:
    """Return what the stampede, twenty packets, the plainest SQL and the draws came to."""
    folder = tempfile.TemporaryDirectory(prefix="susu-packets-")
    Path(folder.name).chmod(0o755)
    with folder, EmbeddedServer(Path(folder.name) / "postgres") as server:
        upgrade(server.url())
        result = asyncio.run(_claims(server.url(), Meter(server.data)))
    return {**result, "draws": _draws()}


async def _claims(url: str, meter: Meter) -> Json:
    engine = create_engine(url, pool_size=CONNECTIONS)
    async with engine.begin() as connection:
        await found(connection, "Asia/Shanghai", OPEN_ON)
    units = Units(engine)
    people, tokens = await _made(units)
    tap = _tapping(units, tokens)
    one = await _stampede(tap, [(who, 0) for who in people[:PEOPLE]], meter)
    twenty = await _stampede(tap, [(people[each], 1 + each % PACKETS) for each in range(PACKETS * SHARES)], meter)
    plain = await _plain(url, meter)
    async with units.begin() as unit:
        report = await ledger.verify(unit, EQUATIONS)
    await engine.dispose()
    return {"one packet": one, "twenty packets": twenty, **plain, "verified": report.ok}


async def _made(units: Units) -> tuple[list[int], list[str]]:
    async with units.begin() as unit:
        people = list(await unit.session.scalars(_PEOPLE, {"count": PACKETS * SHARES + 1}))
    sender, cipher = people.pop(), Cipher(["of a benchmark"])
    tokens = [f"benchmark-{number}" for number in range(1 + PACKETS)]
    async with units.begin() as unit:
        await wallet.topup(unit, sender, Money.of(100_000, CNY), "benchmark", SANDBOX)
    for token in tokens:
        async with units.begin() as unit:
            await packets.make(unit, cipher, sender, NewPacket(Money.of(500, CNY), SHARES), token)
    return people, tokens


def _tapping(units: Units, tokens: Sequence[str]) -> Tap:
    async def tap(who: int, packet: int) -> bool:
        try:
            async with units.begin(Actor("customer", who)) as unit:
                await opening.claim(unit, tokens[packet], who)
        except Conflict:
            return False
        return True

    return tap


async def _stampede(tap: Tap, taps: Sequence[tuple[int, int]], meter: Meter) -> Json:
    """Let all tap at once; return how many got a share, until the last of them did, and how long each waited."""
    began, turns = time.monotonic(), asyncio.Semaphore(CONNECTIONS)
    used = time.process_time(), meter.seconds()
    waited: list[float] = []
    got: list[float] = []

    async def once(who: int, packet: int) -> None:
        async with turns:
            has_got = await tap(who, packet)
        waited.append(time.monotonic() - began)
        if has_got:
            got.append(waited[-1])

    await asyncio.gather(*(once(*each) for each in taps))
    spent = (time.process_time() - used[0], meter.seconds() - used[1])
    return {
        "claims": len(got),
        "a second": round(len(got) / max(got)),
        "answered": figures(waited),
        "processor_ms_a_tap": [round(1000 * seconds / len(taps), 2) for seconds in spent],
    }


async def _plain(url: str, meter: Meter) -> Json:
    engine = create_engine(url, pool_size=CONNECTIONS, role=None)
    async with engine.begin() as connection:
        for statement in _PLAIN:
            await connection.execute(text(statement))
    tap = _plain_tapping(engine)
    one = await _stampede(tap, [(who, 1) for who in range(1, PEOPLE + 1)], meter)
    twenty = await _stampede(tap, [(1 + each, 2 + each % PACKETS) for each in range(PACKETS * SHARES)], meter)
    await engine.dispose()
    return {"one packet, plain": one, "twenty packets, plain": twenty}


def _plain_tapping(engine: AsyncEngine) -> Tap:
    async def tap(who: int, packet: int) -> bool:
        async with engine.begin() as connection:
            amount = await connection.scalar(_PLAIN_TAKE, {"who": who, "packet": packet})
            if amount is None:
                return False
            await connection.execute(_PLAIN_MOVE, {"who": who, "packet": packet, "amount": amount})
            await connection.execute(_PLAIN_NOTE, {"who": who, "amount": amount})
        return True

    return tap


def _draws() -> Json:
    """Return by position the mean and the deviation in minor units, and how often the luckiest was there."""
    total, shares = DRAWN
    drawn = [lucky_shares(total, shares, f"{seed:064x}") for seed in range(DRAWS)]
    best = [luckiest(each) for each in drawn]
    columns = list(zip(*drawn, strict=True))
    return {
        "packets": DRAWS,
        "exact": all(sum(each) == total for each in drawn),
        "mean": [round(statistics.fmean(column), 1) for column in columns],
        "deviation": [round(statistics.pstdev(column), 1) for column in columns],
        "luckiest": [round(best.count(place) / DRAWS, 3) for place in range(shares)],
        "median of the largest": statistics.median(max(each) for each in drawn),
    }


def table(result: Json) -> str:
    """Return the figures as text."""
    claims = [
        f"{line(name, figure['answered'])}\n    {figure['claims']} claims, {figure['a second']} a second;"
        f" processor, Python and PostgreSQL: {figure['processor_ms_a_tap']} ms a tap"
        for name, figure in result.items()
        if isinstance(figure, dict) and "claims" in figure
    ]
    draws = [f"  {name:<24}{figure}" for name, figure in result["draws"].items()]
    wanted = (
        f"  wanted: {WANTED_ONE} a second on one packet, {WANTED_TWENTY} over twenty; verified: {result['verified']}"
    )
    return "\n".join([*claims, wanted, *draws])
