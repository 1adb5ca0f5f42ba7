"""Updates that were given up: listed without what they say, and run again."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from finance_core.approvals import audit
from finance_core.customers.roles import Permission
from finance_core.inbox.dead import dead_updates, replay
from finance_core.kernel.error_codes import ErrorCode
from finance_core.notices import queries
from handlers.chat.arguments import ID_DIGITS, argument, count_in, id_in, whole_number
from handlers.chat.filters import Tap
from handlers.chat.permissions import needs, operators_only
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.desk.screens import updates as screens

router = operators_only(Router(name="updates"))


@router.callback_query(Tap("deadupdates"), flags=needs(Permission.RUN_SERVICE))
async def dead(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """List the updates that were given up, newest first."""
    return screens.dead(talk.t, await dead_updates(talk.unit), talk.unit.zone, count_in(arguments))


@router.callback_query(Tap("replay"), flags=needs(Permission.RUN_SERVICE))
async def again(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Run one again. It is on record."""
    inbox_id = id_in(arguments, ErrorCode.DEAD_UPDATE)
    await replay(talk.unit, inbox_id)
    audit.record(talk.unit, talk.customer.id, "replay", f"update:{inbox_id}")
    return screens.replayed(talk.t)


@router.callback_query(Tap("troubles"), flags=needs(Permission.RUN_SERVICE))
async def troubles(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """List notices that did not simply arrive: in doubt, or refused."""
    state, before = argument(arguments), whole_number(argument(arguments, 1), ID_DIGITS) or None
    state = state if state in screens.TROUBLES else screens.TROUBLES[0]
    read = queries.refused if state == "refused" else queries.unknown
    found = await read(talk.unit, before_id=before, limit=screens.TROUBLES_ON_A_PAGE + 1)
    return screens.troubles(talk.t, state, found, talk.unit.zone)
