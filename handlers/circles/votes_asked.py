"""What is asked before a vote is opened: which place is to receive when, what the circle is to be called."""

from __future__ import annotations

from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core.circles import agenda
from finance_core.circles.board_view import BoardPlace, circle_board
from finance_core.circles.finding import by_code, require_running
from finance_core.circles.models import Circle
from finance_core.friends.packets import new_token
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput
from finance_core.kernel.payloads import Nothing, Payload
from handlers.chat.actions import Action, shows
from handlers.chat.arguments import argument, count_in
from handlers.chat.confirm import offer
from handlers.chat.faults import refusal
from handlers.chat.filters import Means, Tap
from handlers.chat.misses import CountsMisses
from handlers.chat.questions import Slots, ask
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.circles.acts_intents import MoveInCircle
from handlers.circles.mine import of_member, people_in
from handlers.circles.screens import votes as screens

router = Router(name="circle_votes_asked")
router.callback_query.middleware(CountsMisses())


async def asked_name(talk: Talk, circle: Circle, refused: str | None = None) -> Screen:
    """Ask what the circle is to be called; after a refusal that comes first."""
    await ask(talk.state, "rename_circle", "circle_name", {"code": circle.code})
    return screens.ask_name(talk.t, refused)


@router.message(Means("rename_circle"))
async def named(message: Message, talk: Talk, slots: Slots) -> Screen:
    """Offer to let the members vote on another name; what is no name is asked for again. Raises NotFound: `circle`."""
    circle, _ = await of_member(talk, slots.get("code", ""))
    require_running(circle)
    title = " ".join(slots.get("circle_name", "").split())
    try:
        agenda.renamed(talk.cipher, circle, title)
    except InvalidInput as refused:
        return await asked_name(talk, circle, refusal(talk.t, refused).text)
    return await offered(talk, circle, "rename", name=title)


async def which_place(talk: Talk, circle: Circle, start: int) -> Screen:
    """Ask which place is to receive earlier: those that have not, but for the next one."""
    waiting = await _waiting(talk, circle)
    return screens.which_place(talk.t, circle.code, waiting[1:], start)


async def _waiting(talk: Talk, circle: Circle) -> list[BoardPlace]:
    """Return the places whose turn is known and still comes, the next one first."""
    board = await circle_board(talk.unit, talk.cipher, circle.id)
    found = [each for each in board.people if each.turn is not None and not each.has_received]
    return sorted(found, key=lambda each: each.turn or 0)


@router.callback_query(Tap("moveearly"))
async def when(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask whose turn a place is to have: `moveearly:<code>:<place>:<from>`. Raises Conflict: `circle_turn`."""
    circle, _ = await of_member(talk, argument(arguments))
    require_running(circle)
    place, waiting = await _place(talk, circle, count_in(arguments, 1))
    earlier = [each for each in waiting if (each.turn or 0) < (place.turn or 0)]
    return screens.which_turn(talk.t, circle.code, place, earlier, count_in(arguments, 2))


async def _place(talk: Talk, circle: Circle, nr: int) -> tuple[BoardPlace, list[BoardPlace]]:
    waiting = await _waiting(talk, circle)
    found = next((each for each in waiting if each.nr == nr), None)
    if found is None:
        raise Conflict(ErrorCode.CIRCLE_TURN)
    return found, waiting


@router.callback_query(Tap("moveorder"))
async def instead_of(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Offer to vote on a payout out of order: `moveorder:<code>:<place>:<round>`. Raises Conflict: `circle_turn`."""
    circle, _ = await of_member(talk, argument(arguments))
    number = count_in(arguments, 2)
    place, waiting = await _place(talk, circle, count_in(arguments, 1))
    other = next((each for each in waiting if each.turn == number), None)
    if other is None or number >= (place.turn or 0):
        raise Conflict(ErrorCode.CIRCLE_TURN)
    return await offered(talk, circle, "out_of_order", place=place.nr, round_=number, name=place.name, other=other.name)


async def offered(
    talk: Talk, circle: Circle, kind: str, *, customer: int = 0, place: int = 0, round_: int = 0, name: str = "",
    other: str = "",
) -> Screen:  # fmt: skip
    """Offer to open a motion: about whom, or which place receives in which round instead of whom (`other`)."""
    params = MoveInCircle(code=circle.code, kind=kind, customer=customer, place=place, round=round_, name=name,
                          other=other, token=new_token())  # fmt: skip
    voters = len(await people_in(talk, circle))
    return await offer(talk, MOVE, params, screens.move_card(talk.t, params, voters))


def _subject(talk: Talk, circle: Circle, params: MoveInCircle) -> Payload:
    match params.kind:
        case "move_dates":
            return agenda.MoveDates()
        case "rename":
            return agenda.renamed(talk.cipher, circle, params.name)
        case "out_of_order":
            return agenda.OutOfOrder(params.place, params.round)
    return {"remove": agenda.Remove, "chair": agenda.NewChair, "suspend": agenda.Suspend}[params.kind](params.customer)


async def _move(talk: Talk, params: MoveInCircle, key: str) -> Nothing:
    circle = await by_code(talk.unit, params.code)
    subject = _subject(talk, circle, params)
    await agenda.open_motion(talk.unit, circle.token, talk.customer.id, subject, params.token)
    return Nothing()


MOVE: Final = Action("circles.move", MoveInCircle, Nothing, needs_pin=False, run=_move, done=shows(screens.moved))
ACTIONS: Final = (MOVE,)
