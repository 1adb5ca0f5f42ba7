"""The desk of identities: documents that wait, their pictures (each opening on record), approving, refusing."""

from __future__ import annotations

from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core.account import identity
from finance_core.account.rules import Refusal
from finance_core.customers.roles import Permission
from finance_core.kernel.error_codes import ErrorCode
from finance_core.loans.origination import self_limits
from handlers.chat.actions import Action, shows
from handlers.chat.arguments import argument, count_in, id_in
from handlers.chat.confirm import offer
from handlers.chat.filters import Means, Tap
from handlers.chat.permissions import needs, operators_only
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.desk.approvals import name_of
from handlers.desk.intents import IdentityApproved, IdentityDecision, IdentityRefused
from handlers.desk.screens import identities as screens

router = operators_only(Router(name="identities"))
REVIEWS: Final = needs(Permission.REVIEW_IDENTITY)


@router.message(Means("identities"), flags=REVIEWS)
@router.callback_query(Means("identities"), flags=REVIEWS)
async def queue(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """Show the documents that wait, oldest first. Pictures that were opened go from the chat."""
    await talk.take_out_pictures()
    return screens.queue(talk.t, await identity.queue(talk.unit, talk.customer.id), talk.unit.zone)


@router.callback_query(Tap("idcheck"), flags=REVIEWS)
async def open_check(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show a document without its pictures. That it was looked at is on record."""
    return await _card(talk, id_in(arguments, ErrorCode.IDENTITY))


async def _card(talk: Talk, check_id: int) -> Screen:
    seen = await identity.look_at(talk.unit, talk.cipher, check_id, talk.customer.id)
    name = await name_of(talk, seen.check.customer_id)
    others = [await name_of(talk, other) for other in seen.others]
    return screens.check(talk.t, seen, name, others, talk.unit.zone)


@router.callback_query(Tap("idpictures"), flags=needs(Permission.OPEN_IDENTITY))
async def open_pictures(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> list[Screen]:
    """Show the pictures, which cannot be passed on, and the card beneath. Each opening is on record."""
    check_id = id_in(arguments, ErrorCode.IDENTITY)
    opened = await identity.open_pictures(talk.unit, talk.cipher, check_id, talk.customer.id)
    await talk.take_out_pictures()
    talk.edits = False
    return [*screens.pictures(talk.t, opened), await _card(talk, check_id)]


@router.callback_query(Tap("idapprove"), flags=REVIEWS)
async def approve(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Offer to approve a document."""
    seen = await identity.look_at(talk.unit, talk.cipher, id_in(arguments, ErrorCode.IDENTITY), talk.customer.id)
    name = await name_of(talk, seen.check.customer_id)
    params = IdentityDecision(check=seen.check.id, reason=None)
    return await offer(talk, APPROVE, params, screens.approve_card(talk.t, seen, name))


@router.callback_query(Tap("idrefuse"), flags=REVIEWS)
async def refuse(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask for the reason; with one, offer to refuse."""
    check_id, reason = id_in(arguments, ErrorCode.IDENTITY), argument(arguments, 1)
    if reason not in tuple(Refusal):
        return screens.which_reason(talk.t, check_id, count_in(arguments, 1))
    params = IdentityDecision(check=check_id, reason=reason)
    return await offer(talk, REFUSE, params, screens.refuse_card(talk.t, check_id, reason))


async def _approve(talk: Talk, params: IdentityDecision, key: str) -> IdentityApproved:
    tier = await identity.approve(talk.unit, talk.cipher, params.check, talk.customer.id)
    await talk.take_out_pictures()
    person = await identity.person_of(talk.unit, params.check)
    await self_limits.carry_over_by_document(talk.unit, talk.cipher, person)
    return IdentityApproved(tier=tier)


async def _refuse(talk: Talk, params: IdentityDecision, key: str) -> IdentityRefused:
    await identity.refuse(talk.unit, talk.cipher, params.check, talk.customer.id, Refusal(params.reason or ""))
    await talk.take_out_pictures()
    person = await identity.person_of(talk.unit, params.check)
    await self_limits.carry_over_by_document(talk.unit, talk.cipher, person)
    return IdentityRefused()


APPROVE: Final = Action(
    "identity.approve",
    IdentityDecision,
    IdentityApproved,
    needs_pin=True,
    run=_approve,
    done=shows(screens.approved),
    permission=Permission.REVIEW_IDENTITY,
)
REFUSE: Final = Action(
    "identity.refuse",
    IdentityDecision,
    IdentityRefused,
    needs_pin=False,
    run=_refuse,
    done=shows(screens.refused),
    permission=Permission.REVIEW_IDENTITY,
)
ACTIONS: Final = (APPROVE, REFUSE)
