"""What is answered without a unit of work: a tap that comes too late, and all others on the same button that wait.

Many tap what many see. Once nothing can come of it any more, each further tap needs no more than its answer: those that
wait are taken up a hundred at a time, answered, and ended together.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import AnswerCallbackQuery

from bot.dispatch.counters import Counters
from bot.dispatch.lanes import Claimed, Lanes
from bot.dispatch.update_context import read_update
from finance_core.storage.cipher import Cipher

ALIKE_AT_ONCE: Final = 100
ANSWER_SECONDS: Final = 5
"""A tap is not answered later than some ten seconds after it was made; nobody waits longer for Telegram here."""

Ready = Callable[[Mapping[str, Any]], AnswerCallbackQuery | None]
"""Returns the answer to a raw update that is known already, from memory alone; None where a unit of work is needed."""

_log = structlog.get_logger(__name__)


class AtOnce:
    """Answers taps whose answer is `ready`."""

    def __init__(self, bot: Bot, cipher: Cipher, lanes: Lanes, ready: Ready, counters: Counters) -> None:
        self._bot = bot
        self._cipher = cipher
        self._lanes = lanes
        self._ready = ready
        self._counters = counters

    async def is_answered(self, claimed: Claimed) -> bool:
        """Answer a claimed tap if that takes no unit of work, and end it; its lane is given back then.

        With it go all that are alike and wait. Raises what a broken connection of the lanes raises.
        """
        if claimed.alike is None or claimed.owed is not None or claimed.over_limit:
            return False
        answer = self._answer(claimed)
        if answer is None:
            return False
        await self._end([(claimed, answer)])
        passed: list[str] = []
        while len(taken := await self._lanes.claim_alike(claimed, ALIKE_AT_ONCE, passed)) > 0:
            passed += await self._end_those_that_are_ready(taken)
        return True

    async def _end_those_that_are_ready(self, taken: Sequence[Claimed]) -> list[str]:
        """Answer and end what is ready; return the lanes of the others, which are given back to be handled."""
        answers = [(each, self._answer(each)) for each in taken]
        await self._end([(each, answer) for each, answer in answers if answer is not None])
        others = [each for each, answer in answers if answer is None]
        for each in others:
            await self._lanes.release(each, None)
        return [each.lane for each in others]

    async def _end(self, answered: Sequence[tuple[Claimed, AnswerCallbackQuery]]) -> None:
        await say(self._bot, (answer for _, answer in answered))
        await self._lanes.end([each for each, _ in answered])
        self._counters.add("updates_answered_at_once", len(answered))

    def _answer(self, claimed: Claimed) -> AnswerCallbackQuery | None:
        try:
            return self._ready(read_update(claimed, self._bot, self._cipher))
        except Exception:  # noqa: BLE001 - what cannot be read here is told by whoever handles it
            return None


async def say(bot: Bot, answers: Iterable[AnswerCallbackQuery]) -> None:
    """Answer taps, all at the same time. What Telegram refuses, or does not take in time, is let be."""
    calls: list[Awaitable[None]] = [_said(bot, answer) for answer in answers]
    await asyncio.gather(*calls)


async def _patiently(bot: Bot, answer: AnswerCallbackQuery) -> None:
    """Answer, once more where Telegram asks for a short wait; a tap is not answered any more after a long one."""
    try:
        await bot(answer, request_timeout=ANSWER_SECONDS)
    except TelegramRetryAfter as error:
        if error.retry_after > ANSWER_SECONDS:
            raise
        await asyncio.sleep(error.retry_after)
        await bot(answer, request_timeout=ANSWER_SECONDS)


async def _said(bot: Bot, answer: AnswerCallbackQuery) -> None:
    try:
        await _patiently(bot, answer)
    except Exception as error:  # noqa: BLE001 - one that fails leaves the others alone
        _log.warning("tap_not_answered", why=f"{type(error).__name__}: {error}"[:200])
