"""Asking the meeting for money: which kind; a grant out of the social fund, with its reason. Members vote on it."""

from __future__ import annotations

from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core.circles.finding import by_code
from finance_core.circles.models import Circle
from finance_core.circles.rules.saving import most_lent
from finance_core.circles.saving import voting
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput
from finance_core.kernel.money import ASSETS
from handlers.chat.actions import Action, shows
from handlers.chat.arguments import argument
from handlers.chat.confirm import offer
from handlers.chat.filters import Means, Tap
from handlers.chat.misses import CountsMisses
from handlers.chat.questions import Slots, ask
from handlers.chat.screens.base import Screen
from handlers.chat.slot_values import money_slot
from handlers.chat.talk import Talk
from handlers.circles.saving.meeting import seen_of
from handlers.circles.saving.meeting_intents import AskForGrant, IsAsked
from handlers.circles.saving.mine import of_saver
from handlers.circles.screens import saving_giving as screens
from handlers.circles.screens.saving_meeting import Seen

router = Router(name="saving_grants")
router.callback_query.middleware(CountsMisses())


@router.callback_query(Tap("askmoney"))
async def which(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask whether it is a loan or a grant, with what there is of each. Raises Conflict: `circle_meeting_closed`."""
    circle, _ = await of_saver(talk, argument(arguments))
    seen = await at_the_meeting(talk, circle)
    return screens.which(talk.t, seen, min(seen.money(most_lent(seen.mine.saver.paid)), seen.fund.cash))


async def at_the_meeting(talk: Talk, circle: Circle) -> Seen:
    """Return what one sees of the meeting that is open. Raises Conflict: `circle_meeting_closed`."""
    seen = await seen_of(talk, circle)
    if seen.now is None:
        raise Conflict(ErrorCode.CIRCLE_MEETING_CLOSED)
    return seen


@router.message(Means("circle_grant"))
@router.callback_query(Means("circle_grant"))
async def grant(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Ask how much and what for, then offer to ask the meeting. Raises InvalidInput: `circle_fund_has_less`."""
    circle, _ = await of_saver(talk, slots.get("code", ""))
    seen = await at_the_meeting(talk, circle)
    said = {name: slots[name] for name in ("code", "granted") if name in slots}
    amount = money_slot(slots, "granted", ASSETS[circle.asset])
    if amount is None:
        await ask(talk.state, "circle_grant", "granted", said)
        return screens.how_much(talk.t, seen.fund.social)
    if not amount:
        raise InvalidInput(ErrorCode.AMOUNT_NOT_POSITIVE)
    if amount > seen.fund.social:
        raise InvalidInput(ErrorCode.CIRCLE_FUND_HAS_LESS, most=seen.fund.social)
    if "grant_for" not in slots:
        await ask(talk.state, "circle_grant", "grant_for", said)
        return screens.what_for(talk.t, amount)
    params = AskForGrant(sum=amount, code=circle.code, words=slots["grant_for"])
    return await offer(talk, GRANT, params, screens.card(talk.t, params, seen))


async def _ask(talk: Talk, params: AskForGrant, key: str) -> IsAsked:
    circle = await by_code(talk.unit, params.code)
    words = voting.sealed_for(talk.cipher, key, params.words)
    asked = await voting.ask_for_grant(talk.unit, circle.id, talk.customer.id, params.sum, key, words)
    return IsAsked(request=asked.id)


GRANT: Final = Action("saving.ask_grant", AskForGrant, IsAsked, needs_pin=False, run=_ask, done=shows(screens.asked))
ACTIONS: Final = (GRANT,)
