"""What an expired document means: its person is asked for another in time, and is put back to tier 1 without one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from sqlalchemy import exists
from sqlalchemy.orm import aliased
from sqlmodel import col, select

from finance_core.account.models import CheckState, IdentityCheck
from finance_core.account.notices import IdentityExpired, IdentityExpires
from finance_core.account.rules import ASKED_AGAIN_BEFORE
from finance_core.customers.models import Customer
from finance_core.customers.service import lower_tiers
from finance_core.notices import Notice, Urgency, enqueue_many
from finance_core.storage.unit import Unit

AT_ONCE: Final = 500
UNKNOWN_TIER: Final = 1
"""Where somebody is who has joined and shown no valid document."""
LOOKED_BACK: Final = timedelta(days=7)
"""What expired earlier and was passed over waited for an operator, who deals with it (`put_back` of one person)."""
DUE: Final = (  # 30: ASKED_AGAIN_BEFORE; 7: LOOKED_BACK; 1: UNKNOWN_TIER
    "SELECT FROM identity_check WHERE state = 'approved' AND asked_again_at IS NULL"
    " AND expires_on <= CAST(:on AS date) + 30"
    " UNION ALL SELECT FROM identity_check JOIN customer ON customer.id = identity_check.customer_id"
    " WHERE state = 'approved' AND expires_on BETWEEN CAST(:on AS date) - 7 AND CAST(:on AS date) - 1 AND tier > 1"
)


async def ask_again(unit: Unit, on: date) -> int:
    """Ask who is known by a document that expires within 30 days for another one, once; return how many expire.

    Who has handed in one that is valid for longer is not asked.
    """
    due = select(IdentityCheck).where(
        IdentityCheck.state == CheckState.APPROVED,
        col(IdentityCheck.asked_again_at).is_(None),
        IdentityCheck.expires_on <= on + ASKED_AGAIN_BEFORE,
    )
    found = (await unit.session.scalars(due.order_by(col(IdentityCheck.id)).limit(AT_ONCE).with_for_update())).all()
    renewed = await _with_another(unit, [check.customer_id for check in found], on + ASKED_AGAIN_BEFORE)
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
        if check.customer_id not in renewed
    ]
    await enqueue_many(unit, notices)
    return len(found)


async def _with_another(unit: Unit, customers: Sequence[int], beyond: date) -> frozenset[int]:
    """Return who of some people has a document, approved or waiting, that is valid beyond a day."""
    other = select(IdentityCheck.customer_id).where(
        col(IdentityCheck.customer_id).in_(customers),
        col(IdentityCheck.state).in_((CheckState.APPROVED, CheckState.SUBMITTED)),
        IdentityCheck.expires_on > beyond,
    )
    return frozenset(await unit.session.scalars(other))


async def put_back(unit: Unit, on: date, customer_id: int | None = None) -> int:
    """Put back to tier 1 whose documents have expired by a day, and tell them; return how many there were.

    One that an operator has not looked at yet keeps its person where they are: the wait is ours.

    Args:
        customer_id: of one person, whenever their document expired; else all of the last days.
    """
    old, valid = aliased(IdentityCheck), aliased(IdentityCheck)
    is_valid = exists().where(
        col(valid.customer_id) == old.customer_id,
        col(valid.state).in_((CheckState.APPROVED, CheckState.SUBMITTED)),
        col(valid.expires_on) >= on,
    )
    expired = (
        select(old)
        .join(Customer, col(Customer.id) == col(old.customer_id))
        .where(old.state == CheckState.APPROVED, old.expires_on < on, ~is_valid)
        .where(Customer.tier > UNKNOWN_TIER, Customer.telegram_id > 0)
        .where(old.expires_on >= on - LOOKED_BACK if customer_id is None else old.customer_id == customer_id)
    )
    found = (await unit.session.scalars(expired.order_by(col(old.id)).limit(AT_ONCE))).all()
    latest = {check.customer_id: check for check in found}
    lowered = await lower_tiers(unit, sorted(latest), UNKNOWN_TIER)
    notices = [
        Notice(
            content=IdentityExpired(expires_on=latest[each].expires_on, tier=UNKNOWN_TIER),
            urgency=Urgency.SYSTEM,
            key=f"identity:{latest[each].id}:expired",
            customer_id=each,
        )
        for each in lowered
    ]
    await enqueue_many(unit, notices)
    return len(found)
