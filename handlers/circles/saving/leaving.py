"""Leaving a cycle before its end: what the shares bring, what is set off; signed with the PIN."""

from __future__ import annotations

from typing import Final

from finance_core.circles.finding import by_code
from finance_core.circles.models import Circle
from finance_core.journeys.saving_circles import leaving
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict
from finance_core.wallet import queries as wallet
from handlers.chat.actions import Action, shows
from handlers.chat.confirm import offer
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.circles.saving.meeting_intents import HasLeft, LeaveCycle
from handlers.circles.saving.screens import leaving as screens


async def leave_card(talk: Talk, circle: Circle) -> Screen:
    """Offer to leave. Raises as `leaving.leave`: the act is tried and taken back, so that a refusal comes first."""
    nested = await talk.unit.session.begin_nested()
    try:
        comes_to = await leaving.leave(talk.unit, circle.id, talk.customer.id, f"tried:{circle.id}")
    finally:
        await nested.rollback()
    params = LeaveCycle(code=circle.code, gets=comes_to.gets, owed=comes_to.owed, fines=comes_to.fines)
    return await offer(talk, LEAVE, params, screens.card(talk.t, params))


async def _leave(talk: Talk, params: LeaveCycle, key: str) -> HasLeft:
    """Leave for what was shown. Raises Conflict: `intent_outdated`: it comes to something else by now."""
    circle = await by_code(talk.unit, params.code)
    left = await leaving.leave(talk.unit, circle.id, talk.customer.id, key)
    if (left.gets, left.owed, left.fines) != (params.gets, params.owed, params.fines):
        raise Conflict(ErrorCode.INTENT_OUTDATED)
    return HasLeft(paid=left.paid, balance=await wallet.available(talk.unit, talk.customer.id, left.paid.asset))


LEAVE: Final = Action("saving.leave", LeaveCycle, HasLeft, needs_pin=True, run=_leave, done=shows(screens.left))
ACTIONS: Final = (LEAVE,)
