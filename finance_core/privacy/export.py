"""All that is held on a person, as one ZIP: asked for once, written row by row as the lines declare it, kept nowhere.

Whoever writes it reads rows in portions and hands each to a thread, so that nothing waits for it; the file is made when
it is sent. Other people are in it only by the names that the person saw.
"""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from tempfile import SpooledTemporaryFile
from typing import IO, Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import orjson
from sqlalchemy import text
from sqlmodel import col, select

from finance_core.customers.queries import locked
from finance_core.notices import Urgency, enqueue
from finance_core.notices.content import opened
from finance_core.privacy.models import DataExport
from finance_core.privacy.notices import ExportReady
from finance_core.storage.cipher import Cipher
from finance_core.storage.personal import Held
from finance_core.storage.unit import Unit

SENT_WITHIN: Final = timedelta(days=1)
"""What has not gone out by then is not sent any more."""
ONE_WITHIN: Final = timedelta(hours=1)
"""Asked again within this time it is the same one."""
ROWS: Final = 1_000
"""Read and written at a time."""
_IN_MEMORY_BYTES: Final = 1 << 20
_SEALED: Final = "_sealed"

Paper = tuple[str, bytes]
"""A file that is printed: its name, and the PDF."""


async def ask(unit: Unit, customer_id: int, key: str) -> DataExport:
    """Ask for all that is held on oneself; it comes as a notice. The caller has checked the PIN, in a private chat.

    Asked twice within an hour it is one.
    """
    customer = await locked(unit, customer_id)
    latest = select(DataExport).where(DataExport.customer_id == customer_id).order_by(col(DataExport.id).desc())
    known = await unit.session.scalar(latest.limit(1))
    if known is not None and unit.now < known.asked_at + ONE_WITHIN:
        return known
    export = DataExport(
        key=key,
        customer_id=customer_id,
        asked_at=unit.now,
        expires_at=unit.now + SENT_WITHIN,
        language=customer.language,
    )
    unit.session.add(export)
    await unit.session.flush()
    await enqueue(
        unit,
        ExportReady(number=export.id),
        urgency=Urgency.RECEIPT,
        key=f"export:{export.id}",
        customer_id=customer_id,
    )
    return export


async def wanted(unit: Unit, number: int) -> DataExport | None:
    """Return an export that is still to be sent; None where there is none, or its time is over."""
    export = await unit.session.get(DataExport, number)
    return export if export is not None and unit.now < export.expires_at else None


@dataclass(frozen=True, slots=True)
class Written:
    """What a file came to."""

    rows: int
    files: int


async def write(
    unit: Unit,
    held: Sequence[Held],
    cipher: Cipher,
    customer_id: int,
    out: IO[bytes],
    *,
    words: Mapping[str, str],
    papers: AsyncIterator[Paper],
) -> Written:
    """Write all that is held on a person to `out` as a ZIP; return how much it was.

    Args:
        words: texts that go with it, by their file's name (`README.txt`).
        papers: contracts and statements, printed one at a time.
    """
    rows = files = 0
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, said in words.items():
            archive.writestr(_named(name, unit.now), said)
        for each in held:
            if each.select is not None:
                count = await _write_table(unit, each, cipher, customer_id, archive)
                rows, files = rows + count, files + (1 + each.as_csv if count else 0)
        async for name, content in papers:
            await asyncio.to_thread(archive.writestr, _named(name, unit.now), content)
            files += 1
    return Written(rows, files + len(words))


async def _write_table(unit: Unit, held: Held, cipher: Cipher, customer_id: int, archive: ZipFile) -> int:
    """Write one table's rows as JSON and, where wanted, as CSV; return how many they were. Without any, no file."""
    found = await unit.session.stream(text(held.select or ""), {"customer": customer_id})
    count = 0
    with SpooledTemporaryFile(_IN_MEMORY_BYTES) as table, SpooledTemporaryFile(_IN_MEMORY_BYTES) as listed:
        async for portion in found.mappings().partitions(ROWS):
            rows = [dict(row) for row in portion]
            await asyncio.to_thread(_write_rows, held, cipher, rows, table, listed, count)
            count += len(portion)
        if count:
            await asyncio.to_thread(_add, archive, held, unit.now, table, listed)
    return count


def _write_rows(
    held: Held,
    cipher: Cipher,
    portion: Sequence[Mapping[str, Any]],
    table: IO[bytes],
    listed: IO[bytes],
    before: int,
) -> None:
    shown = [_shown(held, cipher, row) for row in portion]
    for nr, row in enumerate(shown, before):
        table.write((b"[\n" if nr == 0 else b",\n") + orjson.dumps(row, default=_plain))
    if held.as_csv:
        lines = io.StringIO(newline="")
        writer = csv.DictWriter(lines, list(shown[0]))
        if before == 0:
            writer.writeheader()
        writer.writerows({name: _cell(value) for name, value in row.items()} for row in shown)
        listed.write(lines.getvalue().encode())


def _add(archive: ZipFile, held: Held, now: datetime, table: IO[bytes], listed: IO[bytes]) -> None:
    table.write(b"\n]\n")
    _copy(archive, _named(f"{held.name}.json", now), table)
    if held.as_csv:
        _copy(archive, _named(f"{held.name}.csv", now), listed)


def _copy(archive: ZipFile, name: ZipInfo, content: IO[bytes]) -> None:
    content.seek(0)
    with archive.open(name, "w") as entry:
        while chunk := content.read(_IN_MEMORY_BYTES):
            entry.write(chunk)


def _named(name: str, now: datetime) -> ZipInfo:
    info = ZipInfo(name, now.timetuple()[:6])
    info.compress_type = ZIP_DEFLATED
    return info


def _shown(held: Held, cipher: Cipher, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row as its person is shown it: what is encrypted opened, what is for opening alone left out."""
    shown = {}
    for name, value in row.items():
        if name in held.opens:
            plain = cipher.opened(value, held.opens[name](row)) if value is not None else None
            shown[name.removesuffix(_SEALED)] = plain.decode() if plain is not None else None
        elif not name.startswith("_"):
            shown[name] = opened(value, cipher) if isinstance(value, dict) else value
    return shown


def _plain(value: object) -> str:
    """Return what JSON has no form for, as text: numbers with decimals, bytes."""
    return value.hex() if isinstance(value, bytes) else str(value)


def _cell(value: object) -> str:
    """Return a value as a cell; what begins like a formula is none in any program that opens it."""
    if value is None:
        return ""
    if isinstance(value, (dict, list)):
        return orjson.dumps(value, default=_plain).decode()
    said = value.isoformat() if isinstance(value, (date, datetime)) else str(value)
    is_number = isinstance(value, (int, Decimal))
    return f"'{said}" if not is_number and said[:1] in ("=", "+", "-", "@", "\t", "\r") else said
