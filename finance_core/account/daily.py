"""What the day does for accounts: documents that expire are asked for again, loose pictures are forgotten."""

from __future__ import annotations

from datetime import date, time
from typing import Final

from sqlalchemy import delete
from sqlmodel import col, select

from finance_core.account.models import CheckState, IdentityCheck, IdentityPicture
from finance_core.account.notices import IdentityExpires
from finance_core.account.rules import ASKED_AGAIN_BEFORE, LOOSE_KEPT
from finance_core.notices import Notice, Urgency, enqueue_many
from finance_core.schedule.steps import Step
from finance_core.storage.unit import Unit, Units

_AT_ONCE: Final = 500
_DUE: Final = (  # 30: ASKED_AGAIN_BEFORE
    "SELECT FROM identity_check WHERE state = 'approved' AND asked_again_at IS NULL"
    " AND expires_on <= CAST(:on AS date) + 30"
    " UNION ALL SELECT FROM identity_picture WHERE check_id IS NULL AND reset_id IS NULL"
)


async def _look_after(units: Units, on: date) -> None:
    async with units.begin() as unit:
        await _forget_loose(unit)
    done = _AT_ONCE
    while done == _AT_ONCE:
        async with units.begin() as unit:
            done = await _ask_again(unit, on)


async def _forget_loose(unit: Unit) -> None:
    """Forget the pictures that were sent in a day ago or longer, and never handed in."""
    loose = delete(IdentityPicture).where(
        col(IdentityPicture.check_id).is_(None),
        col(IdentityPicture.reset_id).is_(None),
        col(IdentityPicture.taken_at) < unit.now - LOOSE_KEPT,
    )
    await unit.session.execute(loose)


async def _ask_again(unit: Unit, on: date) -> int:
    """Ask who is known by a document that expires within 30 days for another one, once."""
    due = select(IdentityCheck).where(
        IdentityCheck.state == CheckState.APPROVED,
        col(IdentityCheck.asked_again_at).is_(None),
        IdentityCheck.expires_on <= on + ASKED_AGAIN_BEFORE,
    )
    found = (await unit.session.scalars(due.order_by(col(IdentityCheck.id)).limit(_AT_ONCE).with_for_update())).all()
    for check in found:
        check.asked_again_at = unit.now
    notices = [
        Notice(
            content=IdentityExpires(expires_on=check.expires_on),
            urgency=Urgency.SYSTEM,
            key=f"identity:{check.id}:expires",
            customer_id=check.customer_id,
        )
        for check in found
    ]
    await enqueue_many(unit, notices)
    return len(found)


LOOK_AFTER: Final = Step("account.look_after", time(21), "open", "account", _look_after, _DUE, rank=995)
