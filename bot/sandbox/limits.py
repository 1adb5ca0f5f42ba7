"""Telegram's limits: 30 messages a second in all, about one a second to a person, 20 a minute to a group.

A paid broadcast goes beyond the 30, up to 1,000 a second: each message that does costs a tenth of a Star.
In a group edits count like messages; elsewhere they do not, and answers to taps never do.
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable

from bot.sandbox.errors import bad_request, too_many

OVERALL_PER_SECOND = 30
PAID_PER_SECOND = 1_000
DECI_STARS = 100_000
"""What the bot has at first, in tenths of a Star: as many as Telegram wants before it lets a bot pay."""
PRIVATE_PER_SECOND = 1.0
PRIVATE_BURST = 20
"""Telegram lets a conversation run ahead for a while before it says no."""
GROUP_PER_MINUTE = 20
CHATS_REMEMBERED = 50_000


class _Window:
    """At most `count` in any `seconds`."""

    def __init__(self, count: int, seconds: float) -> None:
        self.count = count
        self.seconds = seconds
        self.spent: deque[float] = deque()

    def wait(self, now: float, wanted: int) -> float:
        while self.spent and self.spent[0] <= now - self.seconds:
            self.spent.popleft()
        over = len(self.spent) + wanted - self.count
        return 0.0 if over <= 0 else self.spent[min(over, len(self.spent)) - 1] + self.seconds - now

    def spend(self, now: float, wanted: int) -> None:
        self.spent.extend([now] * wanted)


class _Bucket:
    """Refills at `rate` a second up to `burst`."""

    def __init__(self, rate: float, burst: int, now: float) -> None:
        self.rate = rate
        self.burst = burst
        self.left = float(burst)
        self.seen = now

    def wait(self, now: float, wanted: int) -> float:
        self.left = min(self.burst, self.left + (now - self.seen) * self.rate)
        self.seen = now
        return max(0.0, (wanted - self.left) / self.rate)

    def spend(self, now: float, wanted: int) -> None:  # noqa: ARG002 - as a window's
        self.left -= wanted


class Limits:
    """Counts what the bot sends and refuses what is too fast. `monotonic` may be a scaled clock."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic, *, enabled: bool = True) -> None:
        self.enabled = enabled
        self._monotonic = monotonic
        self.lifted: Callable[[], bool] = lambda: False
        """Says when nothing is limited: a journey through time is for order, not for rates."""
        self.deci_stars = DECI_STARS
        """What the bot has left, in tenths of a Star."""
        self._overall = _Window(OVERALL_PER_SECOND, 1.0)
        self._paid = _Window(PAID_PER_SECOND, 1.0)
        self._chats: dict[int, _Window | _Bucket] = {}

    def spend(self, chat_id: int, messages: int = 1, *, paid: bool = False) -> None:
        """Count messages to a chat; `paid`: those beyond the free limit are taken from the bot's Stars.

        Raises:
            Refusal: 429 with `retry_after` in seconds, or 400 where the Stars are spent; nothing is counted then.
        """
        if not self.enabled or self.lifted():
            return
        now = self._monotonic()
        if paid and self._overall.wait(now, messages) > 0:
            if self.deci_stars < messages:
                raise bad_request("BALANCE_TOO_LOW")
            self._spend((self._paid, self._chat(chat_id, now)), now, messages)
            self.deci_stars -= messages
            return
        self._spend((self._overall, self._chat(chat_id, now)), now, messages)

    def spend_edit(self, chat_id: int) -> None:
        """Count an edit, which only a group's limit knows.

        Raises:
            Refusal: 429 with `retry_after` in seconds; nothing is counted then.
        """
        if self.enabled and not self.lifted() and chat_id < 0:
            now = self._monotonic()
            self._spend((self._chat(chat_id, now),), now, 1)

    @staticmethod
    def _spend(counters: tuple[_Window | _Bucket, ...], now: float, messages: int) -> None:
        wait = max(counter.wait(now, messages) for counter in counters)
        if wait > 0:
            raise too_many(max(1, math.ceil(wait)))
        for counter in counters:
            counter.spend(now, messages)

    def _chat(self, chat_id: int, now: float) -> _Window | _Bucket:
        known = self._chats.get(chat_id)
        if known is None:
            if len(self._chats) >= CHATS_REMEMBERED:
                self._chats.clear()
            known = _Bucket(PRIVATE_PER_SECOND, PRIVATE_BURST, now) if chat_id > 0 else _Window(GROUP_PER_MINUTE, 60.0)
            self._chats[chat_id] = known
        return known
