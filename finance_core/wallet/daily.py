"""What the wallet does by itself: sends whose delay is over are delivered, those that nobody accepted go back."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import func
from sqlmodel import col, select

from finance_core.schedule.steps import TimedWork
from finance_core.storage.unit import SYSTEM, Unit, Units
from finance_core.wallet.models import Send, SendState
from finance_core.wallet.service import deliver_delayed, return_unaccepted

_PAGE_ROWS: Final = 500
_WAITING: Final = "SELECT FROM send WHERE state = 'waiting'"
_UNTOLD: Final = (Send.state == SendState.WAITING, col(Send.told_at).is_(None))


async def _next_return(unit: Unit) -> datetime | None:
    return await unit.session.scalar(select(func.min(Send.returns_at)).where(Send.state == SendState.WAITING))


async def _return_due(units: Units) -> int:
    async with units.begin(SYSTEM) as unit:
        due = select(Send.id).where(Send.state == SendState.WAITING, Send.returns_at <= unit.now)
        ids = list(await unit.session.scalars(due.order_by(col(Send.returns_at), col(Send.id)).limit(_PAGE_ROWS)))
    for send_id in ids:
        async with units.begin(SYSTEM) as unit:
            await return_unaccepted(unit, send_id)
    return len(ids)


async def _next_delivery(unit: Unit) -> datetime | None:
    return await unit.session.scalar(select(func.min(Send.delivers_at)).where(*_UNTOLD))


async def _deliver_due(units: Units) -> int:
    async with units.begin(SYSTEM) as unit:
        due = select(Send.id).where(*_UNTOLD, Send.delivers_at <= unit.now)
        ids = list(await unit.session.scalars(due.order_by(col(Send.delivers_at), col(Send.id)).limit(_PAGE_ROWS)))
    for send_id in ids:
        async with units.begin(SYSTEM) as unit:
            await deliver_delayed(unit, send_id)
    return len(ids)


TIMED: Final = (
    TimedWork("wallet.deliver_sends", f"{_WAITING} AND told_at IS NULL", _next_delivery, _deliver_due),
    TimedWork("wallet.return_sends", _WAITING, _next_return, _return_due),
)
