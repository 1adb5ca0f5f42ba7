"""A broadcast at the desk: for whom, when and how; put up for approval; watched while it runs; what came of it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any, Final

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from finance_core import approvals
from finance_core.approvals import audit
from finance_core.customers.roles import Permission, permissions_of, roles_of
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput, NotAllowed
from finance_core.lines import OFFER_CHECKS, people_of
from finance_core.notices import boards
from finance_core.offers.audiences import service as audiences
from finance_core.offers.planning import broadcasts, controlling, offers, readying
from finance_core.offers.planning.boards import BROADCAST
from finance_core.offers.planning.estimating import estimate_of, reach_of
from finance_core.offers.planning.models import Broadcast
from finance_core.offers.planning.proposing import RECALL, action_of
from finance_core.offers.planning.results import result_of
from finance_core.offers.running.progress import progress
from handlers.chat.arguments import argument, count_in, id_in
from handlers.chat.filters import Means, Tap
from handlers.chat.permissions import needs, operators_only
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.desk.approvals import ask_reason
from handlers.desk.offers.screens import broadcasts as screens
from handlers.desk.offers.screens import message as messages
from handlers.desk.offers.screens import progress as progress_screens
from handlers.desk.offers.screens import reading

router = operators_only(Router(name="broadcasts"))

WRITES: Final = needs(Permission.PROPOSE_BROADCAST)
SEES: Final = needs(Permission.SEE_DESK)
"""Whoever has it is asked for more in `_require_seen`."""
LOOKS: Final = (
    Permission.PROPOSE_BROADCAST,
    Permission.APPROVE_CREDIT_OFFER,
    Permission.APPROVE_INVESTMENT_OFFER,
    Permission.APPROVE_SERVICE_NOTICE,
    Permission.SEE_AUDIT,
)
"""Any of these lets somebody look at broadcasts: who writes them, who approves them, who audits them."""
_INSTANT: Final = r"(\d{4}-\d{2}-\d{2})[ T]+(\d{1,2}:\d{2})"
_WHEN: Final = re.compile(
    rf"\s*{_INSTANT}\s*(?:-|–|—|to|until|至|到)\s*(?:(\d{{4}}-\d{{2}}-\d{{2}})[ T]+)?(\d{{1,2}}:\d{{2}})\s*"
)
_NINE: Final = 9


class Sending(StatesGroup):
    """When a broadcast goes is asked for in writing."""

    when = State()


async def _require_seen(talk: Talk) -> frozenset[Permission]:
    """Return what somebody may do who may look at broadcasts. Raises NotAllowed: `no_permission`."""
    granted = permissions_of(await roles_of(talk.unit, talk.customer.id))
    if granted.isdisjoint(LOOKS):
        raise NotAllowed(ErrorCode.NO_PERMISSION, permission=Permission.PROPOSE_BROADCAST.value)
    return granted


# -- lists ------------------------------------------------------------------------------------------------------------


@router.message(Means("broadcasts"), flags=SEES)
@router.callback_query(Means("broadcasts"), flags=SEES)
async def all_of_them(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """List the broadcasts, newest first."""
    granted = await _require_seen(talk)
    return screens.listed(talk.t, await broadcasts.all_broadcasts(talk.unit), 0, granted)


@router.callback_query(Tap("broadcastsfrom"), flags=SEES)
async def further(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """List further ones."""
    granted = await _require_seen(talk)
    return screens.listed(talk.t, await broadcasts.all_broadcasts(talk.unit), count_in(arguments), granted)


@router.callback_query(Tap("broadcastcalendar"), flags=SEES)
async def calendar(callback: CallbackQuery, talk: Talk) -> Screen:
    """Show what is planned or under way, and where audiences meet."""
    await _require_seen(talk)
    planned, overlaps = await broadcasts.calendar(talk.unit, people_of)
    return screens.calendar(talk.t, planned, overlaps, talk.unit.zone)


# -- one --------------------------------------------------------------------------------------------------------------


@router.callback_query(Tap("broadcastnew"), flags=WRITES)
async def new(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Begin a broadcast of an offer."""
    key = f"broadcast:{talk.chat_id}:{talk.callback_id}"
    made = await broadcasts.draft(talk.unit, talk.customer.id, id_in(arguments, ErrorCode.OFFER), key)
    return await _card(talk, made.id)


@router.callback_query(Tap("broadcastcopy"), flags=WRITES)
async def copy(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Begin one like another."""
    key = f"broadcast:{talk.chat_id}:{talk.callback_id}"
    made = await broadcasts.copy(talk.unit, talk.customer.id, id_in(arguments, ErrorCode.BROADCAST), key)
    return await _card(talk, made.id)


@router.callback_query(Tap("broadcast"), flags=SEES)
async def one(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show a broadcast: how it is planned, how far it is, what came of it."""
    await _require_seen(talk)
    return await _card(talk, id_in(arguments, ErrorCode.BROADCAST))


async def _card(talk: Talk, broadcast_id: int) -> Screen:
    unit = talk.unit
    granted = permissions_of(await roles_of(unit, talk.customer.id))
    broadcast, listed = await broadcasts.broadcast_of(unit, broadcast_id), await broadcasts.listed(unit, broadcast_id)
    offer = await offers.offer_of(unit, broadcast.offer_id)
    if listed.state in screens.RUN_STATES:
        return progress_screens.card(talk.t, await screens_facts(talk, broadcast_id), granted)
    reach = estimate = None
    people = None if broadcast.audience_id is None else await people_of(unit, broadcast.audience_id)
    if people is not None and listed.state in screens.BEFORE:
        reach = await reach_of(unit, offer, people, OFFER_CHECKS)
        estimate = await estimate_of(unit, broadcast, reach)
    proposal = await broadcasts.proposal_of(unit, broadcast)
    texts = await offers.texts_of(unit, offer.id)
    facts = screens.Facts(
        broadcast=broadcast,
        offer=offer,
        state=listed.state,
        audience=None if people is None else f"{people.name} v{people.version}",
        reach=reach,
        estimate=estimate,
        variants=1 + max((each.variant for each in texts), default=0),
        proposal=None if proposal is None else proposal.id,
        is_maker=proposal is not None and proposal.maker_id == talk.customer.id,
    )
    return screens.card(talk.t, facts, granted, unit.zone)


async def screens_facts(talk: Talk, broadcast_id: int) -> progress_screens.Running:
    """Return how far a broadcast is that has begun."""
    listed = await broadcasts.listed(talk.unit, broadcast_id)
    return progress_screens.Running(listed.name, await progress(talk.unit, broadcast_id))


# -- what it is to be -------------------------------------------------------------------------------------------------


@router.callback_query(Tap("broadcastaudience"), flags=WRITES)
async def audience(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask for whom it is: one of the saved audiences."""
    broadcast = await broadcasts.broadcast_of(talk.unit, id_in(arguments, ErrorCode.BROADCAST))
    return screens.ask_audience(talk.t, broadcast, await audiences.audiences(talk.unit), count_in(arguments, 1))


@router.callback_query(Tap("broadcastfor"), flags=WRITES)
async def audience_chosen(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Go on with the version of an audience that was chosen."""
    version = await audiences.version_of(talk.unit, id_in(arguments, ErrorCode.AUDIENCE, 1))
    return await _changed(talk, arguments, audience_id=version.version.id)


async def _changed(talk: Talk, arguments: list[str], **wanted: Any) -> Screen:
    number = id_in(arguments, ErrorCode.BROADCAST)
    await broadcasts.change(talk.unit, talk.customer.id, number, **wanted)
    return await _card(talk, number)


@router.callback_query(Tap("broadcastwhen"), flags=WRITES)
async def when(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask from when until when; or take what a button says."""
    number, chosen = id_in(arguments, ErrorCode.BROADCAST), argument(arguments, 1)
    if chosen in screens.WHENS:
        await talk.state.clear()
        starts_at, ends_at = _window(talk, chosen)
        return await _changed(talk, arguments, starts_at=starts_at, ends_at=ends_at)
    await talk.state.set_state(Sending.when)
    await talk.state.update_data(draft={"broadcast": number})
    return screens.ask_when(talk.t, await broadcasts.broadcast_of(talk.unit, number), talk.unit.zone)


def _window(talk: Talk, chosen: str) -> tuple[datetime, datetime]:
    """Return what a button means: from now on, or from nine o'clock on of a day to come; each for two days."""
    now = talk.unit.now
    local = now.astimezone(talk.unit.zone)
    ahead = {"tomorrow": 1, "monday": 7 - local.weekday()}
    if chosen not in ahead:
        return now, now + timedelta(days=2)
    day = (local + timedelta(days=ahead[chosen])).replace(hour=_NINE, minute=0, second=0, microsecond=0)
    return day, day + timedelta(days=2)


@router.message(StateFilter(Sending.when), flags=WRITES)
async def when_written(message: Message, talk: Talk) -> Screen:
    """Take the window that was written, on the institution's wall."""
    draft = (await talk.state.get_data())["draft"]
    found = _WHEN.fullmatch(message.text or "")
    if found is None:
        raise InvalidInput(ErrorCode.BROADCAST_WHEN, days=broadcasts.LONGEST.days)
    try:
        starts_at = _instant(talk, found[1], found[2])
        ends_at = _instant(talk, found[3] or found[1], found[4])
    except ValueError:
        raise InvalidInput(ErrorCode.BROADCAST_WHEN, days=broadcasts.LONGEST.days) from None
    shown = await _changed(talk, [str(draft["broadcast"])], starts_at=starts_at, ends_at=ends_at)
    await talk.state.clear()
    return shown


def _instant(talk: Talk, day: str, wall: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{wall.zfill(5)}").replace(tzinfo=talk.unit.zone)


@router.callback_query(Tap("broadcasthow"), flags=WRITES)
async def how(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show how it goes: hours, speed, holdout, what is measured; a tap takes the next choice of one of them."""
    number, what = id_in(arguments, ErrorCode.BROADCAST), argument(arguments, 1)
    broadcast = await broadcasts.broadcast_of(talk.unit, number)
    if what in screens.CHOICES:
        wanted = screens.next_choice(broadcast, what)
        broadcast = await broadcasts.change(talk.unit, talk.customer.id, number, **wanted)
    return screens.how(talk.t, broadcast)


# -- before others ----------------------------------------------------------------------------------------------------


@router.callback_query(Tap("broadcastshow"), flags=SEES)
async def show(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> list[Screen]:
    """Show what people will read, with the price for its audience: as it is put up, or as it would be."""
    await _require_seen(talk)
    broadcast = await broadcasts.broadcast_of(talk.unit, id_in(arguments, ErrorCode.BROADCAST))
    offer = await offers.offer_of(talk.unit, broadcast.offer_id)
    shown: list[reading.Said] = [
        reading.Said(each.variant, each.language, each.html, each.buttons)
        for each in await broadcasts.messages_of(talk.unit, broadcast.id)
    ]
    if not shown:
        found = await readying.ready(talk.unit, broadcast, people_of)
        shown = [
            reading.Said(each.variant, each.language, each.html, [[dict(b) for b in row] for row in each.buttons])
            for each in messages.messages(found, talk.institution)
        ]
    kept = await offers.picture_of(talk.unit, offer)
    place = min(count_in(arguments, 1), len(shown) - 1)
    picture = None if kept is None else kept.content
    return [reading.above(talk.t, broadcast, shown, place), reading.as_read(shown[place], picture)]


@router.callback_query(Tap("broadcastpropose"), flags=WRITES)
async def propose(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Put it up for approval, and ask why it is to be sent."""
    broadcast = await broadcasts.changeable(talk.unit, talk.customer.id, id_in(arguments, ErrorCode.BROADCAST))
    found = await readying.ready(talk.unit, broadcast, people_of)
    await readying.put_up(talk.unit, talk.customer.id, found, messages.messages(found, talk.institution))
    return await ask_reason(talk, action_of(found.offer), f"broadcast:{broadcast.id}", {})


@router.callback_query(Tap("broadcastback"), flags=WRITES)
async def take_back(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Take one's own proposal back: it is a draft again."""
    broadcast = await broadcasts.broadcast_of(talk.unit, id_in(arguments, ErrorCode.BROADCAST))
    proposal = await broadcasts.proposal_of(talk.unit, broadcast)
    if proposal is not None:
        await approvals.withdraw(talk.unit, proposal.id, talk.customer.id)
    return await _card(talk, broadcast.id)


@router.callback_query(Tap("broadcastoff"), flags=WRITES)
async def call_off(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Call it off before it begins; the first tap asks."""
    number = id_in(arguments, ErrorCode.BROADCAST)
    if argument(arguments, 1) != "yes":
        return screens.ask_call_off(talk.t, await broadcasts.listed(talk.unit, number))
    await broadcasts.call_off(talk.unit, talk.customer.id, number)
    return await _card(talk, number)


# -- while it runs ----------------------------------------------------------------------------------------------------


@router.callback_query(Tap("broadcastpause"), flags=SEES)
async def pause(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Pause it: nothing new goes out."""
    number = id_in(arguments, ErrorCode.BROADCAST)
    await controlling.pause(talk.unit, talk.customer.id, number)
    return await _card(talk, number)


@router.callback_query(Tap("broadcastresume"), flags=SEES)
async def resume(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Let it go on."""
    number = id_in(arguments, ErrorCode.BROADCAST)
    await controlling.resume(talk.unit, talk.customer.id, number)
    return await _card(talk, number)


@router.callback_query(Tap("broadcastcancel"), flags=SEES)
async def cancel(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Cancel it for good; the first tap asks."""
    number = id_in(arguments, ErrorCode.BROADCAST)
    if argument(arguments, 1) != "yes":
        return progress_screens.ask_cancel(talk.t, await screens_facts(talk, number))
    await controlling.cancel(talk.unit, talk.customer.id, number)
    return await _card(talk, number)


@router.callback_query(Tap("broadcastfollow"), flags=SEES)
async def follow(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Keep a message current in this chat that says how far it is."""
    await _require_seen(talk)
    number = id_in(arguments, ErrorCode.BROADCAST)
    await progress(talk.unit, number)
    await boards.show(talk.unit, BROADCAST, number, chat_id=talk.chat_id, language=talk.t.language)
    return await _card(talk, number)


@router.callback_query(Tap("broadcastrecall"), flags=WRITES)
async def recall(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Begin the proposal to take its messages back."""
    number = id_in(arguments, ErrorCode.BROADCAST)
    await progress(talk.unit, number)
    return await ask_reason(talk, RECALL, f"broadcast:{number}", {})


@router.callback_query(Tap("broadcastresult"), flags=SEES)
async def result(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show what came of it: figures, and once its window is over a verdict."""
    await _require_seen(talk)
    number = id_in(arguments, ErrorCode.BROADCAST)
    broadcast: Broadcast = await broadcasts.broadcast_of(talk.unit, number)
    found = await result_of(talk.unit, number)
    audit.record(talk.unit, talk.customer.id, "look", f"broadcast:{number}")
    return progress_screens.result(talk.t, await screens_facts(talk, number), broadcast, found, talk.unit.zone)
