"""A broadcast's message: its text stands once for all who get it, its picture is uploaded once and sent by file id."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import structlog
from telegram import InputFile, Message
from telegram.constants import ParseMode
from telegram.error import BadRequest
from telegram.ext import ExtBot

from bot.delivery.limiter import NotYetError, Ticket
from bot.delivery.push import markup, push_item
from finance_core.kernel.errors import Conflict
from finance_core.lines import OFFER_CHECKS
from finance_core.notices.claims import Claim
from finance_core.notices.policy import Waiting
from finance_core.offers.running import claiming, contents, controls
from finance_core.offers.running.contents import Contents, Said
from finance_core.offers.running.naming import KINDS
from finance_core.offers.running.states import Paused
from finance_core.storage.unit import Unit, Units
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.outgoing import Outgoing, in_words, outgoing

KNOWN_RUNS: Final = 20
"""How many runs' contents a worker remembers."""
UPLOAD_AGAIN_SECONDS: Final = 1.0
"""How long a message waits whose picture is being uploaded with another."""

_FILE_GONE: Final = ("file identifier", "file_id", "file reference", "file_reference")
"""What Telegram says of a file id that it takes no more."""
_NO_STARS: Final = ("not enough stars", "balance_too_low")


class NothingToSay(BadRequest):
    """There is no message to make: it is refused, as Telegram would refuse it."""


Fill = Callable[[Claim, str], Awaitable[str]]
"""Fills what a text says about its reader."""

_log = structlog.get_logger(__name__)


async def as_it_is(_claim: Claim, text: str) -> str:
    """Leave a text as it was approved."""
    return text


@dataclass(frozen=True, slots=True)
class _Ready:
    """What is sent to one person."""

    chat_id: int
    item: Outgoing
    paid_rate: int


class Broadcasts:
    """Sends the messages of broadcasts for one worker."""

    def __init__(self, units: Units, bot: ExtBot[Ticket], fill: Fill = as_it_is) -> None:
        self._units = units
        self._bot = bot
        self._fill = fill
        self._contents: OrderedDict[int, Contents] = OrderedDict()
        self._files: dict[str, str] = {}

    async def recheck(self, unit: Unit, rows: Sequence[Waiting]) -> Collection[int]:
        """Check once more who is about to be claimed; return the rows that are taken back."""
        return await claiming.recheck(unit, rows, OFFER_CHECKS)

    def sends(self, claim: Claim) -> bool:
        """Say whether a claimed notice is a broadcast's."""
        return claim.kind in KINDS

    async def send(self, claim: Claim, ticket: Ticket) -> int:
        """Send a broadcast's message; return its id.

        Raises:
            NothingToSay: the run is gone. TelegramError, NotYetError: as `push` raises.
        """
        run_id = int(str(claim.params["broadcast"]))
        found = await self._contents_of(run_id)
        said = found.of(int(str(claim.params["variant"])), claim.language)
        ticket.paid_rate = found.paid_rate
        screen = Screen(await self._fill(claim, said.text), _buttons(said))
        [item] = outgoing(in_words(screen) if claim.plain else screen)
        ready = _Ready(claim.chat_id, item, found.paid_rate)
        try:
            if said.picture is None or claim.plain:
                sent = await push_item(self._bot, claim.chat_id, item, ticket, paid=found.paid_rate > 0)
            else:
                sent = await self._with_picture(ready, said.picture, ticket)
        except BadRequest as error:
            if _says(error, _NO_STARS):
                await self._pause_for_stars(run_id)
                raise NotYetError(UPLOAD_AGAIN_SECONDS) from error
            raise
        return sent.message_id

    async def _pause_for_stars(self, run_id: int) -> None:
        async with self._units.begin() as unit:
            with suppress(Conflict):
                await controls.pause(unit, run_id, Paused.STARS)

    async def _contents_of(self, run_id: int) -> Contents:
        if run_id not in self._contents:
            async with self._units.begin() as unit:
                found = await contents.contents_of(unit, run_id)
            if found is None:
                raise NothingToSay(f"broadcast {run_id} says nothing")
            self._contents[run_id] = found
            while len(self._contents) > KNOWN_RUNS:
                self._contents.popitem(last=False)
        return self._contents[run_id]

    async def _with_picture(self, ready: _Ready, picture: str, ticket: Ticket) -> Message:
        file_id = self._files.get(picture)
        if file_id is None:
            async with self._units.begin() as unit:
                file_id = await contents.file_of(unit, picture)
                upload = await contents.begin_upload(unit, picture) if file_id is None else None
            if upload is not None:
                return await self._uploading(ready, picture, upload, ticket)
            if file_id is None:
                raise NotYetError(UPLOAD_AGAIN_SECONDS)
            self._files[picture] = file_id
        try:
            return await self._photo(ready, file_id, ticket)
        except BadRequest as error:
            if not _says(error, _FILE_GONE):
                raise
            _log.warning("broadcast_picture_again", why=str(error))
            self._files.pop(picture, None)
            async with self._units.begin() as unit:
                await contents.forget_file(unit, picture, file_id)
            raise NotYetError(0) from error

    async def _uploading(self, ready: _Ready, picture: str, upload: bytes, ticket: Ticket) -> Message:
        """Send with the picture itself; whatever comes of it, others wait for it no longer."""
        file_id = None
        try:
            sent = await self._photo(ready, InputFile(upload, filename="picture.jpg"), ticket)
            file_id = sent.photo[-1].file_id if sent.photo else None
        finally:
            async with self._units.begin() as unit:
                await contents.end_upload(unit, picture, file_id)
        return sent

    async def _photo(self, ready: _Ready, photo: str | InputFile, ticket: Ticket) -> Message:
        return await self._bot.send_photo(
            ready.chat_id,
            photo,
            caption=ready.item.text or None,
            parse_mode=ParseMode.HTML,
            reply_markup=markup(ready.item.keyboard),
            allow_paid_broadcast=True if ready.paid_rate else None,
            rate_limit_args=ticket,
        )


def _buttons(said: Said) -> tuple[tuple[Button, ...], ...]:
    return tuple(tuple(Button(each["text"], each.get("data"), each.get("url")) for each in row) for row in said.buttons)


def _says(error: BadRequest, words: Sequence[str]) -> bool:
    told = str(error).lower()
    return any(each in told for each in words)
