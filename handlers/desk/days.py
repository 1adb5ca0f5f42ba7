"""The book's days: an operator's yes to several that wait, after an outage or because of a clock."""

from __future__ import annotations

from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery

from finance_core.approvals import audit
from finance_core.business_day import leap
from finance_core.customers.roles import Permission, require
from finance_core.kernel.payloads import Nothing
from handlers.chat.actions import Action, shows
from handlers.chat.confirm import offer
from handlers.chat.filters import Tap
from handlers.chat.permissions import needs, operators_only
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.desk.intents import LiveDays
from handlers.desk.screens import days as screens

router = operators_only(Router(name="days"))


@router.callback_query(Tap("bookdays"), flags=needs(Permission.RUN_SERVICE))
async def book_days(callback: CallbackQuery, talk: Talk) -> Screen:
    """Say where the book stands; offer to let the days that wait be lived through."""
    waits = await leap.waiting(talk.unit)
    if waits is None:
        return screens.nothing_waits(talk.t, leap.Leap(talk.unit.open_on, talk.unit.local_now().date()))
    return await offer(talk, LIVE, LiveDays(until=waits.today), screens.card(talk.t, waits))


async def _live(talk: Talk, params: LiveDays, key: str) -> Nothing:
    await require(talk.unit, talk.customer.id, Permission.RUN_SERVICE)
    await leap.allow(talk.unit, params.until)
    audit.record(talk.unit, talk.customer.id, "live_days", f"days:{talk.unit.open_on}:{params.until}")
    return Nothing()


LIVE: Final = Action(
    "desk.live_days",
    LiveDays,
    Nothing,
    needs_pin=True,
    run=_live,
    done=shows(screens.allowed),
    while_behind=True,
    permission=Permission.RUN_SERVICE,
)
ACTIONS: Final = (LIVE,)
