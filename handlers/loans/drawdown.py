"""Plot on a line: how much, the schedule that it makes, Confirm and the PIN."""

from __future__ import annotations

from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core.intents import Intent
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import RuleViolation
from finance_core.kernel.money import Money
from finance_core.loans import queries
from finance_core.loans.models import Loan
from finance_core.loans.origination import credit_lines
from handlers.chat.actions import Action, shows
from handlers.chat.arguments import argument, id_of
from handlers.chat.confirm import offer
from handlers.chat.filters import Means, Tap
from handlers.chat.questions import Slots, ask
from handlers.chat.screens.base import Screen
from handlers.chat.slot_values import money_slot
from handlers.chat.talk import Talk
from handlers.loans.intents import Done, Draw
from handlers.loans.screens import drawdown as screens
from handlers.locales import Html

router = Router(name="drawing")


@router.callback_query(Tap("draw"))
async def how_much(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask how much of the line to draw."""
    loan = await _mine(talk, argument(arguments))
    line = await credit_lines.credit_line_of(talk.unit, loan)
    if line is None:
        raise RuleViolation(ErrorCode.LINE_CLOSED)
    await ask(talk.state, "draw", "amount", {"loan": str(loan.id)})
    return screens.ask_sum(talk.t, line)


@router.message(Means("draw"))
@router.callback_query(Means("draw"))
async def draw(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Show what the draw makes of the schedule, before it is confirmed."""
    loan, amount = await _mine(talk, slots["loan"]), money_slot(slots)
    assert amount is not None
    return await _card(talk, loan, amount)


async def _card(talk: Talk, loan: Loan, amount: Money) -> Screen:
    planned = await credit_lines.preview(talk.unit, loan, amount)
    params = Draw(loan=loan.id, sum=amount, on=talk.unit.open_on)
    return await offer(talk, DRAW, params, screens.draw_card(talk.t, loan, amount, planned))


async def _before_drawing(talk: Talk, params: Draw, intent: Intent) -> Screen | None:
    """Show the card anew when another day has begun, and with it other interest."""
    if params.on in (None, talk.unit.open_on):
        return None
    return await _card(talk, await queries.by_id(talk.unit, params.loan, talk.customer.id), params.sum)


async def _why_again(talk: Talk, before: Draw, now: Draw, intent: Intent) -> Html:
    return talk.t("common.back_day")


async def _do_draw(talk: Talk, params: Draw, key: str) -> Done:
    _, reference = await credit_lines.draw(talk.unit, params.loan, talk.customer.id, params.sum, key)
    return Done(reference=reference)


async def _mine(talk: Talk, said: str) -> Loan:
    return await queries.by_id(talk.unit, id_of(said, ErrorCode.LOAN), talk.customer.id)


DRAW: Final = Action(
    "loan.draw",
    Draw,
    Done,
    needs_pin=True,
    run=_do_draw,
    done=shows(screens.drawn),
    before=_before_drawing,
    why=_why_again,
)
ACTIONS: Final = (DRAW,)
