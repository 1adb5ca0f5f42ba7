"""One update, from claimed to done: settle what must be settled first, attempt it until it ends; then its replies."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import structlog
from aiogram import Bot
from aiogram.types import Update

from bot.dispatch import owed
from bot.dispatch.anchors import Placed
from bot.dispatch.fault_replies import FaultReplies
from bot.dispatch.faults import Trouble, error_name, is_away, new_reference, trouble
from bot.dispatch.handling import Handling, Superseded
from bot.dispatch.lanes import Claimed, Lanes
from bot.dispatch.replies import Replies, Tap
from bot.dispatch.update_context import UpdateContext, open_context
from finance_core.inbox.dead import bury
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import TemporarilyUnavailable
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Units
from handlers.chat.replies import Shown, is_in_group

Preparer = Callable[[Update, str | None, dict[str, Any]], Awaitable[dict[str, Any]]]
"""Settles something before the transaction begins, from the update and its conversation's state and data."""

PREPARE_TIMEOUT_SECONDS: Final = 10
CLASH_PAUSES_SECONDS: Final = (0.05, 0.25, 1.0)
"""A clash with another transaction is tried again after each of these."""
OUTAGE_PAUSE_SECONDS: Final = 0.2
OUTAGE_PAUSE_LIMIT_SECONDS: Final = 5
OUTAGE_TRIES: Final = 60
CLAIMS_LIMIT: Final = 10
"""Over which a worker or the server died this often, an update or its replies, is given up: it may be the cause."""
CHECKS_KEPT: Final = 1_000

_log = structlog.get_logger(__name__)


class Abandoned(Exception):
    """The database is away. The update waits in the inbox; whoever claims it next does it."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What has come of an update, and is to be shown in its chat."""

    shown: Sequence[Shown] = ()
    tap: Tap | None = None


class Turns:
    """Takes updates in two calls each: `take` until it is done, then `show`, which needs Telegram alone."""

    def __init__(
        self,
        units: Units,
        bot: Bot,
        cipher: Cipher,
        handling: Handling,
        fault_replies: FaultReplies,
        preparers: Sequence[Preparer],
        lanes: Lanes,
        replies: Replies,
    ) -> None:
        self._units = units
        self._bot = bot
        self._cipher = cipher
        self._handling = handling
        self._fault_replies = fault_replies
        self._preparers = preparers
        self._lanes = lanes
        self._counters = replies.counters
        self._replies = replies
        self._settled: dict[int, tuple[dict[str, Any], Exception | None]] = {}

    async def take(self, claimed: Claimed) -> Decided | None:
        """Bring a claimed update to its end; return what is to be shown of it.

        None, without a trace, when another worker has finished it, or when the database is away.
        """
        began = time.monotonic()
        try:
            return self._owed(claimed) if claimed.owed is not None else await self._take(claimed)
        except Superseded:
            self._counters.add("updates_superseded")
        except Abandoned:
            self._counters.add("updates_abandoned")
        finally:
            self._counters.add("turn_seconds", time.monotonic() - began)
        return None

    async def show(self, decided: Decided) -> list[Placed]:
        """Show what came of an update; return where anchored messages ended up."""
        try:
            return await self._replies.show(decided.shown, decided.tap)
        finally:
            if decided.tap is not None:
                await decided.tap.close()

    async def _take(self, claimed: Claimed) -> Decided:
        try:
            context = open_context(claimed, self._bot, self._cipher)
        except Exception as error:  # noqa: BLE001 - unreadable is unreadable, by whichever library
            await self._mark_dead(claimed, new_reference(), error)
            return Decided()
        tap = self._replies.tap(context.update)
        try:
            return Decided(await self._decide(context), tap)
        except BaseException:
            if tap is not None:
                await tap.close()
            raise

    def _owed(self, claimed: Claimed) -> Decided:
        """Return what an update owes whose process died over its replies. Its tap is answered with the rest."""
        assert claimed.owed is not None
        if self._lanes.was_shown(claimed):
            return Decided()
        if claimed.attempts > CLAIMS_LIMIT:
            self._counters.add("replies_given_up")
            _log.error("replies_given_up", inbox_id=claimed.inbox_id)
            return Decided()
        try:
            shown = owed.opened(self._cipher, self._bot.id, claimed.update_id, claimed.owed)
        except Exception as error:  # noqa: BLE001 - another key's or another version's: nobody can show it
            self._counters.add("replies_unreadable")
            _log.warning("replies_unreadable", inbox_id=claimed.inbox_id, why=type(error).__name__)
            return Decided()
        self._counters.add("replies_made_up")
        return Decided(shown)

    async def _decide(self, context: UpdateContext) -> Sequence[Shown]:
        if context.claimed.attempts > CLAIMS_LIMIT:
            return await self._bury(context, RuntimeError("taken up too often without an end"))
        if context.claimed.over_limit:
            context.refusal = TemporarilyUnavailable(ErrorCode.TOO_FAST)
        else:
            await self._settle(context)
        shown = await self._persist(context)
        self._settled.pop(context.claimed.inbox_id, None)
        return shown

    async def _settle(self, context: UpdateContext) -> None:
        """Run the preparers to their end, at most once for an update, whatever happens to its transaction later.

        An outage is no end: what they settle is settled once the database is back.
        """
        inbox_id = context.claimed.inbox_id
        if inbox_id not in self._settled:
            while len(self._settled) >= CHECKS_KEPT:
                self._settled.pop(next(iter(self._settled)))
            self._settled[inbox_id] = await self._prepared(context)
        context.checks, context.refusal = self._settled[inbox_id]

    async def _prepared(self, context: UpdateContext) -> tuple[dict[str, Any], Exception | None]:
        outages = 0
        while True:
            checks, refusal = await self._prepare(context)
            if refusal is None or not is_away(refusal):
                return checks, refusal
            outages += 1
            await self._wait_for_the_database(context, outages, refusal)

    async def _prepare(self, context: UpdateContext) -> tuple[dict[str, Any], Exception | None]:
        checks: dict[str, Any] = {}
        limit = asyncio.timeout(PREPARE_TIMEOUT_SECONDS)
        try:
            async with limit:
                for preparer in self._preparers:
                    checks |= await preparer(context.update, context.standing.state, context.standing.values())
        except Exception as error:  # noqa: BLE001 - told to the person in the transaction, like a handler's
            return {}, TemporarilyUnavailable(ErrorCode.TIMED_OUT) if limit.expired() else error
        return checks, None

    async def _persist(self, context: UpdateContext) -> Sequence[Shown]:
        """Attempt the update, again when it clashed or the database went away; bury it when nothing helps.

        Raises:
            Superseded: another worker finished it.
            Abandoned: the database stays away, or our claim went with it.
        """
        clashes, outages = 0, 0
        while True:
            try:
                shown = await self._handling.attempt(context)
            except Superseded:
                raise
            except Exception as error:  # noqa: BLE001 - sorted here
                if context.overran or not (is_away(error) or trouble(error) is Trouble.CLASH):
                    return await self._bury(context, error)
                if is_away(error):
                    outages += 1
                    await self._wait_for_the_database(context, outages, error)
                elif clashes < len(CLASH_PAUSES_SECONDS):
                    clashes += 1
                    await self._wait_after_a_clash(clashes)
                else:
                    return await self._bury(context, error)
            else:
                self._counters.add("updates_handled")
                return shown

    async def _wait_after_a_clash(self, clashes: int) -> None:
        self._counters.add("updates_retried")
        await asyncio.sleep(CLASH_PAUSES_SECONDS[clashes - 1] * random.uniform(0.5, 1.5))  # noqa: S311 - jitter

    async def _wait_for_the_database(self, context: UpdateContext, outages: int, error: Exception) -> None:
        self._counters.add("database_outages")
        if outages == 1:
            _log.warning("update_waits", inbox_id=context.claimed.inbox_id, why=error_name(error))
        if outages > OUTAGE_TRIES or not self._lanes.holds(context.claimed):
            raise Abandoned from error
        await asyncio.sleep(min(OUTAGE_PAUSE_SECONDS * outages, OUTAGE_PAUSE_LIMIT_SECONDS))

    async def _bury(self, context: UpdateContext, error: Exception) -> Sequence[Shown]:
        reference = new_reference()
        # what is said in a group goes through delivery, in a unit, and there is none
        shown = [each for each in self._fault_replies.numbered(context, reference) if not is_in_group(each)]
        await self._mark_dead(context.claimed, reference, error, shown)
        self._settled.pop(context.claimed.inbox_id, None)
        return shown

    async def _mark_dead(self, claimed: Claimed, reference: str, error: Exception, shown: Sequence[Shown] = ()) -> None:
        """Give the update up, so that its lane goes on; an operator may look at it and run it again."""
        _log.error("update_dead", reference=reference, inbox_id=claimed.inbox_id, exc_info=error)
        kept = owed.sealed(self._cipher, self._bot.id, claimed.update_id, shown)
        if not await self._buried(claimed, reference, error, kept):
            raise Superseded
        self._counters.add("updates_dead")

    async def _buried(self, claimed: Claimed, reference: str, error: Exception, kept: bytes | None) -> bool:
        try:
            async with self._units.begin() as unit:
                return await bury(unit, claimed.inbox_id, reference, error_name(error), kept)
        except Exception as away:
            if is_away(away):
                raise Abandoned from away
            raise
