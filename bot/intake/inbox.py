"""Storing updates: each once, encrypted, in its lane's order, with a bound on how many may wait.

One that cannot be stored as it is (half a character, a number beyond 64 bits) holds up no other: it is set aside, told.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any, Final

import orjson
import structlog
from sqlalchemy import text

from bot.dispatch.associated_data import payload_associated_data
from bot.dispatch.counters import Counters
from bot.dispatch.faults import Trouble, error_name, is_away, new_reference, trouble
from bot.intake.envelope import Envelope, envelope
from bot.intake.group_talk import Me
from finance_core.inbox.dead import set_aside
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Units

LANE_LIMIT: Final = 40
"""Updates that may wait in one lane; well above twenty taps at once."""
BATCH_LIMIT: Final = 100
"""Updates in one transaction; getUpdates gives no more."""

_STORE = text(
    "SELECT outcome FROM inbox_store(:bot, CAST(:update_ids AS bigint[]), CAST(:lanes AS varchar[]),"
    " CAST(:chat_ids AS bigint[]), CAST(:user_ids AS bigint[]), CAST(:payloads AS bytea[]),"
    " CAST(:alikes AS bigint[]), :lane_limit)"
)
_log = structlog.get_logger(__name__)


class Inbox:
    """Where intake puts updates. `store` returns after its commit: only then is Telegram told that they arrived."""

    def __init__(
        self,
        units: Units,
        cipher: Cipher,
        bot_id: int,
        counters: Counters | None = None,
        lane_limit: int = LANE_LIMIT,
    ) -> None:
        self.counters = counters or Counters()
        self._units = units
        self._cipher = cipher
        self._bot_id = bot_id
        self.me = Me(bot_id)
        """Who the bot is, by which a group's talk is told from what is for it; the poller knows the name too."""
        self._lane_limit = lane_limit

    async def store(self, updates: Iterable[object]) -> Counter[str]:
        """Store raw updates and wake the dispatchers; return how many were what.

        `stored`, `duplicate` (known already), `over_limit` (stored, to be answered "slow down"), `dropped` (its lane is
        full and has been told so), `ignored` (nobody's to handle), `unstorable` (set aside as dead, and told).

        Raises whatever says that the database is away or busy: then nothing may be acknowledged.
        """
        outcomes: Counter[str] = Counter()
        addressed = [(envelope(update, self.me), update) for update in updates]
        wanted = [(where, update) for where, update in addressed if where is not None]
        outcomes["ignored"] = len(addressed) - len(wanted)
        for start in range(0, len(wanted), BATCH_LIMIT):
            outcomes.update(await self._store_each_if_need_be(wanted[start : start + BATCH_LIMIT]))
        self._count(outcomes)
        return +outcomes

    async def _store_each_if_need_be(self, batch: Sequence[tuple[Envelope, object]]) -> list[str]:
        try:
            return await self._store_batch(batch)
        except Exception as error:
            if _passes(error):
                raise
            if len(batch) == 1:
                return [await self._set_aside(*batch[0], error)]
        return [outcome for each in batch for outcome in await self._store_each_if_need_be([each])]

    async def _set_aside(self, where: Envelope, update: object, why: Exception) -> str:
        """Keep an update that cannot be stored among the dead, as well as it can be written; if at all."""
        reference = new_reference()
        _log.error("update_unstorable", reference=reference, update_id=where.update_id, why=error_name(why))
        try:
            sealed = self._sealed_bytes(where.update_id, _legible(update))
            async with self._units.begin() as unit:
                row = {"bot_id": self._bot_id, "payload": sealed, **asdict(where)}
                await set_aside(unit, reference, f"Unstorable {error_name(why)}"[:200], **row)
        except Exception as error:
            if _passes(error):
                raise
            _log.exception("update_lost", reference=reference, update_id=where.update_id)
        return "unstorable"

    async def _store_batch(self, batch: Sequence[tuple[Envelope, object]]) -> list[str]:
        async with self._units.begin() as unit:
            rows = await unit.session.execute(_STORE, self._figures(batch))
            return list(rows.scalars())

    def _figures(self, batch: Sequence[tuple[Envelope, object]]) -> dict[str, Any]:
        return {
            "bot": self._bot_id,
            "update_ids": [where.update_id for where, _ in batch],
            "lanes": [where.lane for where, _ in batch],
            "chat_ids": [where.chat_id for where, _ in batch],
            "user_ids": [where.user_id for where, _ in batch],
            "payloads": [self._sealed(where.update_id, update) for where, update in batch],
            "alikes": [where.alike for where, _ in batch],
            "lane_limit": self._lane_limit,
        }

    def _sealed(self, update_id: int, update: object) -> bytes:
        return self._sealed_bytes(update_id, orjson.dumps(update))

    def _sealed_bytes(self, update_id: int, plain: bytes) -> bytes:
        return self._cipher.encrypt(plain, payload_associated_data(self._bot_id, update_id))

    def _count(self, outcomes: Counter[str]) -> None:
        for outcome, count in outcomes.items():
            self.counters.add(f"updates_{outcome}", count)
        if outcomes["over_limit"]:
            _log.warning("lane_overflowed", lanes=outcomes["over_limit"])


def _passes(error: Exception) -> bool:
    """Say whether storing failed for a reason that passes by itself, and lies in no update."""
    return is_away(error) or trouble(error) is Trouble.CLASH


def _legible(update: object) -> bytes:
    """Return an update as JSON for whoever looks into it, whatever it holds."""
    return json.dumps(update, ensure_ascii=True, default=str).encode()
