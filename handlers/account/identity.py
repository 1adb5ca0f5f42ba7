"""Who somebody is: the kind of document, its number, until when, its picture, a selfie; then it is handed in."""

from __future__ import annotations

from typing import Final

from aiogram import F, Router
from aiogram.filters import StateFilter
from aiogram.types import CallbackQuery, Message

from finance_core.account import identity
from finance_core.account.identity import DOCUMENT, SELFIE
from finance_core.account.rules import DocumentKind, checked_expiry, document_number
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput
from handlers.account.expiry import expiry_in
from handlers.account.intents import HandedIn, HandIn
from handlers.account.screens import identity as screens
from handlers.account.screens import pictures as picture_screens
from handlers.chat.actions import Action, shows
from handlers.chat.arguments import argument
from handlers.chat.confirm import offer
from handlers.chat.faults import refusal
from handlers.chat.filters import Means, Tap
from handlers.chat.pin_states import Papers
from handlers.chat.replies import Shown
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk

router = Router(name="identity")

_PICTURE: Final = F.photo | F.document


@router.message(Means("identity"))
@router.callback_query(Means("identity"))
async def begin(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """Say what is asked for and why, and ask for the kind of document; or how one that waits stands."""
    talk.require_joined()
    waiting = await identity.waiting_of(talk.unit, talk.customer.id)
    if waiting is not None:
        return screens.waits(talk.t, waiting.submitted_at, talk.customer.zone)
    known = await identity.approved_of(talk.unit, talk.customer.id)
    expires_on = known.expires_on if known is not None else None
    return screens.which_kind(talk.t, talk.customer.tier, expires_on, talk.unit.open_on)


@router.callback_query(Tap("paper"))
async def kind_chosen(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask for the number."""
    talk.require_joined()
    chosen = argument(arguments)
    if chosen not in tuple(DocumentKind):
        return screens.which_kind(talk.t, talk.customer.tier, None, talk.unit.open_on)
    await talk.state.set_state(Papers.number)
    await talk.state.update_data(kind=chosen)
    return screens.ask_number(talk.t, chosen)


@router.message(StateFilter(Papers.number))
async def number_typed(message: Message, talk: Talk) -> list[Shown]:
    """Take the number, which does not stay in the chat; ask until when the document is valid."""
    kind = DocumentKind((await talk.state.get_data())["kind"])
    try:
        document_number(kind, message.text or "")
    except InvalidInput as fault:
        return [*talk.forget_message(), *await talk.show(refusal(talk.t, fault))]
    await talk.state.set_state(Papers.expires)
    await talk.state.update_data(number=message.text)
    return [*talk.forget_message(), *await talk.show(screens.ask_expiry(talk.t))]


@router.message(StateFilter(Papers.expires))
async def expiry_typed(message: Message, talk: Talk) -> Screen:
    """Take the last day on which it is valid; ask for its picture.

    Raises:
        InvalidInput: `expiry_unclear`, `document_expired`.
    """
    day = expiry_in(message.text or "")
    if day is None:
        raise InvalidInput(ErrorCode.EXPIRY_UNCLEAR)
    checked_expiry(day, talk.unit.open_on)
    await talk.state.set_state(Papers.document)
    await talk.state.update_data(expires_on=day.isoformat())
    return screens.ask_document(talk.t)


@router.message(StateFilter(Papers.document), _PICTURE)
async def document_sent(message: Message, talk: Talk) -> list[Shown]:
    """Take the document's picture; the message goes at once. Ask for the selfie."""
    if not await _kept(talk, DOCUMENT):
        return await _refused(talk)
    await talk.state.set_state(Papers.selfie)
    return [*talk.forget_message(), *await talk.show(screens.ask_selfie(talk.t))]


@router.message(StateFilter(Papers.selfie), _PICTURE)
async def selfie_sent(message: Message, talk: Talk) -> list[Shown]:
    """Take the selfie; the message goes at once. Show what would be handed in."""
    if not await _kept(talk, SELFIE):
        return await _refused(talk)
    data = await talk.state.get_data()
    day = expiry_in(data["expires_on"])
    assert day is not None
    await talk.state.clear()
    params = HandIn(kind=data["kind"], number=data["number"], expires_on=day)
    card = await offer(talk, HAND_IN, params, screens.card(talk.t, params))
    return [*talk.forget_message(), *await talk.show(card)]


async def _kept(talk: Talk, purpose: str) -> bool:
    """Keep the picture that was made anew before this transaction began; say whether there is one."""
    if "picture" not in talk.checks:
        return False
    await identity.keep_picture(talk.unit, talk.cipher, talk.customer.id, purpose, talk.checks["picture"])
    return True


async def _refused(talk: Talk) -> list[Shown]:
    why = talk.checks.get("picture_fault", "later")
    return [*talk.forget_message(), *await talk.show(picture_screens.refused(talk.t, why))]


@router.message(StateFilter(Papers.document))
async def document_awaited(message: Message, talk: Talk) -> Screen:
    """Ask for the document's picture again."""
    return screens.ask_document(talk.t)


@router.message(StateFilter(Papers.selfie))
async def selfie_awaited(message: Message, talk: Talk) -> Screen:
    """Ask for the selfie again."""
    return screens.ask_selfie(talk.t)


async def _hand_in(talk: Talk, params: HandIn, key: str) -> HandedIn:
    kind = DocumentKind(params.kind)
    made = await identity.submit(talk.unit, talk.cipher, talk.customer.id, kind, params.number, params.expires_on)
    return HandedIn(check=made.id)


HAND_IN: Final = Action(
    "account.hand_in", HandIn, HandedIn, needs_pin=True, run=_hand_in, done=shows(screens.handed_in)
)
ACTIONS: Final = (HAND_IN,)
