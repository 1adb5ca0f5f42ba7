"""An operator's other accounts: said once by themselves, and nothing of those is dealt with by them from then on."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from finance_core.approvals import audit
from finance_core.customers.roles import Permission
from finance_core.customers.same_person import accounts_of, say_same_person
from handlers.chat.filters import Tap
from handlers.chat.permissions import needs, operators_only
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.desk.approvals import name_of, person_called, taken_draft
from handlers.desk.screens import queue as screens

router = operators_only(Router(name="own accounts"))


class OwnAccounts(StatesGroup):
    """What an operator is asked to write about other accounts of theirs."""

    account = State()


@router.callback_query(Tap("ownaccounts"), flags=needs(Permission.SEE_DESK))
async def begin_account(callback: CallbackQuery, talk: Talk) -> Screen:
    """Name the accounts that are known, and ask for another."""
    others = await accounts_of(talk.unit, talk.customer.id) - {talk.customer.id}
    await talk.state.set_state(OwnAccounts.account)
    return screens.ask_own_account(talk.t, [await name_of(talk, each) for each in sorted(others)])


@router.message(StateFilter(OwnAccounts.account), flags=needs(Permission.SEE_DESK))
async def account_written(message: Message, talk: Talk) -> Screen:
    """Take another account down as one's own. It stays: nobody takes it back."""
    await taken_draft(talk)
    person = await person_called(talk, message.text or "")
    me = talk.customer.id
    await say_same_person(talk.unit, me, person.id)
    audit.record(talk.unit, me, "own_account", f"customer:{person.id}")
    return screens.own_account_noted(talk.t, await name_of(talk, person.id))
