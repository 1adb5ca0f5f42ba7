"""The desk of forgotten PINs: what is proved and waits, its selfie (each opening on record), proposing, refusing."""

from __future__ import annotations

from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core.account import pin_resets, reset_review
from finance_core.account.identity import OPENED
from finance_core.account.two_people import ACTION
from finance_core.approvals import audit
from finance_core.customers.queries import by_id
from finance_core.customers.roles import Permission, permissions_of, roles_of
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.payloads import Nothing
from handlers.chat.actions import Action, shows
from handlers.chat.arguments import id_in
from handlers.chat.confirm import offer
from handlers.chat.filters import Means, Tap
from handlers.chat.permissions import needs, operators_only
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.desk.approvals import ask_reason, name_of
from handlers.desk.intents import RefuseReset
from handlers.desk.screens import identities
from handlers.desk.screens import pin_resets as screens

router = operators_only(Router(name="pin resets"))
SEES: Final = needs(Permission.OPEN_IDENTITY)
PROPOSES: Final = needs(Permission.PROPOSE_PIN_RESET)


@router.message(Means("pin_resets"), flags=SEES)
@router.callback_query(Means("pin_resets"), flags=SEES)
async def queue(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """Show the resets whose proof is there, oldest first. Pictures that were opened go from the chat."""
    await talk.take_out_pictures()
    return screens.queue(talk.t, await reset_review.waiting(talk.unit, talk.customer.id), talk.unit.zone)


@router.callback_query(Tap("pinreset"), flags=SEES)
async def open_reset(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show a reset: whose, how it is proved, which digits the selfie has to show. It is on record."""
    return await _card(talk, id_in(arguments, ErrorCode.PIN_RESET))


async def _card(talk: Talk, reset_id: int) -> Screen:
    reset = await reset_review.looked_at(talk.unit, reset_id, talk.customer.id)
    customer = await by_id(talk.unit, reset.customer_id)
    facts = screens.Facts(
        name=await name_of(talk, customer.id),
        contact=await name_of(talk, reset.contact_id) if reset.contact_id is not None else None,
        digits=pin_resets.digits_of(reset, talk.cipher),
        tier=customer.tier,
        is_locked=customer.outflow_locked_at is not None,
    )
    may_propose = Permission.PROPOSE_PIN_RESET in permissions_of(await roles_of(talk.unit, talk.customer.id))
    return screens.reset(talk.t, reset, facts, talk.unit.zone, may_propose=may_propose)


@router.callback_query(Tap("resetpictures"), flags=SEES)
async def open_pictures(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> list[Screen]:
    """Show the selfie and the one by which the person is known; the card beneath. Each opening is on record."""
    reset = await reset_review.looked_at(talk.unit, id_in(arguments, ErrorCode.PIN_RESET), talk.customer.id)
    opened = await reset_review.pictures_of(talk.unit, talk.cipher, reset)
    audit.record(talk.unit, talk.customer.id, OPENED, f"customer:{reset.customer_id}", {"reset": reset.id})
    await talk.take_out_pictures()
    talk.edits = False
    return [*identities.pictures(talk.t, opened), await _card(talk, reset.id)]


@router.callback_query(Tap("resetpropose"), flags=PROPOSES)
async def propose(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask for the reason of the proposal: another operator decides."""
    reset = await reset_review.looked_at(talk.unit, id_in(arguments, ErrorCode.PIN_RESET), talk.customer.id)
    return await ask_reason(talk, ACTION, f"pin_reset:{reset.id}", {})


@router.callback_query(Tap("resetrefuse"), flags=PROPOSES)
async def refuse(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Offer to refuse a reset."""
    reset = await reset_review.looked_at(talk.unit, id_in(arguments, ErrorCode.PIN_RESET), talk.customer.id)
    return await offer(talk, REFUSE, RefuseReset(reset=reset.id), screens.refuse_card(talk.t, reset.id))


async def _refuse(talk: Talk, params: RefuseReset, key: str) -> Nothing:
    await reset_review.refuse(talk.unit, params.reset, talk.customer.id)
    await talk.take_out_pictures()
    return Nothing()


REFUSE: Final = Action(
    "pin_reset.refuse",
    RefuseReset,
    Nothing,
    needs_pin=False,
    run=_refuse,
    done=shows(screens.refused),
    permission=Permission.PROPOSE_PIN_RESET,
)
ACTIONS: Final = (REFUSE,)
