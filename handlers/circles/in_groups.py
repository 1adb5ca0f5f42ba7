"""What can be tapped under a circle's board: each leads into private, as what it shows is its reader's alone."""

from __future__ import annotations

from aiogram import Router
from aiogram.methods import AnswerCallbackQuery
from aiogram.types import CallbackQuery

from finance_core.circles.boards import CIRCLE
from finance_core.circles.finding import STARTED, find, member_of, require_member
from finance_core.circles.rules.settings import Order
from finance_core.circles.saving.board_view import board_of
from finance_core.notices import boards
from handlers.chat.arguments import argument
from handlers.chat.filters import InGroup, Tap
from handlers.chat.misses import CountsMisses
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.circles.acts_draw import checked_bids, checked_draw
from handlers.circles.joining import opened_circle
from handlers.circles.links import DRAW, JOIN, PICTURE
from handlers.circles.mine import card
from handlers.circles.screens.saving_boards import any_pictured
from handlers.groups.links import leads

router = Router(name="circles_in_groups")
router.callback_query.middleware(CountsMisses())


@router.callback_query(InGroup(), Tap("joinhere"))
async def join(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> AnswerCallbackQuery:
    """Lead into private, where one joins. Raises NotFound: `circle`."""
    return await _leads(talk, JOIN, argument(arguments))


@router.callback_query(InGroup(), Tap("minehere"))
async def mine(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> AnswerCallbackQuery:
    """Lead into private, where a member's own card is. Raises NotFound: `circle`."""
    return await _leads(talk, JOIN, argument(arguments))


@router.callback_query(InGroup(), Tap("drawhere"))
async def check(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> AnswerCallbackQuery:
    """Lead into private, where the last draw is computed anew. Raises NotFound: `circle`."""
    return await _leads(talk, DRAW, argument(arguments))


@router.callback_query(InGroup(), Tap("pictureof"))
async def as_picture(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> AnswerCallbackQuery:
    """Lead into private, where the board is a picture that can be passed on. Raises NotFound: `circle`."""
    return await _leads(talk, PICTURE, argument(arguments))


async def _leads(talk: Talk, what: str, token: str) -> AnswerCallbackQuery:
    circle = await find(talk.unit, token)
    if talk.group is not None and talk.message_id is not None and talk.chat_id == talk.tapped_in:
        await boards.tapped(talk.unit, CIRCLE, circle.id, chat_id=talk.chat_id, message_id=talk.message_id)
    return leads(talk, f"{what}-{circle.token}")


async def checked_draw_of(talk: Talk, token: str) -> Screen:
    """Return a circle's last draw, computed anew; of an auction the bids. Raises as `checked_draw`, `checked_bids`."""
    circle = await find(talk.unit, token)
    is_auction = circle.receiving_order == Order.AUCTION
    return await (checked_bids(talk, circle.code) if is_auction else checked_draw(talk, circle.code))


async def opened(talk: Talk, token: str) -> Screen:
    """Return a member's own card of a circle that runs; else the way in, or how one stands. Raises NotFound."""
    circle = await find(talk.unit, token)
    member = await member_of(talk.unit, circle, talk.customer.id)
    if member is not None and circle.state in STARTED:
        return await card(talk, circle, member)
    return await opened_circle(talk, token)


async def pictured(talk: Talk, token: str) -> Screen:
    """Return the board as a picture. Raises NotFound: `circle`; NotAllowed: `circle_members_only`."""
    circle = await find(talk.unit, token)
    await require_member(talk.unit, circle, talk.customer.id)
    return any_pictured(talk.t, await board_of(talk.unit, talk.cipher, circle.id))
