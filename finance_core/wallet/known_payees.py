"""Who was paid before: while an account is held after a reset or a change, nobody else is."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import col, exists, select

from finance_core.customers import holds
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotAllowed
from finance_core.storage.unit import Unit
from finance_core.wallet.models import MoneyRequest, RequestState, Send, SendState


async def require_payable(unit: Unit, payer_id: int, payee_id: int | None) -> None:
    """Refuse who was never paid before the account was held, whoever opens a link among them.

    Raises:
        NotAllowed: `changes_held` with the `hours` that are left.
    """
    held = await holds.held(unit, payer_id)
    if held.changes_until is None or held.since is None:
        return
    if payee_id is None or not await _was_paid(unit, payer_id, payee_id, held.since):
        raise NotAllowed(ErrorCode.CHANGES_HELD, hours=holds.hours_until(unit, held.changes_until))


async def _was_paid(unit: Unit, payer_id: int, payee_id: int, before: datetime) -> bool:
    sent = exists().where(
        col(Send.sender_id) == payer_id,
        col(Send.payee_id) == payee_id,
        col(Send.state) == SendState.ACCEPTED,
        col(Send.sent_at) <= before,
    )
    paid = exists().where(
        col(MoneyRequest.payer_id) == payer_id,
        col(MoneyRequest.asker_id) == payee_id,
        col(MoneyRequest.state) == RequestState.PAID,
        col(MoneyRequest.settled_at) <= before,
    )
    return bool(await unit.session.scalar(select(sent | paid)))
