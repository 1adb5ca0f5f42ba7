"""The minutes of a meeting: as text, and as a paper. For its members, in the language of who reads."""

from __future__ import annotations

import asyncio

from aiogram import Router
from aiogram.types import CallbackQuery

from finance_core.circles.models import Circle
from finance_core.circles.saving.finding import begun, meetings
from finance_core.circles.saving.models import MeetingState
from finance_core.circles.sealing import title_associated_data, words_of
from finance_core.journeys.saving_circles import views
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from handlers.chat.arguments import argument, count_in
from handlers.chat.filters import Tap
from handlers.chat.misses import CountsMisses
from handlers.chat.screens.base import File, Screen
from handlers.chat.talk import Talk
from handlers.circles.saving.meeting import called
from handlers.circles.saving.mine import of_saver
from handlers.circles.screens import saving_minutes as screens
from handlers.documents.paper import printed

router = Router(name="saving_minutes")
router.callback_query.middleware(CountsMisses())


@router.callback_query(Tap("minutes"))
async def read(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show the minutes of a meeting that is closed: the latest, where none is named."""
    circle, _ = await of_saver(talk, argument(arguments))
    written = await _written(talk, circle)
    if not written:
        return screens.none_yet(talk.t, circle.code)
    number = count_in(arguments, 1)
    chosen = number if number in written else written[-1]
    return screens.text(talk.t, await _seen(talk, circle, chosen), written)


@router.callback_query(Tap("minutespdf"))
async def paper(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Send the minutes of a meeting as a PDF. Raises NotFound: `circle`: it is not closed."""
    circle, _ = await of_saver(talk, argument(arguments))
    number = count_in(arguments, 1)
    if number not in await _written(talk, circle):
        raise NotFound(ErrorCode.CIRCLE)
    seen = await _seen(talk, circle, number)
    pdf = await asyncio.to_thread(printed, screens.paper(talk.t, seen, talk.institution))
    title = talk.t("saving_meetings.minutes_of", nr=number, title=seen.title)
    return Screen(title, document=File(f"minutes-{circle.code}-{number}.pdf", pdf))


async def _written(talk: Talk, circle: Circle) -> list[int]:
    """Return which meetings are closed."""
    return [each.nr for each in await meetings(talk.unit, circle.id) if each.state == MeetingState.CLOSED]


async def _seen(talk: Talk, circle: Circle, number: int) -> screens.Seen:
    held = await views.minutes(talk.unit, circle.id, number)
    saving = await begun(talk.unit, circle.id)
    people = {
        *held.present,
        *(each.customer_id for each in held.payments),
        *(each.customer_id for each, _ in held.requests),
        *(each.customer_id for each in held.fines),
        *([held.meeting.closed_by] if held.meeting.closed_by is not None else []),
    }
    return screens.Seen(
        code=circle.code,
        title=words_of(circle.title_sealed, talk.cipher, title_associated_data(circle.token)),
        meetings=saving.rules.meetings,
        minutes=held,
        names=await called(talk, circle, people),
        asset=saving.asset,
        zone=talk.unit.zone,
    )
