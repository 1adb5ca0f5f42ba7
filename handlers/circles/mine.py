"""One's own circles: the list, a circle's card with what is to be paid and when one receives, what else may be done."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core.circles.bids import bidding_round
from finance_core.circles.board_view import circle_board
from finance_core.circles.book.models import PocketKind
from finance_core.circles.book.pockets import kept_for
from finance_core.circles.cards import MemberCard
from finance_core.circles.finding import BEFORE_START, by_code, held_by, member_of, members_of, money_of, officers_of
from finance_core.circles.models import Circle, CircleMember, CircleState
from finance_core.circles.queries import circles_of, member_card, names_of
from finance_core.circles.rules.settings import Kind, Order
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotAllowed, NotFound
from finance_core.kernel.money import Money
from handlers.chat.arguments import argument, count_in
from handlers.chat.filters import Means, Tap
from handlers.chat.misses import CountsMisses
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.circles.joining import standing
from handlers.circles.saving import mine_card as saving
from handlers.circles.screens import mine as screens

router = Router(name="my_circles")
router.callback_query.middleware(CountsMisses())


@router.message(Means("circles"))
@router.callback_query(Means("circles"))
async def circles(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """List one's circles: the next day and sum of each; of one that is due, what is due."""
    talk.require_joined()
    return await _listed(talk, 0)


@router.callback_query(Tap("circlelist"))
async def further(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """List one's circles from the given place on."""
    talk.require_joined()
    return await _listed(talk, count_in(arguments))


async def _listed(talk: Talk, start: int) -> Screen:
    return screens.circles(talk.t, await circles_of(talk.unit, talk.cipher, talk.customer.id), start)


@router.callback_query(Tap("mycircle"))
async def one(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show a circle as one stands in it. Raises NotFound: `circle`, also to who has nothing to do with it."""
    return await card(talk, *await of_member(talk, argument(arguments)))


async def card(talk: Talk, circle: Circle, member: CircleMember) -> Screen:
    """Return a member's card of a circle; before its start, how they stand in it. Raises NotFound: `circle`."""
    if circle.kind == Kind.ACCUMULATING:
        return await saving.card(talk, circle, member)
    if circle.state in BEFORE_START:
        return await standing(talk, circle, member)
    own = await member_card(talk.unit, talk.cipher, circle, talk.customer.id)
    if own.card.state in _OVER:
        return screens.card(talk.t, own, None, money_of(circle, 0), may_bid=False)
    board = await circle_board(talk.unit, talk.cipher, circle.id)
    ahead = await kept_ahead(talk, circle)
    return screens.card(talk.t, own, board, ahead, may_bid=await _may_bid(talk, circle, own))


async def kept_ahead(talk: Talk, circle: Circle) -> Money:
    """Return what one has paid into a circle ahead of its day: it is used before the wallet is debited."""
    kept = [await kept_for(talk.unit, circle, each.nr) for each in await held_by(talk.unit, circle, talk.customer.id)]
    return money_of(circle, sum(each[PocketKind.AHEAD].amount for each in kept if PocketKind.AHEAD in each))


_OVER = (CircleState.ENDED, CircleState.CALLED_OFF)


async def _may_bid(talk: Talk, circle: Circle, own: MemberCard) -> bool:
    """Say whether one may bid now with a place of one's own."""
    is_auction = circle.receiving_order == Order.AUCTION and circle.state == CircleState.RUNNING
    if not is_auction or own.is_suspended or own.is_late:
        return False
    waits = any(each.turn is None and not each.is_closed for each in own.places)
    return waits and await bidding_round(talk.unit, circle) is not None


@router.callback_query(Tap("circlemore"))
async def more(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show what else one may do in a circle, with its rules. Raises as `one`."""
    circle, member = await of_member(talk, argument(arguments))
    if circle.kind == Kind.ACCUMULATING:
        return await saving.more(talk, circle, member)
    own = await member_card(talk.unit, talk.cipher, circle, talk.customer.id)
    return screens.more(talk.t, own, debited=member.automatic_debit)


@router.callback_query(Tap("circleboard"))
async def board(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show who has paid in this round and whose turn it is, as the group's board does. Raises as `one`."""
    circle, _ = await of_member(talk, argument(arguments))
    if circle.kind == Kind.ACCUMULATING:
        return await saving.who_has_paid(talk, circle)
    return screens.who_has_paid(talk.t, await circle_board(talk.unit, talk.cipher, circle.id))


async def of_member(talk: Talk, code: str) -> tuple[Circle, CircleMember]:
    """Return a circle that one is or was in, or is on the way into, by its code.

    Raises NotFound: `circle`: there is none, or it is none of one's own: what a stranger may see is behind its link.
    """
    talk.require_joined()
    circle = await by_code(talk.unit, code)
    member = await member_of(talk.unit, circle, talk.customer.id)
    if member is None:
        raise NotFound(ErrorCode.CIRCLE)
    return circle, member


async def of_officer(talk: Talk, code: str) -> Circle:
    """Return a circle that one holds an office of, by its code.

    Raises NotFound: `circle`; NotAllowed: `circle_officers_only`.
    """
    talk.require_joined()
    circle = await by_code(talk.unit, code)
    if talk.customer.id not in (await officers_of(talk.unit, circle)).values():
        await of_member(talk, code)
        raise NotAllowed(ErrorCode.CIRCLE_OFFICERS_ONLY)
    return circle


async def people_in(talk: Talk, circle: Circle) -> dict[int, str]:
    """Return what the members of a circle are called in it, by customer id."""
    people = [member.customer_id for member in await members_of(talk.unit, circle)]
    return await names_of(talk.unit, talk.cipher, circle, people)
