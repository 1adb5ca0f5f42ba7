"""One day's income of Change Plus, paid to a million holders by the real steps, beside the plainest SQL that could.

`python -m benchmarks income` starts a PostgreSQL of its own (fsync on), makes the holders set-wise, closes a day and
pays its income: carries, balances, entries by chunk, the register. In the same run and server a bare table of as many
rows is updated and as many rows are inserted into another, in one statement each.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import psutil
from sqlalchemy import text

from benchmarks.meters import MEGABYTE, Meter, Watched, plain_seconds, verifies
from bot.commands.catalogue import load_catalogue
from finance_core import ledger
from finance_core.change_plus.income import pay_incomes
from finance_core.change_plus.models import Fund
from finance_core.change_plus.product import MoneyFund, fund_on_sale
from finance_core.kernel.clock import ManualClock
from finance_core.storage.engine import create_engine
from finance_core.storage.founding import found
from finance_core.storage.server import EmbeddedServer
from finance_core.storage.unit import Units
from migrations.upgrade import upgrade

OPEN_ON: Final = date(2026, 3, 12)
START: Final = datetime(2026, 3, 12, 2, 0, tzinfo=UTC)
CHUNK_ROWS: Final = 10_000
WANTED_SECONDS: Final = 30
WANTED_TIMES_PLAIN: Final = 4
LONGEST_CHUNK_SECONDS: Final = 1

_PEOPLE: Final = text(
    """
    INSERT INTO customer (telegram_id, chat_id, name_sealed, language, zone, created_at)
        SELECT n, n, ''::bytea, 'en', 'Asia/Shanghai', CAST(:now AS timestamptz)
        FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) n
    RETURNING id
    """
)
_ACCOUNTS: Final = text(
    """
    SELECT cardinality(ledger_accounts(array_agg(CAST(:register AS varchar)), array_agg(CAST('U2010' AS varchar)),
        array_agg(id), array_agg(CAST(:units AS varchar))))
    FROM customer WHERE id BETWEEN :first AND :last
    """
)
_HOLDINGS: Final = text(
    """
    INSERT INTO holding (fund_id, customer_id, signed_at, product_version, units_account)
    SELECT CAST(:fund AS bigint), owner, CAST(:now AS timestamptz), 1, id FROM account
    WHERE code = 'U2010' AND owner BETWEEN :first AND :last
    """
)
# From 1 to 50,000 units, so that some earn less than a cent a day.
_UNITS: Final = text(
    """
    WITH dealt AS (
        SELECT a.id, 100 + (a.owner * 7919) % 5000000 AS amount FROM account a
        WHERE a.code = 'U2010' AND a.owner BETWEEN :first AND :last
    )
    INSERT INTO staged_transfer
    SELECT ledger_account('U1000', :fund, :units, :register), id, amount FROM dealt
    UNION ALL
    SELECT ledger_account('F1010', :fund, :money, :book), ledger_account('F3010', :fund, :money, :book), sum(amount)
    FROM dealt
    """
)
_PLAIN: Final = (
    "CREATE TABLE plain_holder (id bigint PRIMARY KEY, units bigint NOT NULL, carry numeric NOT NULL)",
    "CREATE TABLE plain_income (holder_id bigint NOT NULL, amount bigint NOT NULL, at timestamptz NOT NULL)",
    "INSERT INTO plain_holder SELECT n, 100 + (n * 7919) % 5000000, 0 FROM generate_series(1, {holders}::bigint) n",
    "VACUUM ANALYZE plain_holder",
)
_PLAIN_DAY: Final = (
    "UPDATE plain_holder SET units = units + units * 23 / 1000000, carry = 0.0044",
    "INSERT INTO plain_income SELECT id, units * 23 / 1000000, now() FROM plain_holder",
)


async def _founded(url: str, clock: ManualClock) -> tuple[Watched, MoneyFund]:
    engine = create_engine(url, pool_size=4)
    async with engine.begin() as connection:
        await found(connection, "Asia/Shanghai", OPEN_ON)
    units = Watched(engine, clock)
    await load_catalogue(units)
    async with units.begin() as unit:
        fund = await fund_on_sale(unit)
        unit.session.add(
            Fund(
                id=fund.number,
                code=fund.code,
                asset=fund.asset.code,
                unit_asset=fund.unit_asset.code,
                opened_on=OPEN_ON,
            )
        )
    return units, fund


async def _settle_holders(units: Units, fund: MoneyFund, holders: int) -> None:
    places = {
        "fund": fund.number,
        "money": fund.asset.code,
        "units": fund.unit_asset.code,
        "book": f"FUND:{fund.number}",
        "register": f"REG:{fund.number}",
    }
    for first in range(1, holders + 1, CHUNK_ROWS):
        async with units.begin() as unit:
            last = min(first + CHUNK_ROWS - 1, holders)
            joining = {"now": unit.now, "first": first, "last": last}
            ids = [row.id for row in await unit.session.execute(_PEOPLE, joining)]
            which = {"first": min(ids), "last": max(ids)}
            few = {name: places[name] for name in ("register", "units")}
            await unit.session.execute(_ACCOUNTS, {**few, **which})
            await unit.session.execute(_HOLDINGS, {"fund": fund.number, "now": unit.now, **which})
            await ledger.stage(unit)
            await unit.session.execute(_UNITS, {**places, **which})
            await ledger.post_staged(unit, f"opening:{first}", "benchmark.opening", unit.open_on, {})


async def _tidied(url: str, checkpoint: Callable[[], object]) -> None:
    """Do what autovacuum does in a day, so that it is not measured."""
    engine = create_engine(url, role=None, pool_size=1)
    async with engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.exec_driver_sql("SET statement_timeout = 0")
        await connection.exec_driver_sql("VACUUM ANALYZE")
    checkpoint()
    await engine.dispose()


async def measure(url: str, holders: int, checkpoint: Callable[[], object], meter: Meter) -> dict[str, Any]:
    """Return every figure, on a migrated database."""
    clock = ManualClock(START)
    units, fund = await _founded(url, clock)
    await _settle_holders(units, fund, holders)
    statements = [each.format(holders=holders) for each in _PLAIN]
    plain, plain_used = await plain_seconds(url, statements, _PLAIN_DAY, checkpoint, meter)
    await _tidied(url, checkpoint)
    async with units.begin() as unit:
        await ledger.move_date(unit, OPEN_ON + timedelta(days=1))
    clock.advance(hours=15)
    units.longest_seconds, units.count = 0.0, 0
    process = psutil.Process()
    before, used, began = process.memory_info().rss, meter.seconds(), time.perf_counter()
    await pay_incomes(units, OPEN_ON)
    took, income_used = time.perf_counter() - began, meter.seconds() - used
    grown = process.memory_info().rss - before
    result = {
        "holders": holders,
        "plain_seconds": round(plain, 2),
        "income_seconds": round(took, 2),
        "times_plain": round(took / plain, 2),
        "plain_processor_seconds": round(plain_used, 2),
        "income_processor_seconds": round(income_used, 2),
        "longest_unit_seconds": round(units.longest_seconds, 3),
        "units_of_work": units.count,
        "memory_grew_megabytes": round(grown / MEGABYTE, 1),
    }
    async with units.begin() as unit:
        result["paid"] = await unit.session.scalar(text("SELECT CAST(sum(earned) AS bigint) FROM holding"))
    result["verifies"] = await verifies(url)
    return result


def measured(holders: int) -> dict[str, Any]:
    """Return every figure, on a PostgreSQL of its own."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        with EmbeddedServer(Path(folder) / "postgres") as server:
            upgrade(server.url())
            meter = Meter(server.data)
            return asyncio.run(measure(server.url(), holders, lambda: server.run_sql("CHECKPOINT"), meter))


def table(result: dict[str, Any]) -> str:
    """Return the figures for reading."""
    lines = [
        f"  holders                 {result['holders']:>12,}",
        f"  plainest SQL            {result['plain_seconds']:>12.2f} s",
        f"  the day's income        {result['income_seconds']:>12.2f} s   (wanted: {WANTED_SECONDS} s)",
        f"  times the plainest      {result['times_plain']:>12.2f}     (wanted: {WANTED_TIMES_PLAIN})",
        f"  processor: plainest SQL {result['plain_processor_seconds']:>12.2f} s",
        f"  processor: the income   {result['income_processor_seconds']:>12.2f} s",
        f"  longest unit of work    {result['longest_unit_seconds']:>12.3f} s   (wanted: {LONGEST_CHUNK_SECONDS} s)",
        f"  Python's memory grew by {result['memory_grew_megabytes']:>12.1f} MB",
        f"  the book verifies       {'yes' if result['verifies'] else 'NO':>12}",
    ]
    return "\n".join(lines)
