"""What the day does for accounts: of documents that expire and have expired; loose pictures are forgotten."""

from __future__ import annotations

from datetime import date, time
from typing import Final

from sqlalchemy import delete
from sqlmodel import col

from finance_core.account.expiry import AT_ONCE, DUE, ask_again, put_back
from finance_core.account.models import IdentityPicture
from finance_core.account.rules import LOOSE_KEPT
from finance_core.schedule.steps import Step
from finance_core.storage.unit import Unit, Units

_DUE: Final = f"{DUE} UNION ALL SELECT FROM identity_picture WHERE check_id IS NULL AND reset_id IS NULL"


async def _look_after(units: Units, on: date) -> None:
    async with units.begin() as unit:
        await _forget_loose(unit)
    for work in (ask_again, put_back):
        done = AT_ONCE
        while done == AT_ONCE:
            async with units.begin() as unit:
                done = await work(unit, on)


async def _forget_loose(unit: Unit) -> None:
    """Forget the pictures that were sent in a day ago or longer, and never handed in."""
    loose = delete(IdentityPicture).where(
        col(IdentityPicture.check_id).is_(None),
        col(IdentityPicture.reset_id).is_(None),
        col(IdentityPicture.taken_at) < unit.now - LOOSE_KEPT,
    )
    await unit.session.execute(loose)


LOOK_AFTER: Final = Step("account.look_after", time(21), "open", "account", _look_after, _DUE, rank=995)
