"""A PIN that was forgotten: the phone again, the proof, and from any chat of the person's *It was not me*."""

from __future__ import annotations

from typing import Final

from aiogram import F, Router
from aiogram.filters import StateFilter
from aiogram.types import CallbackQuery, Message

from finance_core.account import pin_resets
from finance_core.account.models import PinReset, Proof, ResetState
from finance_core.customers.freezing import freeze_of
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound, RuleViolation
from handlers.account.screens import pictures as picture_screens
from handlers.account.screens import resets as screens
from handlers.chat.arguments import argument, id_in
from handlers.chat.filters import Means, Tap
from handlers.chat.pin_states import Proving
from handlers.chat.replies import Shown
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk

router = Router(name="resets")

_PICTURE: Final = F.photo | F.document


@router.message(Means("forgot_pin"))
@router.callback_query(Means("forgot_pin"))
async def forgot_pin(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """Begin a reset: how it can be proved, or how one that is under way stands. Raises NotFound: `pin_not_set`."""
    if talk.customer.pin_hash is None:
        raise NotFound(ErrorCode.PIN_NOT_SET)
    standing = await pin_resets.open_of(talk.unit, talk.customer.id)
    if standing is not None and standing.state != ResetState.ASKED:
        return screens.stands(talk.t, standing.state)
    proofs = await pin_resets.proofs_of(talk.unit, talk.customer)
    if len(proofs) == 1:
        return await _ask_phone(talk, proofs[0])
    return screens.which_proof(talk.t, proofs) if proofs else screens.no_proof(talk.t)


@router.callback_query(Tap("resetby"))
async def reset_by(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Choose how it is proved. Raises RuleViolation: `reset_proof`."""
    chosen = argument(arguments)
    if chosen not in tuple(Proof):
        raise RuleViolation(ErrorCode.RESET_PROOF)
    return await _ask_phone(talk, Proof(chosen))


async def _ask_phone(talk: Talk, proof: Proof) -> Screen:
    await talk.state.set_state(Proving.phone)
    await talk.state.update_data(proof=proof.value)
    return screens.share_phone(talk.t)


@router.message(StateFilter(Proving.phone), F.contact)
async def phone_shared(message: Message, talk: Talk) -> list[Screen]:
    """Take the phone again: it must be the one that is held."""
    contact, data = message.contact, await talk.state.get_data()
    assert contact is not None
    reset = await pin_resets.ask(
        talk.unit,
        talk.cipher,
        talk.customer.id,
        Proof(data["proof"]),
        raw_phone=contact.phone_number,
        contact_user_id=contact.user_id,
    )
    await talk.state.clear()
    return [screens.phone_is_right(talk.t), await _ask_proof(talk, reset)]


async def _ask_proof(talk: Talk, reset: PinReset) -> Screen:
    match reset.proof:
        case Proof.SELFIE:
            await talk.state.set_state(Proving.selfie)
            return screens.ask_selfie(talk.t, pin_resets.digits_of(reset, talk.cipher))
        case Proof.CODE:
            await talk.state.set_state(Proving.code)
            return screens.ask_code(talk.t)
    return screens.contact_asked(talk.t)


@router.message(StateFilter(Proving.phone))
async def phone_awaited(message: Message, talk: Talk) -> Screen:
    """Ask for the phone again: only the button counts."""
    return screens.share_phone(talk.t)


@router.message(StateFilter(Proving.code))
async def code_typed(message: Message, talk: Talk) -> list[Shown]:
    """Try the recovery code. It does not stay in the chat."""
    deleted = talk.forget_message()
    if await pin_resets.prove_by_code(talk.unit, talk.cipher, talk.customer.id, message.text or ""):
        await talk.state.clear()
        return [*deleted, *await talk.show(screens.stands(talk.t, ResetState.PROVED))]
    if await pin_resets.open_of(talk.unit, talk.customer.id) is None:
        await talk.state.clear()
        return [*deleted, *await talk.show(screens.stands(talk.t, ResetState.STOPPED))]
    return [*deleted, *await talk.show(screens.wrong_code(talk.t))]


@router.message(StateFilter(Proving.selfie), _PICTURE)
async def selfie_sent(message: Message, talk: Talk) -> list[Shown]:
    """Take the selfie with the digits; the message goes at once."""
    deleted = talk.forget_message()
    if "picture" not in talk.checks:
        refused = picture_screens.refused(talk.t, talk.checks.get("picture_fault", "later"))
        return [*deleted, *await talk.show(refused)]
    await pin_resets.prove_by_selfie(talk.unit, talk.cipher, talk.customer.id, talk.checks["picture"])
    await talk.state.clear()
    return [*deleted, *await talk.show(screens.stands(talk.t, ResetState.PROVED))]


@router.message(StateFilter(Proving.selfie))
async def selfie_awaited(message: Message, talk: Talk) -> Screen:
    """Ask for the selfie again. Raises NotFound: `pin_reset`: it is over."""
    reset = await pin_resets.open_of(talk.unit, talk.customer.id)
    if reset is None:
        raise NotFound(ErrorCode.PIN_RESET)
    return screens.ask_selfie(talk.t, pin_resets.digits_of(reset, talk.cipher))


@router.callback_query(Tap("notmyreset"))
async def not_me(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Stop a reset, set or not: the old PIN stands again, nothing leaves. Raises NotFound: `pin_reset`."""
    number = id_in(arguments, ErrorCode.PIN_RESET)
    is_news = await pin_resets.not_me(talk.unit, talk.cipher, talk.customer.id, number)
    talk.edits = False
    return screens.stands(talk.t, ResetState.STOPPED) if is_news else await stopped_already(talk)


async def stopped_already(talk: Talk) -> Screen:
    """Say that *It was not me* was said before, and whether the account is frozen."""
    freeze = await freeze_of(talk.unit, talk.customer.id)
    return screens.stopped_already(talk.t, freeze.frozen_at if freeze is not None else None, talk.customer.zone)
