"""*Something is wrong*: a member says what, of which round; an operator decides, and the payout waits until then."""

from __future__ import annotations

from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core.circles import suspending
from finance_core.circles.book.models import RoundState
from finance_core.circles.finding import by_code, require_running
from finance_core.circles.queries import rounds_of
from finance_core.circles.rules.settings import Kind
from finance_core.circles.saving.finding import meetings
from finance_core.circles.saving.models import MeetingState
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from handlers.chat.actions import Action, shows
from handlers.chat.arguments import argument, count_in, whole_number
from handlers.chat.confirm import offer
from handlers.chat.filters import Means, Tap
from handlers.chat.misses import CountsMisses
from handlers.chat.questions import Slots, ask
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.circles.acts_intents import DisputeIsOpen, DisputeRound
from handlers.circles.mine import of_member
from handlers.circles.screens import acts_wrong as screens

router = Router(name="circle_disputes")
router.callback_query.middleware(CountsMisses())

_OVER: Final = (RoundState.PAID, RoundState.SHORT)


@router.callback_query(Tap("circlewrong"))
async def which_round(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask which round it is about: the present one, or one before."""
    circle, _ = await of_member(talk, argument(arguments))
    require_running(circle)
    if circle.kind == Kind.ACCUMULATING:
        days = await meetings(talk.unit, circle.id)
        held = [day.nr for day in days if day.state != MeetingState.COMING] or [days[0].nr]
        return screens.which_round(talk.t, circle.code, held[:-6:-1], meeting=True)
    rounds = await rounds_of(talk.unit, circle)
    now = next((each.nr for each in rounds if each.state not in _OVER), rounds[-1].nr)
    return screens.which_round(talk.t, circle.code, range(now, max(0, now - 4), -1))


@router.callback_query(Tap("wronground"))
async def what(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask what is wrong with it."""
    circle, _ = await of_member(talk, argument(arguments))
    number = count_in(arguments, 1)
    await ask(talk.state, "dispute_circle", "what_is_wrong", {"code": circle.code, "round": str(number)})
    return screens.ask_what(talk.t, number, meeting=circle.kind == Kind.ACCUMULATING)


@router.message(Means("dispute_circle"))
async def said(message: Message, talk: Talk, slots: Slots) -> Screen:
    """Offer to let an operator look at it. Raises NotFound: `circle_round`."""
    circle, _ = await of_member(talk, slots.get("code", ""))
    number = whole_number(slots.get("round", "")) or 0
    params = DisputeRound(code=circle.code, round=number, words=slots.get("what_is_wrong", ""))
    if circle.kind == Kind.ACCUMULATING:
        return await offer(talk, DISPUTE, params, screens.meeting_card(talk.t, params))
    row = next((each for each in await rounds_of(talk.unit, circle) if each.nr == number), None)
    if row is None:
        raise NotFound(ErrorCode.CIRCLE_ROUND)
    text = screens.card(talk.t, params, holds=row.state not in _OVER)
    return await offer(talk, DISPUTE, params, text)


async def _dispute(talk: Talk, params: DisputeRound, key: str) -> DisputeIsOpen:
    circle = await by_code(talk.unit, params.code)
    case = await suspending.dispute(
        talk.unit, talk.cipher, circle.token, talk.customer.id, params.round, params.words, key
    )
    return DisputeIsOpen(due=case.due_at.astimezone(talk.unit.zone).date(), holds=case.holds_payout)


DISPUTE: Final = Action(
    "circles.dispute", DisputeRound, DisputeIsOpen, needs_pin=False, run=_dispute, done=shows(screens.opened)
)
ACTIONS: Final = (DISPUTE,)
