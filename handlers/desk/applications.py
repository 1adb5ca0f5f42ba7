"""A credit officer's desk: the queue of applications, one opened, approved (for less, too) or declined with reasons."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core import intents
from finance_core.customers.roles import Permission
from finance_core.customers.service import display_name
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from finance_core.kernel.money import Money
from finance_core.kernel.payloads import Nothing
from finance_core.loans.origination import officer
from finance_core.loans.origination.decision import Reason
from handlers.chat.actions import Action, shows
from handlers.chat.arguments import count_in, id_in, id_of, whole_number
from handlers.chat.confirm import offer, offered, propose
from handlers.chat.filters import Means, Tap
from handlers.chat.permissions import needs, operators_only
from handlers.chat.questions import Slots, ask
from handlers.chat.screens.base import Screen
from handlers.chat.slot_values import money_slot
from handlers.chat.talk import Talk
from handlers.desk.intents import ApproveApplication, DeclineApplication
from handlers.desk.screens import applications as screens

router = operators_only(Router(name="officer"))
DECIDES: Final = needs(Permission.DECIDE_APPLICATIONS)


@router.message(Means("queue"), flags=DECIDES)
@router.callback_query(Means("queue"), flags=DECIDES)
async def queue(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """Show the applications that wait, oldest first, each with its deadline."""
    return screens.queue(talk.t, await officer.queue(talk.unit, talk.customer.id), talk.unit.zone)


@router.callback_query(Tap("appl"), flags=DECIDES)
async def open_application(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Open one application; that it was looked at is on record."""
    file = await officer.look(talk.unit, id_in(arguments, ErrorCode.APPLICATION), talk.customer.id)
    return screens.file(talk.t, file, display_name(file.customer, talk.cipher), talk.unit.zone)


@router.callback_query(Tap("appl_yes"), flags=DECIDES)
async def approve(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Offer to approve an application as it was asked for."""
    file = await officer.look(talk.unit, id_in(arguments, ErrorCode.APPLICATION), talk.customer.id)
    return await _offer_approval(talk, file)


@router.callback_query(Tap("appl_less"), flags=DECIDES)
async def approve_less(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask for the smaller sum that is approved."""
    file = await officer.look(talk.unit, id_in(arguments, ErrorCode.APPLICATION), talk.customer.id)
    await ask(talk.state, "approval", "amount", {"application": str(file.waiting.application.id)})
    return screens.ask_sum(talk.t, file)


@router.message(Means("approval"), flags=DECIDES)
async def approval_sum(event: Message, talk: Talk, slots: Slots) -> Screen:
    """Take the smaller sum."""
    file = await officer.look(talk.unit, id_of(slots["application"], ErrorCode.APPLICATION), talk.customer.id)
    return await _offer_approval(talk, file, money_slot(slots))


async def _offer_approval(talk: Talk, file: officer.File, approved: Money | None = None) -> Screen:
    principal = approved or file.waiting.principal
    params = ApproveApplication(application=file.waiting.application.id, sum=principal)
    return await offer(talk, APPROVE, params, screens.approval_card(talk.t, file, principal))


@router.callback_query(Tap("appl_no"), flags=DECIDES)
async def decline(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Begin to decline: the reasons are tapped on, one to four of them."""
    file = await officer.look(talk.unit, id_in(arguments, ErrorCode.APPLICATION), talk.customer.id)
    params = DeclineApplication(application=file.waiting.application.id, reasons=())
    intent = await propose(talk, DECLINE, params)
    return screens.decline_card(talk.t, params, intent.token, intent.version)


@router.callback_query(Tap("appl_why"), flags=DECIDES)
async def turn_reason(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Turn a reason on or off, or show further ones; the card is drawn anew, and after a turn its old buttons end."""
    intent, params = await offered(talk, arguments, DECLINE)
    turned = arguments[2] if len(arguments) > 2 else ""  # noqa: PLR2004 - token, version, reason
    if whole_number(turned) is not None:
        return screens.decline_card(talk.t, params, intent.token, intent.version, count_in(arguments, 2))
    if turned not in screens.OFFICERS_REASONS:
        raise NotFound(ErrorCode.APPLICATION)
    reasons = set(params.reasons) ^ {turned}
    params = replace(params, reasons=tuple(reason for reason in Reason if reason in reasons))
    await intents.replace(talk.unit, talk.cipher, intent, params)
    return screens.decline_card(talk.t, params, intent.token, intent.version, screens.page_with(Reason(turned)))


async def _approve(talk: Talk, params: ApproveApplication, key: str) -> Nothing:
    await officer.approve(talk.unit, params.application, talk.customer.id, params.sum)
    return Nothing()


async def _decline(talk: Talk, params: DeclineApplication, key: str) -> Nothing:
    await officer.decline(talk.unit, params.application, talk.customer.id, params.reasons)
    return Nothing()


APPROVE: Final = Action(
    "application.approve",
    ApproveApplication,
    Nothing,
    needs_pin=True,
    run=_approve,
    done=shows(screens.approved),
    permission=Permission.DECIDE_APPLICATIONS,
)
DECLINE: Final = Action(
    "application.decline",
    DeclineApplication,
    Nothing,
    needs_pin=False,
    run=_decline,
    done=shows(screens.declined),
    permission=Permission.DECIDE_APPLICATIONS,
)
ACTIONS: Final = (APPROVE, DECLINE)
