"""Who holds which role: giving one takes two administrators; one that is taken away is gone at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from finance_core import approvals
from finance_core.approvals import audit, grants
from finance_core.customers import operators
from finance_core.customers.queries import by_username
from finance_core.customers.roles import Permission
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.payloads import Nothing
from finance_core.lines import ACTIONS as LINE_ACTIONS
from handlers.chat.actions import Action, shows
from handlers.chat.arguments import count_in, id_in
from handlers.chat.confirm import offer
from handlers.chat.filters import Tap
from handlers.chat.permissions import needs, operators_only
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.desk.approvals import ask_reason, name_of, person_called, taken_draft
from handlers.desk.intents import TakeRole
from handlers.desk.screens import roles as screens

router = operators_only(Router(name="roles"))


class Roles(StatesGroup):
    """What an administrator is asked to write about a role."""

    person = State()
    accounts = State()
    reason = State()


@router.callback_query(Tap("roles"), flags=needs(Permission.PROPOSE_GRANT))
async def roles(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """List who holds which role; the buttons that take one from the given place on."""
    held = [(await name_of(talk, each.customer_id), each) for each in await operators.all_roles(talk.unit)]
    return screens.roles(talk.t, held, count_in(arguments))


@router.callback_query(Tap("giverole"), flags=needs(Permission.PROPOSE_GRANT))
async def give_role(callback: CallbackQuery, talk: Talk) -> Screen:
    """Ask who is to have a role."""
    await talk.state.set_state(Roles.person)
    return screens.ask_person(talk.t)


@router.message(StateFilter(Roles.person), flags=needs(Permission.PROPOSE_GRANT))
async def person_written(message: Message, talk: Talk) -> Screen:
    """Offer the roles for the person who was named; that their data was looked at is on record."""
    await taken_draft(talk)
    person = await person_called(talk, message.text or "")
    return screens.choose_role(talk.t, await name_of(talk, person.id), person.id)


@router.callback_query(Tap("role"), flags=needs(Permission.PROPOSE_GRANT))
async def role(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask which other accounts the person has who is to have the role: they will deal with none of them."""
    customer_id, name = id_in(arguments, ErrorCode.CUSTOMER), grants.role_called("".join(arguments[1:2]))
    action, params = LINE_ACTIONS.called(grants.GRANT), {"role": name.value}
    await approvals.require_maker(talk.unit, talk.customer.id, action, f"customer:{customer_id}", params)
    await talk.state.set_state(Roles.accounts)
    await talk.state.update_data(draft={"customer": customer_id, "role": name.value})
    return screens.ask_accounts(talk.t, await name_of(talk, customer_id), customer_id, name.value)


@router.callback_query(Tap("roleonly"), flags=needs(Permission.PROPOSE_GRANT))
async def no_accounts(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Begin the proposal for somebody who has no other account."""
    customer_id, name = id_in(arguments, ErrorCode.CUSTOMER), grants.role_called("".join(arguments[1:2]))
    return await _ask_why(talk, customer_id, name.value, [])


@router.message(StateFilter(Roles.accounts), flags=needs(Permission.PROPOSE_GRANT))
async def accounts_written(message: Message, talk: Talk) -> Screen:
    """Begin the proposal with the other accounts that were named; a name that nobody has is asked for anew."""
    draft = (await talk.state.get_data())["draft"]
    called = {each: await by_username(talk.unit, each, talk.cipher) for each in usernames_in(message.text or "")}
    unknown = [each for each, person in called.items() if person is None]
    if unknown or not called:
        return screens.accounts_unknown(talk.t, unknown, draft["customer"], draft["role"])
    accounts = [person.id for person in called.values() if person is not None]
    for account in accounts:
        audit.record(talk.unit, talk.customer.id, "look", f"customer:{account}")
    return await _ask_why(talk, draft["customer"], draft["role"], accounts)


def usernames_in(said: str) -> list[str]:
    """Return the names in a text, by commas or spaces of either script: "@one, @two" are two."""
    return [each for each in re.split(r"[\s,;，、；]+", said) if each]


async def _ask_why(talk: Talk, customer_id: int, role: str, accounts: Sequence[int]) -> Screen:
    others = sorted({*accounts} - {customer_id})
    return await ask_reason(talk, grants.GRANT, f"customer:{customer_id}", {"role": role, grants.ACCOUNTS: others})


@router.callback_query(Tap("takerole"), flags=needs(Permission.PROPOSE_GRANT))
async def take_role(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Ask why a role is taken from somebody."""
    customer_id, name = id_in(arguments, ErrorCode.CUSTOMER), grants.role_called("".join(arguments[1:2]))
    who = await name_of(talk, customer_id)
    await talk.state.set_state(Roles.reason)
    await talk.state.update_data(draft={"customer": customer_id, "role": name.value})
    return screens.ask_why_taken(talk.t, who, name.value)


@router.message(StateFilter(Roles.reason), flags=needs(Permission.PROPOSE_GRANT))
async def why_written(message: Message, talk: Talk) -> Screen:
    """Show whose role would be taken, and why; it is taken with the PIN."""
    draft = await taken_draft(talk)
    why = approvals.checked_reason(message.text or "")
    params = TakeRole(customer=draft["customer"], role=draft["role"], why=why)
    return await offer(talk, TAKE, params, screens.take_card(talk.t, await name_of(talk, params.customer), params))


async def _take(talk: Talk, params: TakeRole, key: str) -> Nothing:
    taken = grants.role_called(params.role)
    await grants.take(talk.unit, params.customer, taken, actor_id=talk.customer.id, why=params.why)
    return Nothing()


TAKE: Final = Action(
    "desk.take_role",
    TakeRole,
    Nothing,
    needs_pin=True,
    run=_take,
    done=shows(screens.taken),
    permission=Permission.PROPOSE_GRANT,
)
ACTIONS: Final = (TAKE,)
