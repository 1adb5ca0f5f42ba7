"""Closing an account: asked for, thought better of, and what it is still needed for.

What nothing needs goes seven days after it was asked for. What is still needed is named, and goes by itself when the
last of it ends: each evening looks again (`erasing`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import text
from sqlmodel import select

from finance_core.approvals import audit
from finance_core.customers.queries import locked
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from finance_core.kernel.money import BASE_CURRENCY, Money
from finance_core.privacy.models import AccountClosing, ClosingState
from finance_core.storage.personal import Need
from finance_core.storage.unit import Unit

MIND_CHANGED_WITHIN: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Needed:
    """Something that an account is still needed for, with its sum where it has one."""

    name: str
    amount: Money | None


async def needed(unit: Unit, needs: Sequence[Need], customers: Sequence[int]) -> Mapping[int, list[Needed]]:
    """Return what the accounts of several people are still needed for, by person; who needs nothing is left out."""
    found: dict[int, list[Needed]] = {}
    values = {"customers": list(customers), "now": unit.now, "on": unit.open_on}
    for need in needs:
        asked = text(need.select)
        bound = {name: values[name] for name in asked.compile().params}
        for row in await unit.session.execute(asked, bound):
            amount = Money(int(row.amount), BASE_CURRENCY) if row.amount else None
            found.setdefault(row.customer_id, []).append(Needed(need.name, amount))
    return found


async def standing(unit: Unit, customer_id: int) -> AccountClosing | None:
    """Return the closing that somebody has asked for; None where none waits."""
    statement = select(AccountClosing).where(
        AccountClosing.customer_id == customer_id, AccountClosing.state == ClosingState.ASKED
    )
    return await unit.session.scalar(statement)


async def ask(unit: Unit, customer_id: int, key: str) -> AccountClosing:
    """Ask that an account be closed, and its owner erased. The caller has checked the PIN. Asked twice it is one."""
    await locked(unit, customer_id)
    known = await standing(unit, customer_id)
    if known is not None:
        return known
    due_at = unit.now + MIND_CHANGED_WITHIN
    closing = AccountClosing(
        key=key,
        customer_id=customer_id,
        asked_at=unit.now,
        due_at=due_at,
        due_on=due_at.astimezone(unit.zone).date(),
    )
    unit.session.add(closing)
    audit.record(unit, customer_id, "ask_erasure", f"customer:{customer_id}")
    await unit.session.flush()
    return closing


async def keep(unit: Unit, customer_id: int) -> AccountClosing:
    """Think better of it: the account stays. Raises NotFound: `closing`."""
    await locked(unit, customer_id)
    closing = await standing(unit, customer_id)
    if closing is None:
        raise NotFound(ErrorCode.CLOSING)
    closing.state, closing.settled_at = ClosingState.KEPT, unit.now
    audit.record(unit, customer_id, "keep_account", f"customer:{customer_id}")
    await unit.session.flush()
    return closing
