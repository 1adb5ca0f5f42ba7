"""Waiting without polling: a bell that wakes whoever waits, and questions to the bot that expect one answer.

`asyncio.wait_for` is not used: in Python 3.11 it swallows a cancellation that comes together with the result.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.sandbox.model import Json

QUESTION_LIFETIME_SECONDS = 30.0
QUESTIONS_KEPT = 10_000


class Bell:
    """Wakes everyone who waits, each time that it rings."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def ring(self) -> None:
        """Wake all."""
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)
        self._waiting.clear()

    async def until(self, true: Callable[[], bool], seconds: float) -> bool:
        """Wait until `true()` holds, looked at after each ring, for at most `seconds`. Returns whether it came true."""
        deadline = time.monotonic() + seconds
        while not true():
            if not await self._wait(deadline - time.monotonic()):
                return true()
        return True

    async def _wait(self, seconds: float) -> bool:
        if seconds <= 0:
            return False
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.add(waiter)
        try:
            async with asyncio.timeout(seconds):
                await waiter
        except TimeoutError:
            return False
        finally:
            self._waiting.discard(waiter)
        return True


@dataclass(slots=True)
class Question:
    """A tap, an inline query or a checkout that the bot is to answer once."""

    id: str
    kind: str
    asked_at: float
    about: Json
    answer: asyncio.Future[Json]


class Questions:
    """What people wait for the bot to answer. The oldest are forgotten beyond `QUESTIONS_KEPT`."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._open: dict[str, Question] = {}
        self._monotonic = monotonic
        self._next = time.time_ns()

    def ask(self, kind: str, **about: Any) -> Question:
        """Open a question; its id goes to the bot with the update."""
        self._next += 1
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        question = Question(str(self._next), kind, self._monotonic(), about, answer)
        self._open[question.id] = question
        if len(self._open) > QUESTIONS_KEPT:
            del self._open[next(iter(self._open))]
        return question

    def take(self, kind: str, question_id: str) -> Question | None:
        """Return an open question and close it, or None when it is unknown, answered or too old."""
        question = self._open.get(question_id)
        if question is None or question.kind != kind:
            return None
        del self._open[question_id]
        too_old = self._monotonic() - question.asked_at > QUESTION_LIFETIME_SECONDS
        return None if too_old or question.answer.done() else question

    @staticmethod
    async def answered(question: Question, seconds: float) -> Json | None:
        """Wait for the answer, at most `seconds`; None when it did not come. It may still come afterwards."""
        try:
            async with asyncio.timeout(seconds):
                return await asyncio.shield(question.answer)
        except TimeoutError:
            return None
