"""What the bot is to be told, in order, until it has said that it knows: for its long poll or its webhook."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from itertools import islice, takewhile

from bot.sandbox.errors import Refusal
from bot.sandbox.faults import DEFAULT_HOLD_SECONDS, Faults
from bot.sandbox.model import BotState, Json, Update
from bot.sandbox.waiting import Bell

MUST_BE_ASKED_FOR = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
PENDING_KEPT = 100_000
LONGEST_POLL_SECONDS = 50
LARGEST_BATCH = 100
POLLED_RECENTLY_SECONDS = 15.0
ANOTHER_POLLER = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_CAME = "Conflict: terminated by setWebhook request"
WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)


class Updates:
    """The queue of one bot. `keep` and `forget` write a change through to the store."""

    def __init__(
        self, state: BotState, faults: Faults, *, keep: Callable[[Update], None], forget: Callable[[Update], None]
    ) -> None:
        self._state = state
        self._faults = faults
        self._keep = keep
        self._forget = forget
        self._pending: OrderedDict[int, Update] = OrderedDict()
        self._held: list[Update] = []
        self._poll = 0
        self._polling = 0
        self._closed = False
        self._polled_at = float("-inf")
        self.bell = Bell()

    def restore(self, updates: list[Update]) -> None:
        """Take over what was pending when the process ended."""
        for update in sorted(updates, key=lambda update: update.id):
            update.held_until = 0.0
            self._pending[update.id] = update

    @property
    def count(self) -> int:
        """How many the bot has not confirmed."""
        return len(self._pending)

    @property
    def listened_to(self) -> bool:
        """Whether a bot polls (or did a moment ago) or has a webhook."""
        recently = time.monotonic() - self._polled_at < POLLED_RECENTLY_SECONDS
        return bool(self._state.webhook.url) or self._polling > 0 or recently

    def put(self, field: str, value: Json, chat_id: int | None = None) -> None:
        """Queue an update, unless the bot has not asked for its kind."""
        if not self._wanted(field):
            return
        self._state.last_update_id += 1
        update = Update(self._state.last_update_id, field, value)
        if self._faults.for_update("duplicate_update", chat_id):
            update.copies = 2
        if late := self._faults.for_update("reorder_updates", chat_id):
            self._hold(update, late.delay_seconds or DEFAULT_HOLD_SECONDS)
        self._pending[update.id] = update
        self._keep(update)
        if len(self._pending) > PENDING_KEPT:
            self._drop(next(iter(self._pending)))
        self.bell.ring()

    def _wanted(self, field: str) -> bool:
        allowed = self._state.allowed_updates
        return field in allowed if allowed else field not in MUST_BE_ASKED_FOR

    def _hold(self, update: Update, seconds: float) -> None:
        update.held_until = time.monotonic() + seconds
        self._held.append(update)
        asyncio.get_running_loop().call_later(seconds, self.bell.ring)

    async def poll(self, offset: int, limit: int, timeout_seconds: int) -> list[Json]:
        """Confirm what is below `offset`, and return what is pending, waiting for it up to `timeout_seconds`.

        Raises:
            Refusal: 409 when a webhook is set, or when another poll begins meanwhile.
        """
        if self._state.webhook.url:
            raise Refusal(409, WEBHOOK_ACTIVE)
        self._poll += 1
        mine = self._poll
        self.bell.ring()
        self.confirm(offset)
        self._polling += 1
        try:
            seconds = min(max(timeout_seconds, 0), LONGEST_POLL_SECONDS)
            await self.bell.until(lambda: self._poll != mine or bool(self.ready(1)), seconds)
        finally:
            self._polling -= 1
            self._polled_at = time.monotonic()
        if self._poll != mine and self._closed:
            return []
        if self._poll != mine:
            raise Refusal(409, WEBHOOK_CAME if self._state.webhook.url else ANOTHER_POLLER)
        return [update.wire() for update in self.handed_over(limit)]

    def confirm(self, offset: int) -> None:
        """Forget what the bot has had below `offset`; a negative one keeps only the last so many."""
        if offset < 0:
            confirmed = list(self._pending)[:offset]
        else:
            below = takewhile(lambda update: update.id < offset, self._pending.values())
            confirmed = [update.id for update in below if update.delivered]
        for update_id in confirmed:
            self._drop(update_id)

    def ready(self, limit: int) -> list[Update]:
        """Return what may be handed over, oldest first, but a held one after what overtook it."""
        if not self._held:
            return list(islice(self._pending.values(), limit))
        now = time.monotonic()
        free = [update for update in self._pending.values() if update.held_until <= now]
        newest = max((update.id for update in free), default=0)
        overtaken = [update for update in self._held if update.held_until > now and update.id < newest]
        return [*free, *overtaken][:limit]

    def handed_over(self, limit: int) -> list[Update]:
        """Mark up to `limit` updates as delivered and return them, a duplicated one twice."""
        batch = self.ready(min(max(limit, 1), LARGEST_BATCH))
        for update in batch:
            update.delivered, update.held_until = True, 0.0
        self._held = [update for update in self._held if not update.delivered]
        return [update for update in batch for _ in range(update.copies)]

    def done(self, update: Update) -> None:
        """Forget one that a webhook has taken."""
        self._drop(update.id)

    def clear(self) -> None:
        """Forget everything pending."""
        for update_id in list(self._pending):
            self._drop(update_id)

    def interrupt(self) -> None:
        """End the poll that runs: a webhook has been set."""
        self._poll += 1
        self.bell.ring()

    def close(self) -> None:
        """End the poll that runs without an error: the sandbox stops."""
        self._closed = True
        self.interrupt()

    def _drop(self, update_id: int) -> None:
        if update := self._pending.pop(update_id, None):
            self._held = [held for held in self._held if held is not update]
            self._forget(update)
