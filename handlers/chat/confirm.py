"""Confirm and Cancel, for every card; and the PIN after Confirm where one is wanted.

Twenty taps on one Confirm meet one row: the first acts, the others are shown what came of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.types import CallbackQuery, Message

from finance_core import intents
from finance_core.business_day.behind import require_caught_up
from finance_core.customers.pin import PinCheck, PinOutcome
from finance_core.intents import Intent, IntentState
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, FinanceError, IntegrityFault, NotFound, TemporarilyUnavailable
from handlers.chat import open_cards
from handlers.chat.actions import Action, Actions, AnyAction, P, R
from handlers.chat.arguments import card_in
from handlers.chat.faults import refusal
from handlers.chat.filters import Means, Tap
from handlers.chat.permissions import denied
from handlers.chat.pin_states import PinEntry
from handlers.chat.questions import settle
from handlers.chat.replies import Shown
from handlers.chat.screens import pin as pin_screens
from handlers.chat.screens.base import Screen
from handlers.chat.screens.cards import confirm_buttons, simple
from handlers.chat.talk import PAD, Talk
from handlers.locales import Html

router = Router(name="confirm")


async def offer(talk: Talk, action: Action[P, R], params: P, text: str) -> Screen:
    """Store what a card offers and return the card: `text` with Confirm and Cancel."""
    made = await propose(talk, action, params, text)
    return Screen(text, confirm_buttons(talk.t, made.token, made.version))


async def propose(talk: Talk, action: Action[P, R], params: P, text: str = "") -> Intent:
    """Store what a card offers, for a card that draws its own buttons. A question that is open is over."""
    await settle(talk.state)
    made = await intents.propose(
        talk.unit,
        talk.cipher,
        customer_id=talk.customer.id,
        chat_id=talk.chat_id,
        action=action.name,
        params=params,
        shown=text,
    )
    talk.cards[made.token] = made
    await open_cards.remember(talk, made)
    return made


async def offered(talk: Talk, arguments: list[str], *actions: Action[P, Any]) -> tuple[Intent, P]:
    """Return the person's own card of these actions that a button names by token and version, and what it offers.

    Raises: as `intents.find`; NotFound: `intent`: a card of another action.
    """
    intent = talk.cards[arguments[0]] = await _intent(talk, arguments)
    action = next((action for action in actions if action.name == intent.action), None)
    if action is None:
        raise NotFound(ErrorCode.INTENT)
    return intent, intents.params_of(intent, talk.cipher, action.params)


@router.callback_query(Tap("ok"))
async def confirm(callback: CallbackQuery, talk: Talk, arguments: list[str], actions: Actions) -> Screen | None:
    """Take a confirmation: act at once, or ask for what is missing, or for the PIN."""
    intent = await _intent(talk, arguments)
    action = actions[intent.action]
    if intent.state == IntentState.DONE:
        return await action.shown_again(talk, intent)
    talk.require_joined()
    intents.require_usable(talk.unit, intent)
    await settle(talk.state)
    refused = await _denied(talk, intent, action)
    if refused is not None:
        return refused
    missing = await action.missing(talk, intent)
    if missing is not None:
        return await action.came_back(talk, intent, missing)
    first = await intents.confirm(talk.unit, intent)
    if not await action.wants_pin(talk, intent):
        return await _carry_out(talk, intent, action)
    await talk.state.set_state(PinEntry.awaited)
    await talk.state.update_data(token=intent.token, version=intent.version, digits="", card=talk.message_id)
    return pin_screens.asked(talk.t, _pad(talk, intent)) if first else None


@router.callback_query(Tap("no"))
async def cancel(callback: CallbackQuery, talk: Talk, arguments: list[str], actions: Actions) -> Screen:
    """Give a card up. What is done already stays done and is shown again."""
    return await _give_up(talk, await _intent(talk, arguments), actions)


async def _give_up(talk: Talk, intent: Intent, actions: Actions) -> Screen:
    if not await intents.cancel(talk.unit, intent):
        return await actions[intent.action].shown_again(talk, intent)
    if _is_awaited(await talk.state.get_data(), intent):
        await talk.state.clear()
    return simple(talk.t("common.cancelled"), talk.t)


@router.message(StateFilter(PinEntry.awaited))
async def pin_typed(message: Message, talk: Talk, actions: Actions) -> list[Shown]:
    """The PIN was typed: the message is deleted at once; the check was made before this transaction began.

    Words without a digit are no PIN: who asks what they are about to sign is shown that, beneath their question.
    """
    pad = await _pad_at(talk)
    if "pin" not in talk.checks and not _has_digit(message.text):
        talk.taken_out.extend([pad] if pad is not None else [])
        return await talk.show(await _told_again(talk))
    deleted = talk.forget_message()
    talk.turn_to(pad)
    return [*deleted, *await talk.show(*await _after_check_told(talk, actions))]


def _has_digit(text: str | None) -> bool:
    return text is None or any(character.isdecimal() for character in text)


async def _pad_at(talk: Talk) -> int | None:
    """Return the message that shows the keypad: the card that was tapped, or the one that took its place."""
    card: int | None = (await talk.state.get_data()).get("card")
    return card if card is not None or talk.anchored is None else await talk.anchored(talk.chat_id, PAD)


async def _told_again(talk: Talk) -> Screen:
    """Return what is about to be signed, with the keypad: the card that waits moves to the end of the chat.

    Of a card that is over nothing is awaited any more: what is said next is no PIN.
    """
    await talk.state.update_data(digits="", card=None)
    try:
        return pin_screens.told(talk.t, await _pad_of(talk, await talk.state.get_data()))
    except IntegrityFault:
        raise
    except FinanceError as refused:
        await talk.state.clear()
        return refusal(talk.t, refused)


@router.callback_query(StateFilter(PinEntry.awaited), Tap("key"))
async def pin_key(callback: CallbackQuery, talk: Talk, arguments: list[str], actions: Actions) -> Screen | list[Screen]:
    """A key of the PIN's keypad: digits gather in the (encrypted) conversation state until there are six."""
    if "pin" in talk.checks:
        return await _after_check_told(talk, actions)
    data = await talk.state.get_data()
    intent = await _intent(talk, arguments[1:])
    if not _is_awaited(data, intent):
        return await _as_it_stands(talk, intent, actions)
    digits = pin_screens.with_key(data.get("digits", ""), "".join(arguments[:1]))
    await talk.state.update_data(digits=digits)
    return pin_screens.asked(talk.t, _pad(talk, intent), len(digits))


@router.callback_query(Tap("key"))
async def stale_key(callback: CallbackQuery, talk: Talk, arguments: list[str], actions: Actions) -> Screen:
    """A key of a keypad whose PIN is not awaited any more: shows what has become of its card."""
    return await _as_it_stands(talk, await _intent(talk, arguments[1:]), actions)


@router.callback_query(Tap("nopin"))
async def give_up(callback: CallbackQuery, talk: Talk, arguments: list[str], actions: Actions) -> Screen:
    """Cancel at the PIN: as under the card itself."""
    return await _give_up(talk, await _intent(talk, arguments), actions)


@router.callback_query(StateFilter(PinEntry.awaited), Means("cancel"))
async def give_up_at_a_menu(callback: CallbackQuery, talk: Talk, actions: Actions) -> Screen:
    """Cancel by another button than the keypad's while the PIN is awaited."""
    data = await talk.state.get_data()
    intent = await _awaited(talk, data)
    return await _give_up(talk, intent, actions)


def _is_awaited(data: Mapping[str, Any], intent: Intent) -> bool:
    """Say whether it is this card's PIN that is awaited."""
    return (data.get("token"), data.get("version")) == (intent.token, intent.version)


async def _as_it_stands(talk: Talk, intent: Intent, actions: Actions) -> Screen:
    if intent.state == IntentState.DONE:
        return await actions[intent.action].shown_again(talk, intent)
    return simple(talk.t("common.card_is_over"), talk.t)


async def _after_check_told(talk: Talk, actions: Actions) -> list[Screen]:
    """Do as `_after_check`. A refusal is told in the card's place, as what deletes the PIN must not be lost with it."""
    awaited = await talk.state.get_data()
    try:
        async with talk.unit.session.begin_nested():
            return await _after_check(talk, actions)
    except IntegrityFault:
        raise
    except TemporarilyUnavailable as later:
        await talk.state.set_state(PinEntry.awaited)
        await talk.state.set_data({**awaited, "digits": ""})
        return [pin_screens.once_more(talk.t, await _pad_of(talk, awaited), refusal(talk.t, later).text)]
    except FinanceError as refused:
        await talk.state.clear()
        return [refusal(talk.t, refused)]


async def _after_check(talk: Talk, actions: Actions) -> list[Screen]:
    check: PinCheck | None = talk.checks.get("pin")
    data = await talk.state.get_data()
    if check is None:
        return [pin_screens.form(talk.t, await _pad_of(talk, data))]
    await talk.state.update_data(digits="")
    if check.outcome != PinOutcome.RIGHT:
        return [await _refused(talk, check, await _pad_of(talk, data))]
    intent = await _awaited(talk, data)
    await talk.state.clear()
    action = actions[intent.action]
    if intent.state == IntentState.DONE:
        return [await action.shown_again(talk, intent)]
    missing = await action.missing(talk, intent)
    if missing is not None:
        return [await action.came_back(talk, intent, missing)]
    return [await _carry_out(talk, intent, action)]


async def _pad_of(talk: Talk, awaited: Mapping[str, Any]) -> pin_screens.Pad:
    """Return the keypad of the card whose PIN is awaited. Raises as `_awaited`."""
    return _pad(talk, await _awaited(talk, awaited))


async def _awaited(talk: Talk, awaited: Mapping[str, Any]) -> Intent:
    """Return the card whose PIN is awaited.

    Raises as `intents.find`; Conflict: `intent_expired`: the day has forgotten it.
    """
    try:
        return await intents.find(talk.unit, str(awaited["token"]), int(awaited["version"]), talk.customer.id)
    except NotFound:
        raise Conflict(ErrorCode.INTENT_EXPIRED) from None


def _pad(talk: Talk, intent: Intent) -> pin_screens.Pad:
    return pin_screens.Pad(intent.token, intent.version, Html(intents.shown_of(intent, talk.cipher)))


async def _refused(talk: Talk, check: PinCheck, pad: pin_screens.Pad) -> Screen:
    if check.outcome == PinOutcome.WRONG and check.tries_left > 0:
        return pin_screens.wrong(talk.t, pad, check.tries_left)
    await talk.state.clear()
    if check.outcome == PinOutcome.STOPPED_RESET:
        return simple(talk.t("pin.stopped_reset"), talk.t)
    if check.outcome == PinOutcome.NEEDS_OPERATOR:
        return simple(talk.t("pin.needs_operator"), talk.t)
    return simple(talk.t("pin.locked", count=check.locked_minutes), talk.t)


async def _carry_out(talk: Talk, intent: Intent, action: AnyAction) -> Screen:
    if intent.state == IntentState.DONE:
        return await action.shown_again(talk, intent)
    intents.require_usable(talk.unit, intent)
    refused = await _denied(talk, intent, action)
    if refused is not None:
        return refused
    if not action.while_behind:
        require_caught_up(talk.unit)
    return await action.carry_out(talk, intent)


async def _denied(talk: Talk, intent: Intent, action: AnyAction) -> Screen | None:
    """Return the refusal where an act takes a permission that the person does not hold now."""
    permission = action.permission_for(talk, intent)
    return None if permission is None else await denied(talk, permission, action.name)


async def _intent(talk: Talk, arguments: list[str]) -> Intent:
    token, version = card_in(arguments)
    return await intents.find(talk.unit, token, version, talk.customer.id)
