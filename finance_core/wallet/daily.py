"""What the wallet does by itself: sends that nobody accepted go back."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import func, select

from finance_core.storage.steps import TimedWork
from finance_core.storage.unit import SYSTEM, Unit, Units
from finance_core.wallet.models import Send, SendState
from finance_core.wallet.service import return_unaccepted

_PAGE_ROWS: Final = 500


async def _next_return(unit: Unit) -> datetime | None:
    return await unit.session.scalar(select(func.min(Send.returns_at)).where(Send.state == SendState.WAITING))


async def _return_due(units: Units) -> int:
    async with units.begin(SYSTEM) as unit:
        due = select(Send.id).where(Send.state == SendState.WAITING, Send.returns_at <= unit.now)
        ids = list(await unit.session.scalars(due.order_by(Send.returns_at, Send.id).limit(_PAGE_ROWS)))
    for send_id in ids:
        async with units.begin(SYSTEM) as unit:
            await return_unaccepted(unit, send_id)
    return len(ids)


TIMED = [TimedWork("wallet.return_sends", _next_return, _return_due)]
