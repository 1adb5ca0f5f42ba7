"""How fast Telegram may be sent to: 25 a second over all and smooth, 1 a second for a chat, 20 a minute for a group.

Pure: every function is told the time, in seconds of a monotonic clock. `limiter.py` does the waiting.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

OVERALL_PER_SECOND: Final = 25
CHAT_INTERVAL_SECONDS: Final = 1.0
GROUP_WINDOW_SECONDS: Final = 60.0
GROUP_WINDOW_SENDS: Final = 20

GLOBAL_PAUSE_CHATS: Final = 3
GLOBAL_PAUSE_WINDOW_SECONDS: Final = 10.0
"""So many chats told to wait within so long: it is the bot that is too fast, not a chat that is too full."""

BREAKER_FAILURES: Final = 3
BREAKER_CAP_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Waiter:
    """A message that waits for its turn. `priority` 0 goes first, then the one that came first."""

    priority: int
    arrival: int
    chat_id: int
    paid_rate: int = 0
    """How many paid messages a second may go; 0: it is none, and goes with all others."""


@dataclass(slots=True)
class Pacing:
    """What was sent when, and who is paused. `workers` share the overall rate; nothing is paced unless `enabled`."""

    enabled: bool = True
    workers: int = 1
    per_second: int = OVERALL_PER_SECOND
    _free_at: float = 0.0
    _paid_free_at: float = 0.0
    _everyone_until: float = 0.0
    _chat_until: dict[int, float] = field(default_factory=dict)
    _floods: deque[tuple[float, int]] = field(default_factory=lambda: deque(maxlen=GLOBAL_PAUSE_CHATS))
    _sends: OrderedDict[int, deque[float]] = field(default_factory=OrderedDict)

    def wait_for_anyone(self, now: float, paid_rate: int = 0) -> float:
        """Return the seconds until anything at all may be sent, or anything that is paid."""
        free_at = self._paid_free_at if paid_rate else self._free_at
        return max(0.0, free_at - now, self.pause_of_everyone(now)) if self.enabled else 0.0

    def wait_for_chat(self, chat_id: int, now: float) -> float:
        """Return the seconds until this chat may be sent to, as far as the chat itself is concerned."""
        if not self.enabled:
            return 0.0
        ready_at = max(self._chat_until.get(chat_id, 0.0), self._chat_free_at(chat_id, now))
        return max(0.0, ready_at - now)

    def pause_of_everyone(self, now: float) -> float:
        """Return the seconds for which nobody may be sent to, by Telegram's word or because it is in trouble."""
        return max(0.0, self._everyone_until - now)

    def take(self, chat_id: int, now: float, paid_rate: int = 0) -> None:
        """A message to the chat goes out now. The next one to anybody waits its even share of a second; what is paid
        waits for what is paid alone.
        """
        if paid_rate:
            self._paid_free_at = max(self._paid_free_at, now) + self.workers / paid_rate
        else:
            self._free_at = max(self._free_at, now) + self.workers / self.per_second
        self._log(chat_id, [now])
        self._forget(now)

    def remember(self, chat_id: int, seconds_ago: Iterable[float], now: float) -> None:
        """Take over what the outbox knows of sends to the chat, by other workers or before a restart."""
        told = sorted(now - seconds for seconds in seconds_ago)
        known = list(self._sends.get(chat_id, ()))
        if told and (len(told), told[-1]) > (len(known), known[-1] if known else 0.0):
            self._sends.pop(chat_id, None)
            self._log(chat_id, told)

    def pause(self, chat_id: int, seconds: float, now: float) -> None:
        """Telegram told the chat to wait: it alone does, unless several chats were told so at nearly the same time."""
        self._chat_until[chat_id] = now + seconds
        self._floods.append((now, chat_id))
        recent = {chat for at, chat in self._floods if now - at <= GLOBAL_PAUSE_WINDOW_SECONDS}
        if len(recent) >= GLOBAL_PAUSE_CHATS:
            self.pause_everyone(seconds, now)

    def pause_everyone(self, seconds: float, now: float) -> None:
        self._everyone_until = max(self._everyone_until, now + seconds)

    def _chat_free_at(self, chat_id: int, now: float) -> float:
        sends = self._sends.get(chat_id)
        if not sends:
            return now
        free_at = sends[-1] + CHAT_INTERVAL_SECONDS
        if chat_id < 0 and len(sends) == GROUP_WINDOW_SENDS:
            free_at = max(free_at, sends[0] + GROUP_WINDOW_SECONDS)
        return free_at

    def _log(self, chat_id: int, instants: Sequence[float]) -> None:
        self._sends.setdefault(chat_id, deque(maxlen=GROUP_WINDOW_SENDS)).extend(instants)
        self._sends.move_to_end(chat_id)

    def _forget(self, now: float) -> None:
        """Drop the chats whose last send no limit looks back to, so that memory does not grow with the audience."""
        while self._sends and next(iter(self._sends.values()))[-1] < now - GROUP_WINDOW_SECONDS:
            self._sends.popitem(last=False)
        for chat_id in [chat for chat, until in self._chat_until.items() if until < now]:
            del self._chat_until[chat_id]


def next_turn(waiting: Sequence[Waiter], pacing: Pacing, now: float) -> tuple[Waiter | None, float]:
    """Return who may send now, by priority among those whose chat is free, or None and the seconds until somebody may.

    `waiting` is not empty.
    """
    waits = {
        waiter: max(pacing.wait_for_chat(waiter.chat_id, now), pacing.wait_for_anyone(now, waiter.paid_rate))
        for waiter in waiting
    }
    ready = [waiter for waiter, seconds in waits.items() if seconds <= 0]
    if ready:
        return min(ready, key=lambda waiter: (waiter.priority, waiter.arrival)), 0.0
    return None, min(waits.values())


@dataclass(slots=True)
class Breaker:
    """Stops sending while Telegram is in trouble: an outage leaves a few messages in doubt, not thousands."""

    _failures: int = 0

    def failed(self) -> float:
        """Count a failure that says nothing about the message. Returns the seconds to leave everything alone: from the
        third in a row 1, 2, 4, … up to 60.
        """
        self._failures += 1
        over = self._failures - BREAKER_FAILURES
        return min(BREAKER_CAP_SECONDS, 2.0 ** min(over, 10)) if over >= 0 else 0.0

    def worked(self) -> None:
        """Telegram answered."""
        self._failures = 0
