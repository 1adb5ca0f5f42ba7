"""Another PIN: the old one is given, then the new one twice. What is typed does not stay in the chat."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.types import CallbackQuery, Message

from finance_core.account import pin_resets
from finance_core.account.models import ResetState
from finance_core.account.notices import PinChanged
from finance_core.account.notifications import tell_all_chats
from finance_core.customers.pin import set_pin
from finance_core.intents import Intent
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from finance_core.kernel.payloads import Nothing
from finance_core.notices.queries import state_of_notice
from handlers.account.screens import pins as screens
from handlers.chat.actions import Action
from handlers.chat.confirm import offer
from handlers.chat.filters import Means
from handlers.chat.pin_states import CHANGE, NEW_PIN, RESET, NewPin
from handlers.chat.replies import Shown
from handlers.chat.screens.base import Screen
from handlers.chat.screens.cards import simple
from handlers.chat.talk import Talk

router = Router(name="pins")

PATIENCE: Final = timedelta(minutes=10)
"""How long the old PIN, or an agreed reset that was opened, lets the new one be typed."""
_CARD: Final = "new_pin_card"
"""Under which the state's data has the key of the card that was confirmed."""


@router.message(Means("change_pin"))
@router.callback_query(Means("change_pin"))
async def change_pin(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """Offer to change the PIN: the old one is asked for after Confirm."""
    talk.require_joined()
    return await offer(talk, CHANGE_PIN, Nothing(), screens.change_card(talk.t))


async def _begin_change(talk: Talk, params: Nothing, key: str) -> Nothing:
    await _begin(talk, CHANGE)
    await talk.state.update_data({_CARD: key})
    return Nothing()


def _new_pin(talk: Talk, params: Nothing, result: Nothing) -> Screen:
    return screens.type_new(talk.t)


async def _tapped_again(talk: Talk, intent: Intent) -> Screen:
    """Ask once more for what is awaited still; else say whether the PIN was changed."""
    step = await talk.state.get_state()
    if step in (NewPin.first.state, NewPin.again.state):
        return screens.type_new(talk.t) if step == NewPin.first.state else screens.again(talk.t)
    told = await state_of_notice(talk.unit, f"{_told_under(intent.key)}:{talk.customer.id}")
    return screens.changed_already(talk.t) if told is not None else screens.not_changed(talk.t)


@router.message(Means("new_pin"))
@router.callback_query(Means("new_pin"))
async def new_pin(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """Ask for the new PIN of a reset that was agreed to. Raises NotFound: `pin_reset`."""
    reset = await pin_resets.open_of(talk.unit, talk.customer.id)
    if reset is None or reset.state != ResetState.APPROVED:
        raise NotFound(ErrorCode.PIN_RESET)
    await _begin(talk, RESET)
    talk.edits = False
    return screens.type_new(talk.t)


async def _begin(talk: Talk, why: str) -> None:
    await talk.state.set_state(NewPin.first)
    await talk.state.update_data({NEW_PIN: why, "new_pin_until": (talk.unit.now + PATIENCE).isoformat()})


@router.message(StateFilter(NewPin.first))
async def first(message: Message, talk: Talk) -> list[Shown]:
    """Take the new PIN: its hash was computed before this transaction began."""
    if "pin_hash" not in talk.checks:
        return await _deleted(talk, screens.refused(talk.t, talk.checks.get("pin_fault", ErrorCode.PIN_FORM)))
    await talk.state.set_state(NewPin.again)
    await talk.state.update_data(pin_hash=talk.checks["pin_hash"])
    return await _deleted(talk, screens.again(talk.t))


@router.message(StateFilter(NewPin.again))
async def again(message: Message, talk: Talk) -> list[Shown]:
    """Take the new PIN a second time; when it differs, both are asked again."""
    data = await talk.state.get_data()
    if not talk.checks.get("pin_same"):
        await talk.state.set_state(NewPin.first)
        return await _deleted(talk, screens.differs(talk.t))
    await talk.state.clear()
    if datetime.fromisoformat(data["new_pin_until"]) < talk.unit.now:
        return await _deleted(talk, simple(talk.t("account.pin_too_late"), talk.t))
    return await _deleted(talk, await _set(talk, data))


async def _set(talk: Talk, data: dict[str, Any]) -> Screen:
    unit, me = talk.unit, talk.customer.id
    if data[NEW_PIN] == RESET:
        await pin_resets.set_new_pin(unit, talk.cipher, me, data["pin_hash"])
        return screens.was_reset(talk.t)
    await set_pin(unit, talk.cipher, me, data["pin_hash"])
    await tell_all_chats(unit, me, PinChanged(on=unit.local_now().date()), _told_under(data[_CARD]))
    return screens.changed(talk.t)


def _told_under(card: str) -> str:
    """Return the key of the notice that the PIN is changed: it tells a later tap on the card that it was."""
    return f"pin:{card}"


async def _deleted(talk: Talk, shown: Screen) -> list[Shown]:
    return [*talk.forget_message(), *await talk.show(shown)]


CHANGE_PIN: Final = Action(
    "account.change_pin", Nothing, Nothing, needs_pin=True, run=_begin_change, done=_new_pin, again=_tapped_again
)
ACTIONS: Final = (CHANGE_PIN,)
