"""Somebody at the sandbox's people's side who says and taps things, waits for the answer, and notes how long it took.

What is a right answer is told by the catalogues' keys, so a changed wording changes nothing here, and the text of a
refusal is never taken for an answer.
"""

from __future__ import annotations

import asyncio
import html
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final

import aiohttp

from benchmarks.figures import Json
from handlers.locales.translator import read_catalogues

ANSWER_TIMEOUT_SECONDS: Final = 20.0
OFFERS_KEPT: Final = 20
DEAD_ENDS: Final = ("menu.out_of_scope", "menu.unsure", "menu.button_is_old")
"""What is said when nothing was understood; nothing of the kind is wanted here."""
_PLACEHOLDER: Final = re.compile(r"\{\w+\}")
_TAG: Final = re.compile(r"<[^>]+>")


class NotAnswered(Exception):
    """No answer of the right kind came; the text says what came instead."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing that was said or tapped: what, and how many seconds passed from before it was sent to its answer."""

    name: str
    seconds: float


@dataclass
class Chatter:
    """A person of the sandbox. `card` is the message that answered last; `offers` are sends to be accepted."""

    http: aiohttp.ClientSession
    id: int
    username: str
    language: str
    turns: list[Turn] = field(default_factory=list)
    card: Json = field(default_factory=lambda: {"message_id": 1, "buttons": []})
    offers: list[Json] = field(default_factory=list)
    patience_seconds: float = ANSWER_TIMEOUT_SECONDS
    _count: int = 0

    async def says(self, name: str, text: str, wanted: str) -> None:
        """Say `text`, and wait for the text behind the key `wanted` (a regular expression when it begins with `/`)."""
        await self._sends(name, {"text": text}, wanted)

    async def shares_contact(self, name: str, wanted: str) -> None:
        """Share one's own contact, and wait as `says` does."""
        await self._sends(name, {"contact": True}, wanted)

    async def taps(self, name: str, button: str, wanted: str, message: Json | None = None) -> None:
        """Tap a button of the last answer (or of `message`) by its label's key or its data, and wait as `says` does."""
        tapped = message or self.card
        tap = {"from": self.id, "message_id": tapped["message_id"], "button": label(self.language, button)}
        first = min(tapped["message_id"], self.card["message_id"])
        began, since = time.perf_counter(), self._count
        pressing = asyncio.create_task(self.posts("taps", tap))
        try:
            await self._answered(wanted, first - 1, since)
            self.turns.append(Turn(name, time.perf_counter() - began))
        finally:
            await pressing

    async def _sends(self, name: str, what: Json, wanted: str) -> None:
        began = time.perf_counter()
        sent = await self.posts("messages", {"from": self.id, **what})
        first = min(sent["message_id"], self.card["message_id"])
        await self._answered(wanted, first - 1, sent["changed"])
        self.turns.append(Turn(name, time.perf_counter() - began))

    async def _answered(self, wanted: str, after: int, since: int) -> None:
        """Wait for a message of the bot's that is newer than `since` and shows what is wanted.

        Raises:
            NotAnswered: a refusal came, or nothing in time.
        """
        pattern, refusals = wanted_text(self.language, wanted), refusal_texts(self.language)
        looked, deadline = since, time.monotonic() + self.patience_seconds
        while (left := deadline - time.monotonic()) > 0:
            messages, looked = await self._look(after, left, looked)
            news = [one for one in messages if one["from_bot"] and one["changed"] > since and not one["deleted"]]
            self._note_offers(news)
            answer = next((one for one in news if pattern.search(one["text"])), None)
            if answer is not None:
                self.card, self._count = answer, looked
                return
            if refused := next((one for one in news if refusals.search(one["text"])), None):
                raise NotAnswered(f"wanted {wanted}, refused: {refused['text']}")
        raise NotAnswered(f"wanted {wanted}, saw nothing of the kind")

    def _note_offers(self, news: Sequence[Json]) -> None:
        accept = label(self.language, "wallet.accept")
        known = {offer["message_id"] for offer in self.offers}
        new = [one for one in news if has_button(one, accept) and one["message_id"] not in known]
        self.offers = [*self.offers, *new][-OFFERS_KEPT:]

    async def _look(self, after: int, wait: float, since: int) -> tuple[list[Json], int]:
        where = f"/sandbox/chats/{self.id}/messages?after={after}&wait={wait:.3f}&since={since}"
        async with self.http.get(where) as answer:
            answer.raise_for_status()
            return await answer.json(), int(answer.headers["X-Sandbox-Count"])

    async def posts(self, what: str, body: Json) -> Json:
        async with self.http.post(f"/sandbox/chats/{self.id}/{what}", json=body) as answer:
            told: Json = await answer.json()
            if not answer.ok:
                raise NotAnswered(f"the sandbox says {answer.status}: {told}")
            return told


def has_button(message: Json, text: str) -> bool:
    """Say whether a message has a button with this label."""
    return any(button["text"] == text for row in message["buttons"] for button in row)


def label(language: str, key: str) -> str:
    """Return the text behind a key; what is no key (a button's data) is returned as it is."""
    text = texts(language).get(key, key)
    return html.unescape(_TAG.sub("", text))


_REFERENCE: Final = re.compile(r"\n|\s*·\s*\{reference\}")


@cache
def wanted_text(language: str, wanted: str) -> re.Pattern[str]:
    """Return what matches a message that shows the text behind `wanted`; alternatives are parted by spaces.

    Its first line up to a reference is enough: a card that has become its receipt has the receipt's own lines below.
    """
    if wanted.startswith("/"):
        return re.compile(wanted[1:])
    first = (_REFERENCE.split(texts(language)[key])[0] for key in wanted.split())
    return re.compile("|".join(map(_pattern, first)), re.DOTALL)


@cache
def refusal_texts(language: str) -> re.Pattern[str]:
    """Return what matches a message that refuses something or tells of a fault."""
    refusals = [_pattern(text) for key, text in texts(language).items() if key.startswith("error.") or key in DEAD_ENDS]
    return re.compile("|".join(refusals), re.DOTALL)


@cache
def texts(language: str) -> Mapping[str, str]:
    """Return a language's texts by key; of plural forms the last."""
    found = {}
    for area, catalogue in read_catalogues(language).items():
        for message in catalogue:
            if message.id:
                key = message.id if isinstance(message.id, str) else message.id[0]
                found[f"{area}.{key}"] = (
                    message.string if isinstance(message.string, str) else list(message.string or ())[-1]
                )
    return found


def _pattern(template: str) -> str:
    plain = html.unescape(_TAG.sub("", template)).strip()
    return ".*?".join(re.escape(part) for part in _PLACEHOLDER.split(plain))
