"""What people set for themselves about borrowing: that nothing is lent until a day, and a limit of their own.

Both are tightened at once. A block ends with its last day and cannot be shortened; a limit is raised or lifted no
earlier than a week after it was set. What runs goes on. Each choice is a row: the latest one counts.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from sqlmodel import col, select

from finance_core.customers.queries import locked
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput, RuleViolation
from finance_core.kernel.money import Money
from finance_core.loans.origination.models import SelfLimit
from finance_core.storage.unit import Unit

BLOCKS_DAYS: Final = (30, 90, 365)
"""For how long borrowing may be blocked, today not counted."""

LOOSENED_AFTER: Final = timedelta(days=7)
"""How long a limit stands at least before it is raised or lifted."""


async def current(unit: Unit, customer_id: int) -> SelfLimit | None:
    """Return what a person has set, as of their last choice; None for nothing ever."""
    statement = select(SelfLimit).where(SelfLimit.customer_id == customer_id)
    return await unit.session.scalar(statement.order_by(col(SelfLimit.id).desc()).limit(1))


async def blocked_until(unit: Unit, customer_id: int) -> date | None:
    """Return the last day on which nothing is lent to a person; None where they may borrow today."""
    chosen = await current(unit, customer_id)
    until = chosen.no_lending_until if chosen is not None else None
    return until if until is not None and unit.open_on <= until else None


def loosened_from(chosen: SelfLimit) -> date | None:
    """Return the day from which on a limit may be raised or lifted; None where there is none."""
    return chosen.own_limit_on + LOOSENED_AFTER if chosen.own_limit_on is not None else None


async def block(unit: Unit, customer_id: int, days: int) -> SelfLimit:
    """Lend a person nothing for so many days, today besides. A longer block takes the place of a shorter one.

    Raises:
        InvalidInput: `block_days`: none of those that can be chosen. RuleViolation: `block_stands` with `until`: one
            that lasts as long stands already.
    """
    if days not in BLOCKS_DAYS:
        raise InvalidInput(ErrorCode.BLOCK_DAYS)
    await locked(unit, customer_id)
    stands, until = await blocked_until(unit, customer_id), unit.open_on + timedelta(days=days)
    if stands is not None and stands >= until:
        raise RuleViolation(ErrorCode.BLOCK_STANDS, until=stands)
    chosen = await current(unit, customer_id)
    return await _choose(unit, customer_id, until, chosen.own_limit if chosen else None, chosen)


async def set_limit(unit: Unit, customer_id: int, limit: Money | None) -> SelfLimit:
    """Let a person owe at most `limit` in loans, principal and open lines together; None lifts it.

    Raises:
        InvalidInput: `amount_not_positive`. RuleViolation: `own_limit_stands` with `from_on`: a limit is raised or
            lifted no earlier.
    """
    if limit is not None and limit.amount <= 0:
        raise InvalidInput(ErrorCode.AMOUNT_NOT_POSITIVE)
    await locked(unit, customer_id)
    chosen = await current(unit, customer_id)
    now = chosen.own_limit if chosen is not None else None
    is_looser = now is not None and (limit is None or limit.amount > now)
    from_on = loosened_from(chosen) if chosen is not None else None
    if is_looser and from_on is not None and unit.open_on < from_on:
        raise RuleViolation(ErrorCode.OWN_LIMIT_STANDS, from_on=from_on)
    until = chosen.no_lending_until if chosen is not None else None
    return await _choose(unit, customer_id, until, limit.amount if limit is not None else None, chosen)


async def _choose(
    unit: Unit, customer_id: int, until: date | None, limit: int | None, before: SelfLimit | None
) -> SelfLimit:
    is_same = before is not None and before.own_limit == limit
    limit_on = before.own_limit_on if is_same and before is not None else unit.open_on
    chosen = SelfLimit(
        customer_id=customer_id,
        made_at=unit.now,
        made_on=unit.open_on,
        no_lending_until=until,
        own_limit=limit,
        own_limit_on=limit_on if limit is not None else None,
    )
    unit.session.add(chosen)
    await unit.session.flush()
    return chosen
