"""Buying shares at the meeting that is open, with what else is due at it: the social fund's sum, fines."""

from __future__ import annotations

from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery

from finance_core.circles.finding import by_code
from finance_core.circles.models import Circle, CircleState
from finance_core.circles.saving import paying_in
from finance_core.circles.saving.finding import meetings
from finance_core.circles.saving.forming import settings_of
from finance_core.circles.saving.models import MeetingState
from finance_core.intents import Intent
from finance_core.journeys.saving_circles import leaving, views
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput
from finance_core.wallet import queries as wallet
from handlers.chat.actions import Action, shows
from handlers.chat.arguments import argument, whole_number
from handlers.chat.confirm import offer
from handlers.chat.filters import Tap
from handlers.chat.misses import CountsMisses
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.circles.saving.mine import of_saver
from handlers.circles.saving.shares_intents import BuyShares, CycleIsLeft, LeaveSaving, SharesAreBought
from handlers.circles.screens import saving_mine
from handlers.circles.screens import saving_shares as screens
from handlers.friends.money import left_after

router = Router(name="saving_circle_shares")
router.callback_query.middleware(CountsMisses())


@router.callback_query(Tap("buyshares"))
async def ask_how_many(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask how many shares are bought; where no meeting is open, say when the next one is.

    Raises NotFound: `circle`, `not_in_circle`; Conflict: `circle_not_running`.
    """
    circle, _ = await of_saver(talk, argument(arguments))
    return await how_many(talk, circle)


async def how_many(talk: Talk, circle: Circle) -> Screen:
    """Return the question how many shares are bought. Raises as `ask_how_many`."""
    meeting = await _meeting(talk, circle)
    if meeting is None:
        coming = [day.held_on for day in await meetings(talk.unit, circle.id) if day.state == MeetingState.COMING]
        return screens.none_open(talk.t, circle.code, coming[0] if coming else None)
    owed = await paying_in.due_at(talk.unit, circle.id, talk.customer.id)
    return screens.how_many(talk.t, circle.code, owed.price, owed.most_shares, owed.social, owed.fines)


async def _meeting(talk: Talk, circle: Circle) -> int | None:
    """Return the number of the meeting that is open. Raises Conflict: `circle_not_running`."""
    if circle.state != CircleState.RUNNING:
        raise Conflict(ErrorCode.CIRCLE_NOT_RUNNING)
    days = await meetings(talk.unit, circle.id)
    return next((day.nr for day in days if day.state == MeetingState.OPEN), None)


@router.callback_query(Tap("buynumber"))
async def offer_to_buy(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Offer to buy so many shares, with what else is due. Raises as `due_at`; InvalidInput: `circle_shares` (most)."""
    circle, _ = await of_saver(talk, argument(arguments))
    return await _offered(talk, circle, whole_number(argument(arguments, 1)) or 0)


async def _offered(talk: Talk, circle: Circle, shares: int) -> Screen:
    owed = await paying_in.due_at(talk.unit, circle.id, talk.customer.id)
    if shares > owed.most_shares:
        raise InvalidInput(ErrorCode.CIRCLE_SHARES, most=owed.most_shares)
    params = _params(circle, owed, shares)
    if not params.sum:
        raise InvalidInput(ErrorCode.CIRCLE_NOTHING_TO_PAY)
    left = await left_after(talk, params.sum)
    title = (await settings_of(talk.unit, circle, talk.cipher)).title
    return await offer(talk, BUY, params, screens.card(talk.t, title, params, owed.price, left))


def _params(circle: Circle, owed: paying_in.DueAt, shares: int) -> BuyShares:
    return BuyShares(
        sum=owed.price * shares + owed.social + owed.fines,
        code=circle.code,
        meeting=owed.meeting,
        shares=shares,
        social=owed.social,
        fines=owed.fines,
    )


async def _changed(talk: Talk, params: BuyShares, intent: Intent) -> Screen | None:
    """Return the card anew where something else is due by now, a fine or the next meeting's sum."""
    circle = await by_code(talk.unit, params.code)
    owed = await paying_in.due_at(talk.unit, circle.id, talk.customer.id)
    if _params(circle, owed, params.shares) == params:
        return None
    return await _offered(talk, circle, min(params.shares, owed.most_shares))


async def _buy(talk: Talk, params: BuyShares, key: str) -> SharesAreBought:
    circle = await by_code(talk.unit, params.code)
    paid = await paying_in.pay_in(talk.unit, circle.id, talk.customer.id, params.shares, key)
    mine = await views.mine(talk.unit, circle.id, talk.customer.id)
    balance = await wallet.available(talk.unit, talk.customer.id, params.sum.asset)
    return SharesAreBought(reference=paid.reference, all_shares=mine.saver.shares, balance=balance)


@router.callback_query(Tap("leavesaving"))
async def offer_to_leave(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Offer to leave a cycle that runs: what is paid out today. Raises as `leaving.leaver`, `leaving.require_free`."""
    circle, _ = await of_saver(talk, argument(arguments))
    figures = await leaving.leaver(talk.unit, circle.id, talk.customer.id)
    await leaving.require_free(talk.unit, circle.id, talk.customer.id, figures)
    title = (await settings_of(talk.unit, circle, talk.cipher)).title
    params = LeaveSaving(code=circle.code, title=title, sum=figures.paid, owed=figures.owed, fines=figures.fines)
    return await offer(talk, LEAVE, params, saving_mine.leave_card(talk.t, title, figures))


async def _worth_changed(talk: Talk, params: LeaveSaving, intent: Intent) -> Screen | None:
    """Return the card anew where leaving comes to another sum by now."""
    circle = await by_code(talk.unit, params.code)
    figures = await leaving.leaver(talk.unit, circle.id, talk.customer.id)
    if figures.paid == params.sum:
        return None
    now = LeaveSaving(code=params.code, title=params.title, sum=figures.paid, owed=figures.owed, fines=figures.fines)
    return await offer(talk, LEAVE, now, saving_mine.leave_card(talk.t, params.title, figures))


async def _leave(talk: Talk, params: LeaveSaving, key: str) -> CycleIsLeft:
    circle = await by_code(talk.unit, params.code)
    return CycleIsLeft(sum=(await leaving.leave(talk.unit, circle.id, talk.customer.id, key)).paid)


BUY: Final = Action(
    "circles.buy_shares",
    BuyShares,
    SharesAreBought,
    needs_pin=True,
    run=_buy,
    done=shows(screens.bought),
    before=_changed,
)
LEAVE: Final = Action(
    "circles.leave_cycle",
    LeaveSaving,
    CycleIsLeft,
    needs_pin=True,
    run=_leave,
    done=shows(screens.left),
    before=_worth_changed,
)
ACTIONS: Final = (BUY, LEAVE)
