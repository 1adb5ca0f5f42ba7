"""The operators' desk: what waits for a second person, and one's own proposals."""

from __future__ import annotations

from typing import Any, Final, cast

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.state import State, StatesGroup
from aiogram.methods import SetMyCommands
from aiogram.types import BotCommandScopeChat, CallbackQuery, Message

from finance_core import approvals
from finance_core.approvals import audit
from finance_core.approvals.freezing import UNFREEZE
from finance_core.approvals.grants import ACCOUNTS
from finance_core.customers.freezing import freeze_of, reason_of
from finance_core.customers.models import Customer
from finance_core.customers.queries import by_id, by_username
from finance_core.customers.roles import Permission, permissions_of, roles_of
from finance_core.customers.service import display_name, username_of
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from finance_core.kernel.json import JsonObject
from finance_core.lines import ACTIONS as LINE_ACTIONS
from handlers.chat.actions import Action, shows
from handlers.chat.arguments import id_in
from handlers.chat.commands import commands_in
from handlers.chat.confirm import propose
from handlers.chat.filters import Means, Tap
from handlers.chat.line import Menu
from handlers.chat.permissions import needs, operators_only
from handlers.chat.replies import Shown
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.desk.intents import ApproveProposal, ProposalApproved, Propose, Proposed
from handlers.desk.screens import approvals as screens

router = operators_only(Router(name="operator"))


class Desk(StatesGroup):
    """What an operator is asked to write; what it is for is in the state's data under `draft`."""

    reason = State()
    objection = State()


# -- the desk ---------------------------------------------------------------------------------------------------------


@router.message(Means("operator"), flags=needs(Permission.SEE_DESK))
async def desk(message: Message, talk: Talk) -> list[Shown]:
    """Show the desk, and let the chat's menu of commands have the operators' ones."""
    menu = SetMyCommands(
        commands=commands_in(talk.t, Menu.OPERATORS),
        scope=BotCommandScopeChat(chat_id=talk.chat_id),
        language_code=None,
    )
    return [menu, *await talk.show(await _desk(talk))]


@router.callback_query(Means("operator"), flags=needs(Permission.SEE_DESK))
async def back_to_desk(callback: CallbackQuery, talk: Talk) -> Screen:
    """Show the desk again."""
    return await _desk(talk)


@router.callback_query(Tap("deskmore"), flags=needs(Permission.SEE_DESK))
async def more(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show what has no room on the desk itself: `deskmore`, `deskmore:people`."""
    granted = permissions_of(await roles_of(talk.unit, talk.customer.id))
    return screens.more(talk.t, granted, "".join(arguments[:1]) or None)


async def _desk(talk: Talk) -> Screen:
    await talk.take_out_pictures()
    roles = await roles_of(talk.unit, talk.customer.id)
    granted = permissions_of(roles)
    waiting: tuple[approvals.Approval, ...] = ()
    if Permission.SEE_APPROVALS in granted:
        waiting = tuple(await approvals.waiting(talk.unit, talk.customer.id))
    return screens.desk(talk.t, roles, granted, waiting, talk.customer.id)


# -- proposals --------------------------------------------------------------------------------------------------------


@router.callback_query(Tap("proposals"), flags=needs(Permission.SEE_APPROVALS))
async def proposals(callback: CallbackQuery, talk: Talk) -> Screen:
    """List what waits for a second person, oldest first, each with its deadline."""
    waiting = await approvals.waiting(talk.unit, talk.customer.id)
    return screens.proposals(talk.t, waiting, talk.unit.now, talk.customer.id)


@router.callback_query(Tap("myproposals"), flags=needs(Permission.SEE_APPROVALS))
async def my_proposals(callback: CallbackQuery, talk: Talk) -> Screen:
    """List what one has proposed oneself, and what became of it."""
    return screens.my_proposals(talk.t, await approvals.by_maker(talk.unit, talk.customer.id))


@router.callback_query(Tap("proposal"), flags=needs(Permission.SEE_APPROVALS))
async def proposal(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show a proposal with its figures as they are now, and to who may decide on it the buttons. It is on record."""
    looked = await approvals.look(talk.unit, LINE_ACTIONS, id_in(arguments, ErrorCode.APPROVAL), talk.customer.id)
    found = looked.approval
    parties = await LINE_ACTIONS.called(found.action).parties(talk.unit, found.subject, found.params)
    seen = {"approval": found.id} if parties.whose is None else {"approval": found.id, "customer": parties.whose}
    audit.record(talk.unit, talk.customer.id, "look", found.subject, seen)
    people = screens.People(
        maker=await name_of(talk, found.maker_id),
        whose=await _whose(talk, parties),
        is_maker=found.maker_id == talk.customer.id,
        is_party=talk.customer.id in parties,
        frozen_because=await _frozen_because(talk, found),
        names=await _names_in(talk, found.before, found.after),
    )
    if not await _may_decide(talk, found, people):
        return screens.proposal(talk.t, looked, people, talk.unit.zone)
    intent = await propose(talk, APPROVE, ApproveProposal(approval=found.id, version=found.version))
    return screens.proposal(talk.t, looked, people, talk.unit.zone, card=(intent.token, intent.version))


async def _may_decide(talk: Talk, found: approvals.Approval, people: screens.People) -> bool:
    if found.state != approvals.ApprovalState.OPEN or people.is_maker or people.is_party:
        return False
    return LINE_ACTIONS.called(found.action).checker in permissions_of(await roles_of(talk.unit, talk.customer.id))


async def _frozen_because(talk: Talk, found: approvals.Approval) -> str | None:
    """Return why an account was frozen that a proposal would open again, None for any other proposal."""
    freeze = await freeze_of(talk.unit, found.subject_id) if found.action == UNFREEZE else None
    return None if freeze is None else reason_of(freeze, talk.cipher)


async def _whose(talk: Talk, parties: approvals.Parties) -> str | None:
    """Return the name of whose something is, None for what belongs to nobody alone."""
    return None if parties.whose is None else await name_of(talk, parties.whose)


@router.callback_query(Tap("objection"), flags=needs(Permission.SEE_APPROVALS))
async def objection(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask why a proposal is refused."""
    found = await approvals.approval(talk.unit, id_in(arguments, ErrorCode.APPROVAL))
    await talk.state.set_state(Desk.objection)
    await talk.state.update_data(draft={"approval": found.id})
    return screens.ask_objection(talk.t, found)


@router.message(StateFilter(Desk.objection), flags=needs(Permission.SEE_APPROVALS))
async def objection_written(message: Message, talk: Talk) -> Screen:
    """Refuse a proposal with the reason that was written."""
    draft = await taken_draft(talk)
    refused = await approvals.refuse(talk.unit, LINE_ACTIONS, draft["approval"], talk.customer.id, message.text or "")
    return screens.decided(talk.t, refused.action, refused.subject, refused.state)


@router.callback_query(Tap("unpropose"), flags=needs(Permission.SEE_APPROVALS))
async def unpropose(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Take one's own proposal back."""
    taken = await approvals.withdraw(talk.unit, id_in(arguments, ErrorCode.APPROVAL), talk.customer.id)
    return screens.decided(talk.t, taken.action, taken.subject, taken.state)


# -- making one -------------------------------------------------------------------------------------------------------


async def ask_reason(talk: Talk, action: str, subject: str, params: JsonObject) -> Screen:
    """Ask for the reason of a proposal; the last thing before it is shown with its figures.

    Raises:
        NotAllowed: `no_permission`, `own_dealing`: before anything is written about it.
    """
    await approvals.require_maker(talk.unit, talk.customer.id, LINE_ACTIONS.called(action), subject, params)
    await talk.state.set_state(Desk.reason)
    await talk.state.update_data(draft={"action": action, "subject": subject, "params": dict(params)})
    return screens.ask_reason(talk.t, action, subject)


@router.message(StateFilter(Desk.reason), flags=needs(Permission.SEE_DESK))
async def reason_written(message: Message, talk: Talk) -> Screen:
    """Show what would be proposed: the figures before and after, and the reason."""
    draft = await taken_draft(talk)
    why = approvals.checked_reason(message.text or "")
    action, subject = LINE_ACTIONS.called(draft["action"]), draft["subject"]
    preview = await action.preview(talk.unit, subject, draft["params"])
    whose = await _whose(talk, await action.parties(talk.unit, subject, draft["params"]))
    params = Propose(action=action.name, subject=subject, params=draft["params"], why=why)
    intent = await propose(talk, PROPOSE, params)
    names = await _names_in(talk, preview.before, preview.after)
    return screens.draft(talk.t, params, preview, whose, names, (intent.token, intent.version))


async def _names_in(talk: Talk, *figures: JsonObject) -> dict[int, str]:
    """Return what the accounts are called that figures name."""
    accounts = {int(str(each)) for one in figures for each in cast("list[object]", one.get(ACCOUNTS, []))}
    return {each: await name_of(talk, each) for each in sorted(accounts)}


async def _propose(talk: Talk, params: Propose, key: str) -> Proposed:
    made = await approvals.propose(
        talk.unit,
        talk.customer.id,
        LINE_ACTIONS.called(params.action),
        params.subject,
        cast("JsonObject", params.params),
        params.why,
        key,
    )
    await talk.take_out_pictures()
    return Proposed(approval=made.id, due_at=made.due_at)


def _proposed(talk: Talk, params: Propose, result: Proposed) -> Screen:
    """Show the deadline on the institution's wall."""
    return screens.proposed(talk.t, result, talk.unit.zone)


async def _approve(talk: Talk, params: ApproveProposal, key: str) -> ProposalApproved:
    done = await approvals.approve(talk.unit, LINE_ACTIONS, params.approval, talk.customer.id, params.version)
    await talk.take_out_pictures()
    return ProposalApproved(approval=done.id, action=done.action, subject=done.subject, state=str(done.state))


# -- what others use too ----------------------------------------------------------------------------------------------


async def taken_draft(talk: Talk) -> dict[str, Any]:
    """Return what was being written about, and leave that state."""
    draft: dict[str, Any] = (await talk.state.get_data()).get("draft", {})
    await talk.state.clear()
    return draft


async def person_called(talk: Talk, said: str) -> Customer:
    """Return who is called by a @username, and put the look on record. Raises NotFound: `customer`."""
    found = await by_username(talk.unit, said.strip(), talk.cipher)
    if found is None:
        raise NotFound(ErrorCode.CUSTOMER)
    audit.record(talk.unit, talk.customer.id, "look", f"customer:{found.id}")
    return found


async def name_of(talk: Talk, customer_id: int) -> str:
    """Return what somebody is called, with the @username by which they are found."""
    customer = await by_id(talk.unit, customer_id)
    name, username = display_name(customer, talk.cipher), username_of(customer, talk.cipher)
    return f"{name} @{username}" if username else name


PROPOSE: Final = Action(
    "desk.propose",
    Propose,
    Proposed,
    needs_pin=False,
    run=_propose,
    done=_proposed,
    permission=lambda params: LINE_ACTIONS.called(params.action).maker,
)
APPROVE: Final = Action(
    "desk.approve",
    ApproveProposal,
    ProposalApproved,
    needs_pin=True,
    run=_approve,
    done=shows(screens.approved),
    permission=Permission.SEE_APPROVALS,  # which one it takes stands in the proposal: the use case asks for that
)
ACTIONS: Final = (PROPOSE, APPROVE)
