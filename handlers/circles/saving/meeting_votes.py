"""What a meeting is asked for, and voting on it: the card counts and names nobody who voted."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from finance_core.circles.finding import by_id
from finance_core.circles.models import Circle
from finance_core.circles.saving import voting
from finance_core.circles.saving.finding import begun, saver
from finance_core.circles.saving.models import CircleRequest, CircleRequestVote, RequestState
from finance_core.journeys.saving_circles import lending
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, NotFound
from handlers.chat.arguments import argument, count_in, id_in
from handlers.chat.filters import Tap
from handlers.chat.misses import CountsMisses
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.circles.saving.meeting import called, seen_of
from handlers.circles.saving.meeting_papers import write_for
from handlers.circles.saving.mine import of_saver
from handlers.circles.screens import saving_votes as screens

router = Router(name="saving_votes")
router.callback_query.middleware(CountsMisses())


@router.callback_query(Tap("meetvotes"))
async def votes(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """List what the open meeting is asked for, from the given one on. Raises Conflict: `circle_meeting_closed`."""
    circle, _ = await of_saver(talk, argument(arguments))
    seen = await seen_of(talk, circle)
    if seen.now is None:
        raise Conflict(ErrorCode.CIRCLE_MEETING_CLOSED)
    return screens.votes(talk.t, seen, seen.now, count_in(arguments, 1))


@router.callback_query(Tap("meetvote"))
async def one(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show a request: who asks for what and why, how the vote stands. Raises NotFound: `circle_request`."""
    return await request_card(talk, id_in(arguments, ErrorCode.CIRCLE_REQUEST))


async def request_card(talk: Talk, request_id: int) -> Screen:
    """Return a request as a member of its circle sees it. Raises NotFound: `circle_request`, to strangers too."""
    asked, circle = await _of_member(talk, request_id)
    names = await called(talk, circle, [asked.customer_id])
    has_voted = await talk.unit.session.get(CircleRequestVote, (asked.id, talk.customer.id)) is not None
    card = screens.Asked(
        request=asked,
        count=await voting.count(talk.unit, asked),
        code=circle.code,
        asset=circle.asset,
        name=names.get(asked.customer_id, ""),
        words=voting.said_in(talk.cipher, asked),
        is_mine=asked.customer_id == talk.customer.id,
        may=asked.state == RequestState.OPEN and not has_voted,
    )
    return screens.request(talk.t, card)


async def _of_member(talk: Talk, request_id: int) -> tuple[CircleRequest, Circle]:
    talk.require_joined()
    asked = await talk.unit.session.get(CircleRequest, request_id, populate_existing=True)
    if asked is None:
        raise NotFound(ErrorCode.CIRCLE_REQUEST)
    try:
        await saver(talk.unit, await begun(talk.unit, asked.circle_id), talk.customer.id)
    except NotFound:
        raise NotFound(ErrorCode.CIRCLE_REQUEST) from None
    return asked, await by_id(talk.unit, asked.circle_id)


@router.callback_query(Tap("meetyes"))
async def yes(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Vote yes. Raises as `lending.vote`."""
    return await _cast(talk, arguments, is_yes=True)


@router.callback_query(Tap("meetno"))
async def no(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Vote no. Raises as `lending.vote`."""
    return await _cast(talk, arguments, is_yes=False)


async def _cast(talk: Talk, arguments: list[str], *, is_yes: bool) -> Screen:
    asked, _ = await _of_member(talk, id_in(arguments, ErrorCode.CIRCLE_REQUEST))
    await lending.vote(talk.unit, asked.id, talk.customer.id, is_yes=is_yes, write_for=write_for(talk))
    return await request_card(talk, asked.id)


@router.callback_query(Tap("meetback"))
async def take_back(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Take one's own request back. Raises as `voting.withdraw`."""
    asked, _ = await _of_member(talk, id_in(arguments, ErrorCode.CIRCLE_REQUEST))
    await voting.withdraw(talk.unit, asked.id, talk.customer.id)
    return await request_card(talk, asked.id)
