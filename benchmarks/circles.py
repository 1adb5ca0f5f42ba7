"""A morning of circles: ten thousand rounds of twelve fall due at once, beside the plainest SQL for the same rows.

`python -m benchmarks circles` starts a PostgreSQL of its own (fsync on), makes the circles set-wise, and runs the real
steps of 09:00: 120,000 wallets are debited and 10,000 pots are paid, with their receipts. In the same run and server as
many rows are updated in and inserted into bare tables, in one statement each.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import psutil
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from benchmarks.meters import MEGABYTE, Meter, Watched, plain_seconds, verifies
from bot.commands.catalogue import load_catalogue
from finance_core import ledger
from finance_core.circles import daily
from finance_core.kernel.clock import ManualClock
from finance_core.storage.engine import create_engine
from finance_core.storage.founding import found
from finance_core.storage.server import EmbeddedServer
from finance_core.storage.unit import Units
from migrations.upgrade import upgrade

OPEN_ON: Final = date(2026, 3, 12)
START: Final = datetime(2026, 3, 12, 1, 0, tzinfo=UTC)
"""09:00 in Shanghai."""
PLACES: Final = 12
ROUNDS_WRITTEN: Final = 2
"""Of the twelve: nothing of this morning reads what is due later."""
CONTRIBUTION: Final = 500_00
WANTED_SECONDS: Final = 60
WANTED_TIMES_PLAIN: Final = 8
LONGEST_UNIT_SECONDS: Final = 1
_CHUNK_CIRCLES: Final = 500

_PEOPLE: Final = """
    INSERT INTO customer (id, telegram_id, chat_id, name_sealed, language, zone, tier, created_at)
    OVERRIDING SYSTEM VALUE
    SELECT n, n, n, ''::bytea, 'en', 'Asia/Shanghai', 1, CAST(:now AS timestamptz)
    FROM generate_series((CAST(:first AS bigint) - 1) * 12 + 1, CAST(:last AS bigint) * 12) n
"""
_CIRCLES: Final = """
    INSERT INTO circle (id, token, code, kind, organiser_id, language, asset, title_sealed, contribution, places,
        period, first_due_on, receiving_order, members_pick, commission_percent, commission_to, fine_percent,
        kept_percent, shortfall, is_covered, security, security_amount, needs_approval, product, product_version, state,
        rounds, is_paper, made_at, opened_at, started_at)
    OVERRIDING SYSTEM VALUE
    SELECT n, 'circle ' || n, 'C' || n, 'rotating', n * 12, 'en', 'CNY', ''::bytea, :contribution, 12, 'month',
        CAST(:on AS date), 'fixed', false, 2, 'institution', 2, 0, 'wait', false, 'none', 0, false, 'circles', 1,
        'running', 12, false, :now, :now, CAST(:now AS timestamptz)
    FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) n
"""
_MEMBERS: Final = """
    INSERT INTO circle_member (circle_id, customer_id, state, places, destination, automatic_debit,
        debit_from_change_plus, shows_reliability, marks_credit, retention, asked_at, joined_at)
    SELECT (n - 1) / 12 + 1, n, 'joined', 1, 'wallet', true, false, false, false, 0, CAST(:now AS timestamptz), :now
    FROM generate_series((CAST(:first AS bigint) - 1) * 12 + 1, CAST(:last AS bigint) * 12) n
"""
_PLACES: Final = """
    INSERT INTO circle_place (circle_id, nr, customer_id, state, turn)
    SELECT (n - 1) / 12 + 1, (n - 1) % 12 + 1, n, 'held', (n - 1) % 12 + 1
    FROM generate_series((CAST(:first AS bigint) - 1) * 12 + 1, CAST(:last AS bigint) * 12) n
"""
_ROUNDS: Final = """
    INSERT INTO circle_round (circle_id, nr, due_on, first_due_on, state, receiver_place, is_history, prize, commission)
    SELECT n, nr, due_on, due_on, 'coming', nr, false, :contribution * 12 * 98 / 100, :contribution * 12 * 2 / 100
    FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) n, generate_series(1, 12) nr,
        LATERAL (SELECT CAST(CAST(:on AS date) + make_interval(months => nr - 1) AS date) AS due_on) day
"""
_DUES: Final = """
    INSERT INTO circle_due (circle_id, round, place, customer_id, due_on, amount, paid, fine, fine_paid, covered,
        is_late, is_excused)
    SELECT p.circle_id, r.nr, p.nr, p.customer_id, r.due_on, :contribution, 0, 0, 0, 0, false, false
    FROM circle_place p JOIN circle_round r ON r.circle_id = p.circle_id AND r.nr <= :written
    WHERE p.circle_id BETWEEN :first AND :last
"""
_WALLETS: Final = """
    SELECT cardinality(ledger_accounts(array_agg(CAST('INST' AS varchar)), array_agg(CAST('2010' AS varchar)),
        array_agg(n), array_agg(CAST('CNY' AS varchar))))
    FROM generate_series((CAST(:first AS bigint) - 1) * 12 + 1, CAST(:last AS bigint) * 12) n
"""
_MONEY: Final = """
    INSERT INTO staged_transfer
    SELECT ledger_account('1030', 1, 'CNY'), id, 1000000 FROM account
    WHERE code = '2010' AND owner BETWEEN (CAST(:first AS bigint) - 1) * 12 + 1 AND CAST(:last AS bigint) * 12
"""
# One row of each kind that the morning writes, in bare tables: dues, wallets, pots, transfers, payments, receipts.
_PLAIN: Final = (
    "CREATE TABLE plain_due (id bigint PRIMARY KEY, circle_id bigint, amount bigint, paid bigint, paid_at timestamptz)",
    "CREATE TABLE plain_wallet (id bigint PRIMARY KEY, amount bigint NOT NULL)",
    "CREATE TABLE plain_round (id bigint PRIMARY KEY, state varchar, paid_at timestamptz)",
    "CREATE TABLE plain_pot (id bigint PRIMARY KEY, amount bigint NOT NULL)",
    "CREATE TABLE plain_transfer (entry_id bigint, position bigint, debit_id bigint, credit_id bigint, amount bigint)",
    "CREATE TABLE plain_payment (id bigint, round integer, place integer, amount bigint, entry_id bigint)",
    "CREATE TABLE plain_payout (id bigint, round integer, place integer, amount bigint, entry_id bigint)",
    "CREATE TABLE plain_notice (id bigint, customer_id bigint, kind varchar, params jsonb, key varchar)",
    "INSERT INTO plain_due SELECT n, (n - 1) / 12 + 1, 50000, 0, NULL FROM generate_series(1, {circles} * 12) n",
    "INSERT INTO plain_wallet SELECT n, 1000000 FROM generate_series(1, {circles} * 12) n",
    "INSERT INTO plain_round SELECT n, 'coming', NULL FROM generate_series(1, {circles}) n",
    "VACUUM ANALYZE",
)
_PLAIN_MORNING: Final = (
    "UPDATE plain_due SET paid = amount, paid_at = now()",
    "UPDATE plain_wallet SET amount = amount - 50000",
    "INSERT INTO plain_transfer SELECT circle_id, id, id, circle_id, 50000 FROM plain_due",
    "INSERT INTO plain_payment SELECT id, 1, id, 50000, circle_id FROM plain_due",
    """INSERT INTO plain_notice SELECT id, id, 'receipt.circle_paid',
        jsonb_build_object('circle', circle_id, 'sum', 50000), 'paid:' || id FROM plain_due""",
    "INSERT INTO plain_pot SELECT id, 0 FROM plain_round",
    "UPDATE plain_round SET state = 'paid', paid_at = now()",
    "UPDATE plain_wallet SET amount = amount + 588000 WHERE id % 12 = 1",
    "INSERT INTO plain_transfer SELECT id, n, id, id, 588000 FROM plain_round, generate_series(1, 2) n",
    "INSERT INTO plain_payout SELECT id, n, id, 588000, id FROM plain_round, generate_series(1, 2) n",
    """INSERT INTO plain_notice SELECT id, id, 'receipt.circle_received',
        jsonb_build_object('circle', id, 'sum', 588000), 'received:' || id FROM plain_round""",
)


async def _made(units: Units, circles: int) -> None:
    """Make the circles, their people and what these have, set-wise."""
    for first in range(1, circles + 1, _CHUNK_CIRCLES):
        async with units.begin() as unit:
            values: dict[str, Any] = {"first": first, "last": min(first + _CHUNK_CIRCLES - 1, circles), "now": unit.now}
            values |= {"on": OPEN_ON, "contribution": CONTRIBUTION, "written": ROUNDS_WRITTEN}
            for statement in (_PEOPLE, _CIRCLES, _MEMBERS, _PLACES, _ROUNDS, _DUES, _WALLETS):
                await unit.session.execute(text(statement), values)
            await ledger.stage(unit)
            await unit.session.execute(text(_MONEY), values)
            await ledger.post_staged(unit, f"opening:{first}", "benchmark.opening", unit.open_on, {})


async def measure(url: str, circles: int, checkpoint: Callable[[], object], meter: Meter) -> dict[str, Any]:
    """Return every figure, on a migrated database."""
    engine = create_engine(url, pool_size=4)
    async with engine.begin() as connection:
        await found(connection, "Asia/Shanghai", OPEN_ON)
    units = Watched(engine, ManualClock(START))
    await load_catalogue(units)
    await _made(units, circles)
    statements = [each.format(circles=circles) for each in _PLAIN]
    plain, plain_used = await plain_seconds(url, statements, _PLAIN_MORNING, checkpoint, meter)
    checkpoint()
    process = psutil.Process()
    units.longest_seconds, units.count = 0.0, 0
    before, used, began = process.memory_info().rss, meter.seconds(), time.perf_counter()
    steps = {}
    for step in (daily.DEBIT, daily.PAY):
        at = time.perf_counter()
        await step.run(units, OPEN_ON)
        steps[step.name] = round(time.perf_counter() - at, 2)
    took, morning_used = time.perf_counter() - began, meter.seconds() - used
    result = {
        "circles": circles,
        "debits": circles * PLACES,
        "plain_seconds": round(plain, 2),
        "morning_seconds": round(took, 2),
        "steps": steps,
        "times_plain": round(took / plain, 2),
        "plain_processor_seconds": round(plain_used, 2),
        "morning_processor_seconds": round(morning_used, 2),
        "longest_unit_seconds": round(units.longest_seconds, 3),
        "units_of_work": units.count,
        "memory_grew_megabytes": round((process.memory_info().rss - before) / MEGABYTE, 1),
    }
    return {**result, **await _counted(engine), "verifies": await verifies(url)}


async def _counted(engine: AsyncEngine) -> dict[str, Any]:
    """Return how many payments, prizes and notices there are."""
    async with Units(engine).begin() as unit:
        await unit.session.execute(text("SET statement_timeout = 0"))
        counts = (
            "SELECT (SELECT count(*) FROM circle_payment), (SELECT count(*) FROM circle_payout WHERE kind = 'prize'),"
            " (SELECT count(*) FROM outbox)"
        )
        paid, paid_out, told = (await unit.session.execute(text(counts))).one()
    await engine.dispose()
    return {"paid": paid, "paid_out": paid_out, "told": told}


def measured(circles: int) -> dict[str, Any]:
    """Return every figure, on a PostgreSQL of its own."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        with EmbeddedServer(Path(folder) / "postgres") as server:
            upgrade(server.url())
            meter = Meter(server.data)
            return asyncio.run(measure(server.url(), circles, lambda: server.run_sql("CHECKPOINT"), meter))


def table(result: dict[str, Any]) -> str:
    """Return the figures for reading."""
    steps = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in result["steps"].items())
    lines = [
        f"  circles of twelve       {result['circles']:>12,}",
        f"  debits                  {result['paid']:>12,}",
        f"  payouts                 {result['paid_out']:>12,}",
        f"  notices                 {result['told']:>12,}",
        f"  plainest SQL            {result['plain_seconds']:>12.2f} s",
        f"  the morning             {result['morning_seconds']:>12.2f} s   (wanted: {WANTED_SECONDS} s; {steps})",
        f"  times the plainest      {result['times_plain']:>12.2f}     (wanted: {WANTED_TIMES_PLAIN})",
        f"  processor: plainest SQL {result['plain_processor_seconds']:>12.2f} s",
        f"  processor: the morning  {result['morning_processor_seconds']:>12.2f} s",
        f"  longest unit of work    {result['longest_unit_seconds']:>12.3f} s   (wanted: {LONGEST_UNIT_SECONDS} s)",
        f"  Python's memory grew by {result['memory_grew_megabytes']:>12.1f} MB",
        f"  the book verifies       {'yes' if result['verifies'] else 'NO':>12}",
    ]
    return "\n".join(lines)
