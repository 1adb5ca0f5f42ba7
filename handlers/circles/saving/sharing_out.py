"""The share-out: one of the officers looks and says yes, a second one approves with the PIN; then each is paid."""

from __future__ import annotations

from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery

from finance_core.circles.finding import by_code, money_of
from finance_core.circles.models import Circle
from finance_core.circles.saving.models import CircleSharePart, ShareOutState
from finance_core.friends.packets import new_token
from finance_core.journeys.saving_circles import afterwards, sharing_out
from finance_core.journeys.saving_circles.sharing_out import Plan
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
from handlers.circles.saving.meeting import called, officers_card, officers_circle
from handlers.circles.saving.meeting_intents import ApproveShareOut
from handlers.circles.saving.mine import of_saver
from handlers.circles.saving.opening import shown_draft
from handlers.circles.screens import saving_share_out as screens

router = Router(name="saving_share_out")
router.callback_query.middleware(CountsMisses())


@router.callback_query(Tap("shareout"))
async def look(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show the share-out as it would be, or as another of the officers has seen it; the card asks for the next yes.

    Raises as `sharing_out.preview`.
    """
    circle = await officers_circle(talk, argument(arguments))
    plan = await sharing_out.of_circle(talk.unit, circle.id)
    if plan is None:
        return await _first(talk, circle)
    seen = await _seen(talk, circle, plan)
    if plan.share_out.state != ShareOutState.PREVIEWED:
        return screens.approved(talk.t, seen)
    if plan.share_out.previewed_by == talk.customer.id:
        return screens.waits(talk.t, seen)
    params = _params(circle, plan)
    return screens.with_drop(talk.t, await offer(talk, APPROVE, params, screens.second_card(talk.t, seen)), seen)


async def _first(talk: Talk, circle: Circle) -> Screen:
    """Offer the first yes: what it would be is the act itself, taken back."""
    nested = await talk.unit.session.begin_nested()
    try:
        plan = await sharing_out.preview(talk.unit, circle.id, talk.customer.id)
        params, seen = _params(circle, plan), await _seen(talk, circle, plan)
    finally:
        await nested.rollback()
    return await offer(talk, PREVIEW, params, screens.first_card(talk.t, seen))


def _params(circle: Circle, plan: Plan) -> ApproveShareOut:
    cash = money_of(circle, plan.share_out.cash)
    return ApproveShareOut(code=circle.code, share_out=plan.share_out.id, sum=cash)


async def _seen(talk: Talk, circle: Circle, plan: Plan) -> screens.Seen:
    names = await called(talk, circle, [part.customer_id for part in plan.parts])
    parts = tuple(_part(circle, part, names.get(part.customer_id, "")) for part in plan.parts)
    return screens.Seen(circle.code, money_of(circle, plan.share_out.cash), parts)


def _part(circle: Circle, part: CircleSharePart, name: str) -> screens.Part:
    owed = part.owed + part.fines
    figures = (part.entitled, min(owed, part.entitled), part.paid, part.left_of_loan)
    entitled, set_off, paid, left = (money_of(circle, each) for each in figures)
    is_let_go = part.fines > max(0, part.entitled - part.owed)
    return screens.Part(name, part.shares, entitled, set_off, paid, left, is_let_go)


@router.callback_query(Tap("sharedrop"))
async def drop(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Give a look at the share-out up: loans are repaid again. Raises as `sharing_out.drop`."""
    circle = await officers_circle(talk, argument(arguments))
    await sharing_out.drop(talk.unit, circle.id, talk.customer.id)
    return await officers_card(talk, circle, "saving_meetings.is_dropped")


@router.callback_query(Tap("saveagain"))
async def again(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Make the next cycle of a circle that has ended, set alike, in its group. Raises as `afterwards.again`."""
    circle, _ = await of_saver(talk, argument(arguments))
    drafted = await afterwards.again(talk.unit, talk.cipher, circle.id, talk.customer.id, new_token())
    return await shown_draft(talk, drafted, None)


async def _preview(talk: Talk, params: ApproveShareOut, key: str) -> Nothing:
    circle = await by_code(talk.unit, params.code)
    plan = await sharing_out.preview(talk.unit, circle.id, talk.customer.id)
    if money_of(circle, plan.share_out.cash) != params.sum:
        raise Conflict(ErrorCode.CIRCLE_SHARE_OUT_CHANGED)
    return Nothing()


async def _approve(talk: Talk, params: ApproveShareOut, key: str) -> Nothing:
    """Approve the very share-out that was shown."""
    circle = await by_code(talk.unit, params.code)
    plan = await sharing_out.of_circle(talk.unit, circle.id)
    if plan is None or plan.share_out.id != params.share_out:
        raise Conflict(ErrorCode.CIRCLE_SHARE_OUT_CHANGED)
    await sharing_out.approve(talk.unit, circle.id, talk.customer.id)
    return Nothing()


PREVIEW: Final = Action(
    "saving.preview", ApproveShareOut, Nothing, needs_pin=False, run=_preview, done=shows(screens.previewed)
)
APPROVE: Final = Action(
    "saving.approve", ApproveShareOut, Nothing, needs_pin=True, run=_approve, done=shows(screens.is_approved)
)
ACTIONS: Final = (PREVIEW, APPROVE)
