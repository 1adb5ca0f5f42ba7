"""Telling people what happened to their account, on all chats that are theirs, and operators what waits for them."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from sqlmodel import col, select

from finance_core.account.models import AccountMove
from finance_core.account.rules import STOPPED_WITHIN
from finance_core.approvals import freezing
from finance_core.customers.freezing import freeze_of
from finance_core.customers.queries import locked
from finance_core.customers.roles import Permission, holders
from finance_core.notices import Content, Notice, Urgency, enqueue, enqueue_many
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit

DONE: Final = "done"


class FrozenBy(StrEnum):
    """Why an account freezes by itself, as its reason is kept; the desk has words for each."""

    RESET_STOPPED = "reset_stopped"
    PHONE_UNDONE = "phone_undone"
    TELEGRAM_UNDONE = "telegram_undone"


async def chats_of(unit: Unit, customer_id: int) -> list[int]:
    """Return whose chats are a person's, by customer id: their own, and that of the Telegram they used until lately."""
    lately = select(AccountMove.other_id).where(
        AccountMove.customer_id == customer_id,
        AccountMove.state == DONE,
        col(AccountMove.other_id).is_not(None),
        AccountMove.made_at > unit.now - STOPPED_WITHIN,
    )
    others = await unit.session.scalars(lately.order_by(col(AccountMove.id)))
    return [customer_id, *(other for other in others if other is not None)]


async def tell_all_chats(unit: Unit, customer_id: int, content: Content, key: str) -> None:
    """Tell a person at once, on all chats that are theirs."""
    for told in await chats_of(unit, customer_id):
        await enqueue(unit, content, urgency=Urgency.SECURITY, key=f"{key}:{told}", customer_id=told)


async def tell_operators(unit: Unit, permission: Permission, content: Content, key: str, *, besides: int) -> None:
    """Tell everybody who may deal with what waits, `besides` whose it is."""
    notices = [
        Notice(content=content, urgency=Urgency.SYSTEM, key=f"{key}:{operator_id}", customer_id=operator_id)
        for operator_id in await holders(unit, permission)
        if operator_id != besides
    ]
    await enqueue_many(unit, notices)


async def freeze(unit: Unit, cipher: Cipher, customer_id: int, why: FrozenBy) -> None:
    """Freeze an account that somebody else may have got at, if it is not frozen yet; two operators lift that."""
    await locked(unit, customer_id)
    if await freeze_of(unit, customer_id) is None:
        await freezing.freeze(unit, cipher, customer_id, why)
