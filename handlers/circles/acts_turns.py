"""Swapping turns in a fixed order: who asks and who agrees both confirm with the PIN."""

from __future__ import annotations

from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery

from finance_core.circles import swaps
from finance_core.circles.board_view import circle_board
from finance_core.circles.decision_models import CircleSwap, SwapState
from finance_core.circles.finding import by_code, by_id, held_by, require_running
from finance_core.circles.models import Circle
from finance_core.circles.rules.settings import Order
from finance_core.friends.packets import new_token
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, NotAllowed
from finance_core.kernel.payloads import Nothing
from handlers.chat.actions import Action, shows
from handlers.chat.arguments import argument, count_in
from handlers.chat.confirm import offer
from handlers.chat.filters import Tap
from handlers.chat.misses import CountsMisses
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.circles.acts_intents import AgreeToSwap, AskToSwap
from handlers.circles.mine import of_member
from handlers.circles.screens import acts_turns as screens

router = Router(name="circle_turns")
router.callback_query.middleware(CountsMisses())


@router.callback_query(Tap("swapturn"))
async def whose(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show whose turn may be had instead of one's own: `swapturn:<code>:<own place>:<from>`."""
    circle, _ = await of_member(talk, argument(arguments))
    require_running(circle)
    if circle.receiving_order != Order.FIXED:
        raise Conflict(ErrorCode.CIRCLE_NO_SWAPS)
    own = [each for each in await held_by(talk.unit, circle, talk.customer.id) if each.received_round is None]
    place = next((each for each in own if each.nr == count_in(arguments, 1)), own[0] if own else None)
    if place is None:
        return screens.none_left(talk.t, circle.code)
    held = {each.nr for each in await held_by(talk.unit, circle, talk.customer.id)}
    board = await circle_board(talk.unit, talk.cipher, circle.id)
    others = [each for each in board.people if each.nr not in held and not each.has_received and each.turn is not None]
    following = next((each.nr for each in own if each.nr > place.nr), own[0].nr)
    return screens.whose(talk.t, circle.code, place, others, count_in(arguments, 2), following)


@router.callback_query(Tap("swapwith"))
async def ask_for_it(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Offer to ask who holds another place to swap. Raises NotAllowed: `circle_place`."""
    circle, _ = await of_member(talk, argument(arguments))
    nr, other_nr = count_in(arguments, 1), count_in(arguments, 2)
    board = await circle_board(talk.unit, talk.cipher, circle.id)
    turns = {each.nr: each.turn for each in board.people}
    own, other = turns.get(nr), turns.get(other_nr)
    if own is None or other is None:
        raise NotAllowed(ErrorCode.CIRCLE_PLACE)
    name = next(each.name for each in board.people if each.nr == other_nr)
    params = AskToSwap(code=circle.code, place=nr, turn=own, other=other_nr, other_turn=other, name=name,
                       token=new_token())  # fmt: skip
    return await offer(talk, ASK, params, screens.ask_card(talk.t, params))


@router.callback_query(Tap("swapyes"))
async def agree(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Offer to swap with who has asked. Raises NotFound: `circle_swap`; NotAllowed: `not_yours`."""
    talk.require_joined()
    swap, circle = await _asked(talk, argument(arguments))
    params = AgreeToSwap(token=swap.token, code=circle.code, turn=swap.turn, your_turn=swap.other_turn)
    return await offer(talk, AGREE, params, screens.agree_card(talk.t, params))


@router.callback_query(Tap("swapno"))
async def refuse(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Say no to who has asked. Raises as `swaps.refuse`."""
    talk.require_joined()
    _, circle = await _asked(talk, argument(arguments))
    await swaps.refuse(talk.unit, argument(arguments), talk.customer.id)
    return screens.refused(talk.t, circle.code)


async def _asked(talk: Talk, token: str) -> tuple[CircleSwap, Circle]:
    swap = await swaps.find(talk.unit, token)
    if swap.other_id != talk.customer.id:
        raise NotAllowed(ErrorCode.NOT_YOURS)
    if swap.state != SwapState.ASKED:
        raise Conflict(ErrorCode.CIRCLE_SWAP_OVER)
    return swap, await by_id(talk.unit, swap.circle_id)


async def _ask(talk: Talk, params: AskToSwap, key: str) -> Nothing:
    circle = await by_code(talk.unit, params.code)
    await swaps.ask(talk.unit, circle.token, talk.customer.id, params.place, params.other, params.token)
    return Nothing()


async def _agree(talk: Talk, params: AgreeToSwap, key: str) -> Nothing:
    await swaps.agree(talk.unit, params.token, talk.customer.id)
    return Nothing()


ASK: Final = Action("circles.ask_swap", AskToSwap, Nothing, needs_pin=True, run=_ask, done=shows(screens.asked))
AGREE: Final = Action("circles.swap", AgreeToSwap, Nothing, needs_pin=True, run=_agree, done=shows(screens.swapped))
ACTIONS: Final = (ASK, AGREE)
