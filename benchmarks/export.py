"""All that is held on a customer with 10,000 movements, by the very writer that delivery uses, beside the plainest SQL.

`python -m benchmarks export` starts a PostgreSQL of its own (fsync on), makes people and their sends by the real
posting, writes one person's file, and reads the same movements by one bare select into JSON, in the same run.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import orjson
from sqlalchemy import text

from benchmarks.figures import Json
from bot.commands.catalogue import load_catalogue
from bot.delivery.attachments import write
from finance_core import ledger
from finance_core.customers import service as customers
from finance_core.kernel.money import CNY, Money
from finance_core.ledger import Entry, Transfer
from finance_core.privacy import export
from finance_core.storage.cipher import Cipher
from finance_core.storage.engine import create_engine
from finance_core.storage.founding import found_today
from finance_core.storage.server import EmbeddedServer
from finance_core.storage.unit import Unit, Units
from finance_core.wallet import service as wallet
from finance_core.wallet.rails import SANDBOX
from migrations.upgrade import upgrade

MOVEMENTS: Final = 10_000
BATCH: Final = 500
WANTED_SECONDS: Final = 10
WANTED_MEGABYTES: Final = 50
MEGABYTE: Final = 1_000_000
CIPHER: Final = Cipher(["a secret for benchmarks only"])

_SENDS: Final = text(
    """
    INSERT INTO send (token, sender_id, payee_id, amount, asset, note_sealed, state, sent_at, sent_in, delivers_at,
        told_at, returns_at, settled_at)
    SELECT 'token-' || n, :sender, :payee, 100, 'CNY', CAST(:sealed AS bytea), 'accepted', :now, 2026, :now, :now,
        CAST(:now AS timestamptz) + interval '1 day', :now
    FROM generate_series(CAST(:first AS integer), CAST(:last AS integer)) n
    """
)
_PLAIN: Final = text(
    """
    SELECT entry.*, transfer.amount FROM transfer JOIN entry ON entry.id = transfer.entry_id
    WHERE :account IN (transfer.debit_id, transfer.credit_id)
    """
)


def measured(movements: int = MOVEMENTS) -> Json:
    """Make a customer with so many movements and export them; return seconds, bytes, rows, and the plain select's."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        with EmbeddedServer(Path(folder) / "postgres") as server:
            upgrade(server.url())
            return asyncio.run(_measured(server.url(), movements))


async def _measured(url: str, movements: int) -> Json:
    engine = create_engine(url)
    units = Units(engine)
    try:
        await found_today(engine, "Asia/Shanghai")
        await load_catalogue(units)
        ana, bo = await _person(units, 1), await _person(units, 2)
        await _moves(units, ana, bo, movements)
        return await _exported(units, ana)
    finally:
        await engine.dispose()


async def _person(units: Units, number: int) -> int:
    async with units.begin() as unit:
        person = await customers.start(
            unit, CIPHER, telegram_id=number, chat_id=number, first_name=f"P{number}", username=None, language="en"
        )
        await wallet.topup(unit, person.id, Money.of(1_000_000, CNY), f"topup:{number}", SANDBOX)
        return person.id


async def _moves(units: Units, ana: int, bo: int, movements: int) -> None:
    """Post so many entries between two wallets, each with a send's row and its note."""
    sealed = CIPHER.encrypt(b"lunch", "note:token-0")
    for first in range(0, movements, BATCH):
        async with units.begin() as unit:
            await ledger.post(unit, *(_entry(ana, bo, nr) for nr in range(first, min(first + BATCH, movements))))
            values = {"sender": ana, "payee": bo, "sealed": sealed, "now": unit.now}
            last = min(first + BATCH, movements) - 1
            await unit.session.execute(_SENDS, {**values, "first": first, "last": last})


def _entry(ana: int, bo: int, nr: int) -> Entry:
    amount = Money.of(1, CNY)
    move = Transfer(ledger.customer_wallet(ana, CNY), ledger.customer_wallet(bo, CNY), amount)
    return Entry("wallet.send", f"benchmark:{nr}", (move,), {"customer": ana})


async def _exported(units: Units, ana: int) -> Json:
    async with units.begin() as unit:
        asked = await export.ask(unit, ana, "benchmark")
        plain = await _plain(unit, ana)
        with tempfile.TemporaryFile() as out:
            began, used = time.perf_counter(), time.process_time()
            done = await write(unit, CIPHER, asked, out)
            seconds, processor = time.perf_counter() - began, time.process_time() - used
            size = out.tell()
    return {
        "rows": done.rows,
        "files": done.files,
        "seconds": round(seconds, 2),
        "processor_seconds": round(processor, 2),
        "megabytes": round(size / MEGABYTE, 2),
        "plain_select_seconds": round(plain, 2),
    }


async def _plain(unit: Unit, ana: int) -> float:
    account = await unit.session.scalar(
        text("SELECT id FROM account WHERE code = '2010' AND book = 'INST' AND asset = 'CNY' AND owner = :owner"),
        {"owner": ana},
    )
    began = time.perf_counter()
    rows: list[dict[str, Any]] = [
        dict(row) for row in (await unit.session.execute(_PLAIN, {"account": account})).mappings()
    ]
    orjson.dumps(rows, default=str)
    return time.perf_counter() - began


def table(result: Json) -> str:
    """Return the figures beside what is wanted."""
    return "\n".join(
        (
            f"  {result['rows']:,} rows in {result['files']} files",
            f"  {result['seconds']:.2f} s (wanted: {WANTED_SECONDS}), {result['processor_seconds']:.2f} s of processor",
            f"  {result['megabytes']:.2f} MB (wanted: {WANTED_MEGABYTES})",
            f"  the movements alone by a bare select into JSON: {result['plain_select_seconds']:.2f} s",
        )
    )
