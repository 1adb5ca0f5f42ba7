"""One attempt at an update: the handler, its conversation and the update's end, in one transaction or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from aiogram import Bot, Dispatcher
from aiogram.types import User
from sqlalchemy import text

from bot.dispatch import anchors, owed
from bot.dispatch.conversation import WRITE, Memory, remembering
from bot.dispatch.fault_replies import FaultReplies
from bot.dispatch.faults import Trouble, trouble
from bot.dispatch.replies import returned
from bot.dispatch.update_context import UpdateContext
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Actor, Unit, Units
from handlers.chat.replies import Shown
from handlers.groups.posting import through_delivery

HANDLE_TIMEOUT_SECONDS: Final = 20

_END: Final = (
    "UPDATE inbox SET state = 'done', payload = NULL, finished_at = clock_timestamp(), reference = :reference,"
    " error = :error, owed = :owed WHERE id = :id AND state = 'pending' RETURNING id"
)
_FINISH = text(_END)
_REMEMBER_AND_FINISH = text(f"WITH remembered AS ({WRITE}) {_END}")


class Superseded(Exception):
    """Another worker finished the update meanwhile (our lane's lock was lost): what was done here is rolled back."""


class _Refused(Exception):
    """A handler refused, or failed; `why` is told to the person."""

    def __init__(self, why: Exception) -> None:
        super().__init__(why)
        self.why = why


class Handling:
    """Runs updates through aiogram's dispatcher, which executes nothing: what handlers return is given back."""

    def __init__(
        self, units: Units, bot: Bot, dispatcher: Dispatcher, cipher: Cipher, fault_replies: FaultReplies
    ) -> None:
        self._units = units
        self._bot = bot
        self._dispatcher = dispatcher
        self._cipher = cipher
        self._fault_replies = fault_replies
        self._me: User | None = None

    async def meet(self) -> None:
        """Ask Telegram who the bot is, once. Raises what aiogram raises when it cannot be reached."""
        self._me = await self._bot.me()

    async def attempt(self, context: UpdateContext) -> Sequence[Shown]:
        """Handle the update and commit; return what to show, which the update owes until it has been shown.

        What a handler refuses, and its faults, roll all of it back; a transaction of its own ends the update then. A
        savepoint would do it in one, at two round trips for each of the many updates that are not refused.

        Raises:
            Superseded: the update was finished by another worker.
            Exception: the transaction could not be completed; nothing of it stays.
        """
        context.reference = context.error = None
        refusal = context.refusal
        if refusal is None:
            try:
                return await self._handled(context)
            except _Refused as refused:
                refusal = refused.why
        async with self._units.begin(self._actor(context)) as unit:
            shown = await self.shown_at_once(context, unit, self._fault_replies.explain(context, refusal))
            await self._finish(context, unit, shown)
        return shown

    async def _handled(self, context: UpdateContext) -> Sequence[Shown]:
        """Handle the update, in one transaction with its end. Raises _Refused: the handler did."""
        async with self._units.begin(self._actor(context)) as unit:
            memory = Memory(unit.session, self._cipher, {context.key: context.standing})
            try:
                with remembering(memory):
                    shown: Sequence[Shown] = await self._run(context, unit)
                await unit.session.flush()
            except Exception as error:
                if context.overran or trouble(error) is not Trouble.FAULT:
                    raise
                raise _Refused(error) from error
            standing = await memory.save_but_last()
            shown = await self.shown_at_once(context, unit, shown)
            await self._finish(context, unit, shown, standing)
        return shown

    async def shown_at_once(self, context: UpdateContext, unit: Unit, shown: Sequence[Shown]) -> Sequence[Shown]:
        """Give to delivery what is said in groups; return what dispatch shows itself."""
        key = f"{self._bot.id}:{context.claimed.update_id}"
        return await through_delivery(unit, self._cipher, shown, key)

    def _actor(self, context: UpdateContext) -> Actor:
        return Actor("telegram", context.claimed.user_id)

    async def _run(self, context: UpdateContext, unit: Unit) -> list[Shown]:
        limit = asyncio.timeout(HANDLE_TIMEOUT_SECONDS)
        try:
            async with limit:
                result = await self._dispatcher.feed_update(
                    self._bot,
                    context.update,
                    unit=unit,
                    checks=dict(context.checks),
                    bot_info=self._me,
                    anchored=partial(anchors.message_of, unit),
                    unplaced=partial(anchors.take, unit),
                )
        finally:
            context.overran = limit.expired()
        return returned(result)

    async def _finish(
        self, context: UpdateContext, unit: Unit, shown: Sequence[Shown], standing: dict[str, Any] | None = None
    ) -> None:
        """End the update; in the same round trip, note where its conversation stands now."""
        figures = {
            "id": context.claimed.inbox_id,
            "reference": context.reference,
            "error": context.error,
            "owed": owed.sealed(self._cipher, self._bot.id, context.claimed.update_id, shown),
        }
        statement, values = (_FINISH, figures) if standing is None else (_REMEMBER_AND_FINISH, {**figures, **standing})
        if (await unit.session.execute(statement, values)).first() is None:
            raise Superseded
