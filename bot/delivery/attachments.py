"""What is made only when it is sent: all that is held on a person, as a file that lives as long as its sending.

It is made in the worker, one at a time, row by row into a file that has no name on the disk; what nobody can make in
time is not sent. Nothing of it is kept: sent again, it is made again.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from tempfile import TemporaryFile
from typing import BinaryIO, Final, Protocol, cast

import structlog

from finance_core.customers import queries as customers
from finance_core.lines import DECLARED
from finance_core.notices.claims import Claim
from finance_core.privacy import export
from finance_core.privacy.models import DataExport
from finance_core.privacy.notices import ExportReady
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit, Units
from handlers.chat.screens.base import File, Screen
from handlers.locales import translator
from handlers.privacy.documents.own_papers import own_papers

MAKING_SECONDS: Final = 15.0
"""With what sending takes it stays below the lease of a notice."""
MOST_BYTES: Final = 50_000_000
"""Telegram takes no larger document of a bot."""

_log = structlog.get_logger(__name__)


class NotMade(Exception):
    """There is no file to send; the text says why."""


class Attach(Protocol):
    """Gives a notice's screen with what goes with it, for as long as it is being sent."""

    def __call__(self, claim: Claim, screen: Screen, /) -> AbstractAsyncContextManager[Screen]: ...


@asynccontextmanager
async def nothing(_claim: Claim, screen: Screen) -> AsyncIterator[Screen]:
    """Attach nothing to any notice."""
    yield screen


class Attachments:
    """Makes the files of a worker's notices."""

    def __init__(self, units: Units, cipher: Cipher) -> None:
        self._units = units
        self._cipher = cipher
        self._turn = asyncio.Semaphore(1)

    @asynccontextmanager
    async def attached(self, claim: Claim, screen: Screen) -> AsyncIterator[Screen]:
        """Give the screen of `claim` with its file; where none can be made in time, a screen that says so."""
        if claim.kind != ExportReady.kind:
            yield screen
            return
        with TemporaryFile() as out:
            content = cast("BinaryIO", out)
            try:
                name = await self._made(int(str(claim.params["number"])), content)
            except NotMade as error:
                _log.warning("export_not_made", notice=claim.ids, why=str(error))
                yield Screen(translator(claim.language)("privacy.data_failed"))
                return
            yield replace(screen, document=File(name, content))

    async def _made(self, number: int, out: BinaryIO) -> str:
        try:
            async with asyncio.timeout(MAKING_SECONDS), self._turn, self._units.begin() as unit:
                asked = await export.wanted(unit, number)
                if asked is None:
                    raise NotMade("its time is over")
                written = await write(unit, self._cipher, asked, out)
        except TimeoutError:
            raise NotMade("it took too long") from None
        size = out.tell()
        if size > MOST_BYTES:
            raise NotMade("it is too large")
        out.seek(0)
        _log.info("export_made", export=number, rows=written.rows, files=written.files, bytes=size)
        return f"susu-{asked.asked_at:%Y-%m-%d}.zip"


async def write(unit: Unit, cipher: Cipher, asked: DataExport, out: BinaryIO) -> export.Written:
    """Write all that is held on who asked, in their language then."""
    t = translator(asked.language)
    customer = await customers.by_id(unit, asked.customer_id)
    words = {"README.txt": str(t("privacy.readme"))}
    papers = own_papers(unit, cipher, t, customer)
    return await export.write(unit, DECLARED.held, cipher, customer.id, out, words=words, papers=papers)
