"""The list of erasures, kept beside the database: after a backup is restored, who was erased since is erased again.

A line is JSON: numbers and instants, no name. Lines are only appended, each forced to the disk before the database
notes that it is there; what a crash writes twice is the same erasure.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

import orjson
import structlog
from pydantic import BaseModel, ConfigDict, ValidationError

from finance_core.lines import DECLARED
from finance_core.privacy import erasing
from finance_core.privacy.erasing import Line, Replayed
from finance_core.storage.unit import Actor, Units

LOOK_SECONDS: Final = 10.0
_COMMAND_LINE: Final = Actor("operator")

_log = structlog.get_logger(__name__)


class BadErasureList(Exception):
    """The list cannot be read; the text names the line."""


class _Listed(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    customer_id: int
    joined_at: str
    erased_at: str


class ErasureList:
    """The file that erasures are listed in. Any number of workers may write one: a line is one write."""

    def __init__(self, units: Units, path: Path) -> None:
        self._units = units
        self._path = path

    async def keep(self) -> None:
        """List what is not listed yet, for ever. What cannot be written is logged, and tried again."""
        while True:
            try:
                await self.write()
            except Exception as error:  # noqa: BLE001 - a full disk or a database that is away passes
                _log.error("erasures_not_listed", path=str(self._path), why=f"{type(error).__name__}: {error}")
            await asyncio.sleep(LOOK_SECONDS)

    async def write(self) -> int:
        """List what is not listed yet; return how many there were."""
        count = 0
        while True:
            async with self._units.begin() as unit:
                found = await erasing.unlisted(unit)
                if not found:
                    return count
                await asyncio.to_thread(append, self._path, [line for _, line in found])
                for closing, _ in found:
                    closing.listed_at = unit.now
                count += len(found)


def append(path: Path, lines: Sequence[Line]) -> None:
    """Append lines to the list, and force them to the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as kept:
        os.fchmod(kept.fileno(), 0o600)
        kept.write(b"".join(orjson.dumps(asdict(line)) + b"\n" for line in lines))
        kept.flush()
        os.fsync(kept.fileno())


def listed(path: Path) -> list[Line]:
    """Return what the list holds, oldest first; nothing where there is none yet.

    A last line that was cut off is passed over: the database has not noted it, and writes it again.

    Raises:
        BadErasureList: a line is not one of ours.
    """
    if not path.exists():
        return []
    *whole, _cut_off = path.read_bytes().split(b"\n")
    found = []
    for nr, line in enumerate(whole, 1):
        try:
            found.append(Line(**_Listed.model_validate_json(line).model_dump()))
        except ValidationError:
            raise BadErasureList(f"line {nr} of {path} is no erasure") from None
    return found


async def replay(units: Units, path: Path) -> Replayed:
    """Erase again who is on the list and stands in the database. Raises BadErasureList."""
    lines = await asyncio.to_thread(listed, path)
    async with units.begin(_COMMAND_LINE) as unit:
        return await erasing.replay(unit, DECLARED, lines)
