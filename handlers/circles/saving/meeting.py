"""A meeting in private: who is there, what was bought, what is asked for; closed by the secretary."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery

from finance_core.circles.board_view import NAME_CHARACTERS
from finance_core.circles.finding import by_code, officers_of
from finance_core.circles.models import Circle
from finance_core.circles.queries import names_of
from finance_core.circles.saving import paying_in
from finance_core.circles.saving.finding import require_secretary, savers
from finance_core.circles.saving.models import MeetingState
from finance_core.circles.sealing import title_associated_data, words_of
from finance_core.journeys.saving_circles import meetings, sharing_out, views
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict
from finance_core.kernel.payloads import Nothing
from handlers.chat.actions import Action, shows
from handlers.chat.arguments import argument
from handlers.chat.confirm import offer
from handlers.chat.filters import Tap
from handlers.chat.misses import CountsMisses
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.circles.mine import of_officer
from handlers.circles.saving.meeting_intents import CloseMeeting
from handlers.circles.saving.meeting_papers import write_for
from handlers.circles.saving.mine import of_saver
from handlers.circles.screens import saving_meeting as screens

router = Router(name="saving_meeting")
router.callback_query.middleware(CountsMisses())


@router.callback_query(Tap("meeting"))
async def meeting(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show the meeting that is open, else the next one, or what comes after the last."""
    circle, _ = await of_saver(talk, argument(arguments))
    return await meeting_card(talk, circle)


async def meeting_card(talk: Talk, circle: Circle, note: str | None = None) -> Screen:
    """Return the meeting as its member sees it; `note`: what has just been done. Raises NotFound: `circle`."""
    return screens.meeting(talk.t, await seen_of(talk, circle), note)


async def seen_of(talk: Talk, circle: Circle) -> screens.Seen:
    """Return what a member sees of a cycle now. Raises NotFound: `circle` (it has not begun), `not_in_circle`."""
    fund = await views.fund(talk.unit, circle.id)
    mine = await views.mine(talk.unit, circle.id, talk.customer.id)
    is_open = fund.meeting is not None and fund.meeting.state == MeetingState.OPEN
    now = await views.minutes(talk.unit, circle.id, fund.meeting.nr) if fund.meeting is not None and is_open else None
    people = {each.customer_id for each, _ in now.requests} | set(now.present) if now is not None else set()
    held = await officers_of(talk.unit, circle)
    plan = await sharing_out.of_circle(talk.unit, circle.id)
    return screens.Seen(
        code=circle.code,
        title=words_of(circle.title_sealed, talk.cipher, title_associated_data(circle.token)),
        me=talk.customer.id,
        fund=fund,
        now=now,
        mine=mine,
        names=await called(talk, circle, people),
        roles=frozenset(role for role, person in held.items() if person == talk.customer.id),
        share_out=plan.share_out if plan is not None else None,
    )


async def called(talk: Talk, circle: Circle, people: Iterable[int]) -> dict[int, str]:
    """Return what people are called in a circle, as much of it as a board shows."""
    names = await names_of(talk.unit, talk.cipher, circle, sorted(set(people)))
    return {person: name[:NAME_CHARACTERS] for person, name in names.items()}


@router.callback_query(Tap("imhere"))
async def i_am_here(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Say that one is there. Raises as `paying_in.attend`."""
    circle, _ = await of_saver(talk, argument(arguments))
    await paying_in.attend(talk.unit, circle.id, talk.customer.id)
    return await meeting_card(talk, circle, "saving_meetings.you_are_here")


@router.callback_query(Tap("meetdesk"))
async def for_officers(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show what waits for which officer: who is not there, late loans, fines, closing, the share-out."""
    return await officers_card(talk, await officers_circle(talk, argument(arguments)))


async def officers_circle(talk: Talk, code: str) -> Circle:
    """Return an accumulating circle that one holds an office of. Raises as `of_saver`, `of_officer`."""
    await of_saver(talk, code)
    return await of_officer(talk, code)


async def officers_card(talk: Talk, circle: Circle, note: str | None = None) -> Screen:
    """Return what waits for the officers of a circle; `note`: what has just been done."""
    seen = await seen_of(talk, circle)
    late = await views.late_borrowers(talk.unit, circle.id)
    fines = await views.fines_to_pay(talk.unit, circle.id)
    people = [each.customer_id for each in await savers(talk.unit, circle.id)]
    names = await called(talk, circle, people)
    away = [names.get(each, "") for each in people if seen.now is not None and each not in seen.now.present]
    waits = screens.Waits(
        officers={role: names.get(each, "") for role, each in (await officers_of(talk.unit, circle)).items()},
        away=tuple(away),
        late=tuple((names.get(who, ""), since) for who, since in late.items()),
        fines=len(fines),
        previewed_by_me=seen.share_out is not None and seen.share_out.previewed_by == talk.customer.id,
    )
    return screens.officers(talk.t, seen, waits, note)


@router.callback_query(Tap("closemeet"))
async def close(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Offer the secretary to close the meeting. Raises NotAllowed: `circle_officers_only`."""
    circle = await officers_circle(talk, argument(arguments))
    seen = await seen_of(talk, circle)
    await require_secretary(talk.unit, seen.fund.saving, talk.customer.id)
    if seen.now is None:
        raise Conflict(ErrorCode.CIRCLE_MEETING_CLOSED)
    params = CloseMeeting(code=circle.code, nr=seen.now.meeting.nr)
    return await offer(talk, CLOSE, params, screens.close_card(talk.t, seen))


async def _close(talk: Talk, params: CloseMeeting, key: str) -> Nothing:
    """Close the meeting that was shown. Raises as `meetings.close`; Conflict: it is another one by now."""
    circle = await by_code(talk.unit, params.code)
    seen = await views.fund(talk.unit, circle.id)
    if seen.meeting is None or seen.meeting.nr != params.nr:
        raise Conflict(ErrorCode.CIRCLE_MEETING_CLOSED)
    await meetings.close(talk.unit, circle.id, talk.customer.id, write_for(talk))
    return Nothing()


CLOSE: Final = Action(
    "saving.close_meeting", CloseMeeting, Nothing, needs_pin=False, run=_close, done=shows(screens.closed)
)
ACTIONS: Final = (CLOSE,)
