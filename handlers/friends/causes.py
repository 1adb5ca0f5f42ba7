"""Collections for a cause in the private chat: begin one, share its link, give, call it off, thank."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core import intents
from finance_core.customers.service import require_may_send_out
from finance_core.friends import causes as core
from finance_core.friends.causes import NewCause
from finance_core.friends.models import Cause, CauseState
from finance_core.friends.packets import new_token
from finance_core.friends.queries import causes_of
from finance_core.intents import Intent
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, NotAllowed
from finance_core.kernel.payloads import Nothing
from handlers.chat.actions import Action, shows
from handlers.chat.arguments import argument
from handlers.chat.confirm import offer, offered, propose
from handlers.chat.filters import Means, Tap
from handlers.chat.misses import CountsMisses
from handlers.chat.questions import Slots, ask
from handlers.chat.screens.base import Screen
from handlers.chat.slot_values import money_slot
from handlers.chat.talk import Talk
from handlers.friends.cause_views import seen_cause, shown_cause
from handlers.friends.intents import BeginCause, CallOffCause, CauseIsBegun, GiftIsGiven, Give, ThankGivers
from handlers.friends.link_names import cause_link
from handlers.friends.money import left_after
from handlers.friends.screens import causes as screens
from handlers.phrases.readers.days import day_of
from handlers.phrases.readers.saving import goal_day

router = Router(name="causes")
router.callback_query.middleware(CountsMisses())

_KEEP: Final = "keep"
_NAMES: Final = "names"


@router.message(Means("collect"))
@router.callback_query(Means("collect"))
async def collect(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Offer to begin a collection; what it is for, until when and towards what is asked where it was not said."""
    return await begin_cause(talk, slots)


async def ask_for_cause(talk: Talk) -> Screen:
    """Begin a collection: ask what it is for."""
    await ask(talk.state, "collect", "title", {})
    return screens.ask_title(talk.t)


async def begin_cause(talk: Talk, slots: Slots) -> Screen:
    """Offer to begin a collection with what was said of it, wherever that was. Raises NotAllowed: `join_first`."""
    talk.require_joined()
    title = slots.get("title", "").strip()
    if not title:
        await ask(talk.state, "collect", "title", slots)
        return screens.ask_title(talk.t)
    last_on = _day(slots["by"], talk.unit.local_now().date()) if "by" in slots else None
    if last_on is None:
        kept = {name: value for name, value in slots.items() if name != "by"}
        await ask(talk.state, "collect", "by", kept)
        return screens.ask_day(talk.t, unclear="by" in slots)
    goal = money_slot(slots, "goal_sum")
    if goal is None:
        await ask(talk.state, "collect", "goal_sum", slots)
        return screens.ask_goal(talk.t)
    params = BeginCause(
        title=title,
        last_on=last_on,
        goal=goal or None,
        all_or_nothing=False,
        shows_names=True,
        token=new_token(),
    )
    _new(params).checked(talk.unit.local_now().date())
    return _card(talk, await propose(talk, BEGIN, params), params)


def _day(said: str, today: date) -> date | None:
    return day_of(said, today) or goal_day(said, today)


@router.callback_query(Tap("causeturn"))
async def turn(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Turn what happens below the goal, or whether names are shown, of a collection that is not confirmed yet."""
    intent, params = await offered(talk, arguments[1:], BEGIN)
    what = argument(arguments)
    if what == _KEEP and params.goal is not None:
        turned = replace(params, all_or_nothing=not params.all_or_nothing)
    elif what == _NAMES:
        turned = replace(params, shows_names=not params.shows_names)
    else:
        turned = params
    await intents.replace(talk.unit, talk.cipher, intent, turned)
    return _card(talk, intent, turned)


@router.message(Means("collections"))
@router.callback_query(Means("collections"))
async def collections(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """Show one's own collections, each with its button."""
    talk.require_joined()
    return screens.own(talk.t, [await seen_cause(talk, each) for each in await causes_of(talk.unit, talk.customer.id)])


@router.callback_query(Tap("cause"))
async def one(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show a collection as it stands."""
    return await shown_cause(talk, await core.find(talk.unit, argument(arguments)))


@router.message(Means("give"))
@router.callback_query(Means("give"))
async def give(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Offer to give; how much is asked."""
    talk.require_joined()
    cause = await core.find(talk.unit, slots.get("token", ""))
    if cause.state != CauseState.OPEN:
        raise Conflict(ErrorCode.CAUSE_ENDED)
    amount = money_slot(slots, "gift")
    if not amount:
        await ask(talk.state, "give", "gift", {"token": cause.token})
        return screens.ask_gift(talk.t, (await seen_cause(talk, cause)).title)
    await require_may_send_out(talk.unit, talk.customer.id, amount)
    left = await left_after(talk, amount)
    card = screens.give_card(talk.t, await seen_cause(talk, cause), amount, left)
    return await offer(talk, GIVE, Give(sum=amount, token=cause.token), card)


@router.callback_query(Tap("endcause"))
async def call_off(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Offer to call one's own collection off. Raises as `running`."""
    cause = await running(talk, argument(arguments))
    seen = await seen_cause(talk, cause)
    params = CallOffCause(sum=seen.given, token=cause.token)
    return await offer(talk, CALL_OFF, params, screens.call_off_card(talk.t, seen))


@router.callback_query(Tap("thankfor"))
async def ask_thanks(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask for the words of thanks. Raises NotAllowed: `not_yours`, Conflict: `cause_not_paid`, `cause_thanked`."""
    cause = await _own(talk, argument(arguments))
    if cause.state != CauseState.PAID:
        raise Conflict(ErrorCode.CAUSE_NOT_PAID)
    if cause.thanks_sealed is not None:
        raise Conflict(ErrorCode.CAUSE_THANKED)
    await ask(talk.state, "thank", "thanks", {"token": cause.token})
    return screens.ask_thanks(talk.t)


@router.message(Means("thank"))
async def thank(message: Message, talk: Talk, slots: Slots) -> Screen:
    """Show the thanks as they will be sent, with Confirm."""
    cause = await _own(talk, slots.get("token", ""))
    params = ThankGivers(thanks=" ".join(slots.get("thanks", "").split()), token=cause.token)
    return await offer(talk, THANK, params, screens.thanks_card(talk.t, params))


async def running(talk: Talk, token: str) -> Cause:
    """Return one's own collection that runs.

    Raises NotFound: `cause`; NotAllowed: `not_yours`; Conflict: `cause_ended`.
    """
    cause = await _own(talk, token)
    if cause.state != CauseState.OPEN:
        raise Conflict(ErrorCode.CAUSE_ENDED)
    return cause


async def _own(talk: Talk, token: str) -> Cause:
    cause = await core.find(talk.unit, token)
    if cause.organiser_id != talk.customer.id:
        raise NotAllowed(ErrorCode.NOT_YOURS)
    return cause


def _card(talk: Talk, intent: Intent, params: BeginCause) -> Screen:
    return screens.card(talk.t, params, (intent.token, intent.version))


def _new(params: BeginCause) -> NewCause:
    return NewCause(params.title, params.last_on, params.goal, params.all_or_nothing, params.shows_names)


async def _begin(talk: Talk, params: BeginCause, key: str) -> CauseIsBegun:
    begun = await core.begin(talk.unit, talk.cipher, talk.customer.id, _new(params), params.token)
    return CauseIsBegun(link=cause_link(talk.bot_username, begun.token))


async def _give(talk: Talk, params: Give, key: str) -> GiftIsGiven:
    receipt = await core.give(talk.unit, params.token, talk.customer.id, params.sum, key)
    return GiftIsGiven(reference=receipt.reference, balance=receipt.balance)


async def _call_off(talk: Talk, params: CallOffCause, key: str) -> Nothing:
    await core.call_off(talk.unit, params.token, talk.customer.id)
    return Nothing()


async def _thank(talk: Talk, params: ThankGivers, key: str) -> Nothing:
    await core.thank(talk.unit, talk.cipher, params.token, talk.customer.id, params.thanks)
    return Nothing()


BEGIN: Final = Action("friends.cause", BeginCause, CauseIsBegun, needs_pin=False, run=_begin, done=shows(screens.begun))
GIVE: Final = Action("friends.give", Give, GiftIsGiven, needs_pin=True, run=_give, done=shows(screens.given))
CALL_OFF: Final = Action(
    "friends.call_off", CallOffCause, Nothing, needs_pin=False, run=_call_off, done=shows(screens.called_off)
)
THANK: Final = Action("friends.thank", ThankGivers, Nothing, needs_pin=False, run=_thank, done=shows(screens.thanked))
ACTIONS: Final = (BEGIN, GIVE, CALL_OFF, THANK)
