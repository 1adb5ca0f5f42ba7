"""What the chair sets of a circle that is open: another first day, and who receives when in a fixed order."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core.circles import starting
from finance_core.circles.finding import require_chair
from finance_core.circles.models import Circle, CircleState
from finance_core.circles.rules.settings import Kind
from finance_core.circles.saving import beginning
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput, RuleViolation
from handlers.chat.arguments import argument, whole_number
from handlers.chat.faults import refusal
from handlers.chat.filters import Means, Tap
from handlers.chat.misses import CountsMisses
from handlers.chat.questions import Slots, ask, settle
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.circles.mine import of_member
from handlers.circles.opening_form import FIRST_DAY, first_day_said
from handlers.circles.screens import joining as screens
from handlers.circles.screens import saving_joining
from handlers.circles.screens import saving_opening as saving

router = Router(name="circle_chair")
router.callback_query.middleware(CountsMisses())


@router.callback_query(Tap("circlesets"))
async def begin(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask for another first day, or who receives when. Raises NotAllowed: `circle_chair_only`."""
    circle = await _of_chair(talk, argument(arguments))
    return await _asks(talk, circle, argument(arguments, 1))


async def _of_chair(talk: Talk, code: str) -> Circle:
    """Raises NotFound: `circle`. NotAllowed: `circle_chair_only`. Conflict: `circle_not_open`."""
    circle, _ = await of_member(talk, code)
    await require_chair(talk.unit, circle, talk.customer.id)
    if circle.state != CircleState.OPEN:
        raise Conflict(ErrorCode.CIRCLE_NOT_OPEN)
    return circle


async def _asks(talk: Talk, circle: Circle, wanted: str, refused: str | None = None) -> Screen:
    await ask(talk.state, "set_circle", "circle_set", {"code": circle.code, "wants": wanted})
    if circle.kind == Kind.ACCUMULATING:
        return saving.asks(talk.t, FIRST_DAY, refused)
    return screens.asks_chair(talk.t, wanted, circle.places, refused)


@router.message(Means("set_circle"))
async def said(message: Message, talk: Talk, slots: Slots) -> Screen:
    """Set what was asked for; what was refused is asked once more. Raises as `_of_chair`."""
    circle, wanted = await _of_chair(talk, slots.get("code", "")), slots.get("wants", "")
    try:
        async with talk.unit.session.begin_nested():
            await _set(talk, circle, wanted, slots.get("circle_set", ""))
    except (InvalidInput, RuleViolation) as refused:
        return await _asks(talk, circle, wanted, refusal(talk.t, refused).text)
    await settle(talk.state)
    if circle.kind == Kind.ACCUMULATING:
        return saving_joining.day_set(talk.t, circle.code, circle.first_due_on)
    return screens.is_set(talk.t, circle.code)


async def _set(talk: Talk, circle: Circle, wanted: str, words: str) -> None:
    """Raises as `starting.set_order`, `starting.move_start`, `beginning.move_first_meeting`."""
    chair = talk.customer.id
    if wanted == screens.TURNS:
        order = [whole_number(each) or 0 for each in words.replace(",", " ").replace("，", " ").split()]
        await starting.set_order(talk.unit, circle.token, chair, order)
    else:
        day = first_day_said(words, talk.unit.local_now().date())
        if circle.kind == Kind.ACCUMULATING:
            await beginning.move_first_meeting(talk.unit, circle.id, chair, day)
        else:
            await starting.move_start(talk.unit, circle.token, chair, day)
