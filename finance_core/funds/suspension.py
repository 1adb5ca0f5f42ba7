"""Suspending a fund, and lifting it: meanwhile it is neither sold, redeemed nor priced, and orders wait."""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy import or_
from sqlmodel import col, select

from finance_core.funds import prices
from finance_core.funds.models import NavOrder, NavSuspension, OrderKind, OrderState
from finance_core.funds.notices import Lifted, Suspended
from finance_core.funds.notifications import tell_holders
from finance_core.funds.product import NavFundTerms
from finance_core.funds.rules import dates_of
from finance_core.kernel.calendars import dealing
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput
from finance_core.storage.unit import Unit

LONGEST_REASON: Final = 200


async def suspend(unit: Unit, fund: NavFundTerms, reason: str, by: str) -> NavSuspension:
    """Suspend a fund from now on. Who has an order in it is told, and may take it back at any time.

    Raises:
        InvalidInput: `suspension_reason`. Conflict: `fund_suspended_already`.
    """
    if not 0 < len(reason.strip()) <= LONGEST_REASON:
        raise InvalidInput(ErrorCode.SUSPENSION_REASON, most=LONGEST_REASON)
    await prices.opened(unit, fund)
    if await prices.suspension_of(unit, fund.number) is not None:
        raise Conflict(ErrorCode.FUND_SUSPENDED_ALREADY)
    made = NavSuspension(fund_id=fund.number, from_at=unit.now, reason=reason.strip(), suspended_by=by)
    unit.session.add(made)
    await unit.session.flush()
    waiting = await _waiting(unit, fund)
    told = Suspended(fund=fund.name, note=made.reason)
    await tell_holders(unit, fund, _owners(waiting), told, occasion=made.id)
    return made


async def lift(unit: Unit, fund: NavFundTerms, by: str) -> NavSuspension:
    """Let a fund deal again. Orders of days without a NAV get that of the next day whose cut-off is still to come.

    Raises Conflict: `fund_not_suspended`.
    """
    await prices.opened(unit, fund)
    suspension = await prices.suspension_of(unit, fund.number)
    if suspension is None:
        raise Conflict(ErrorCode.FUND_NOT_SUSPENDED)
    suspension.until_at, suspension.lifted_by = unit.now, by
    dates = dates_of(unit.local_now(), fund.cut_off, fund.pays_after, dealing())
    waiting = await _waiting(unit, fund)
    for order in waiting:
        order.priced_on, order.confirm_on = dates.priced_on, dates.confirm_on
        order.pays_on = dates.pays_on if order.kind == OrderKind.REDEMPTION else None
    await unit.session.flush()
    told = Lifted(fund=fund.name, priced_on=dates.priced_on)
    await tell_holders(unit, fund, _owners(waiting), told, occasion=suspension.id)
    return suspension


async def _waiting(unit: Unit, fund: NavFundTerms) -> list[NavOrder]:
    """Return the orders of people whose day has no NAV here; a distribution taken in units keeps its own day."""
    row = await prices.opened(unit, fund)
    statement = (
        select(NavOrder)
        .where(
            or_(col(NavOrder.fund_id) == fund.number, col(NavOrder.to_fund_id) == fund.number),
            NavOrder.state == OrderState.PENDING,
            NavOrder.kind != OrderKind.DIVIDEND,
            NavOrder.priced_on > (row.valued_on or date.min),
        )
        .order_by(col(NavOrder.id))
        .with_for_update()
    )
    return list(await unit.session.scalars(statement.execution_options(populate_existing=True)))


def _owners(orders: list[NavOrder]) -> list[int]:
    return sorted({order.customer_id for order in orders})
