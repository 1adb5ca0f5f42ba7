"""Lots: which units came in when. The oldest leave first, and each pays the fee of its own holding time."""

from __future__ import annotations

from datetime import date

from sqlalchemy import update
from sqlmodel import col, select

from finance_core.funds.models import NavLot, NavLotUse, NavOrder
from finance_core.funds.rules import Lot, first_out
from finance_core.storage.unit import Unit


async def add(unit: Unit, order: NavOrder, fund_id: int, units: int, since: date) -> None:
    """Keep the units that an order brought."""
    lot = NavLot(
        order_id=order.id,
        fund_id=fund_id,
        customer_id=order.customer_id,
        since=since,
        units=units,
        units_left=units,
    )
    unit.session.add(lot)
    await unit.session.flush()


async def held(unit: Unit, customer_id: int, fund_id: int) -> list[NavLot]:
    """Return a person's lots with units left, the oldest first, locked."""
    statement = (
        select(NavLot)
        .where(NavLot.customer_id == customer_id, NavLot.fund_id == fund_id, NavLot.units_left > 0)
        .order_by(col(NavLot.since), col(NavLot.order_id))
        .with_for_update()
    )
    return list(await unit.session.scalars(statement.execution_options(populate_existing=True)))


async def leaving(unit: Unit, customer_id: int, fund_id: int, units: int) -> list[Lot]:
    """Return the lots, as far as they would leave, of a redemption that has not been given yet."""
    lots = await held(unit, customer_id, fund_id)
    parts = first_out(units, [Lot(lot.order_id, lot.since, lot.units_left) for lot in lots])
    return [Lot(lot.order_id, lot.since, parts[lot.order_id]) for lot in lots if lot.order_id in parts]


async def take(unit: Unit, order: NavOrder) -> None:
    """Take an order's units out of their lots. The ledger has refused what is not there."""
    lots = await held(unit, order.customer_id, order.fund_id)
    parts = first_out(order.amount, [Lot(lot.order_id, lot.since, lot.units_left) for lot in lots])
    for lot in lots:
        if lot.order_id in parts:
            lot.units_left -= parts[lot.order_id]
            unit.session.add(NavLotUse(order_id=order.id, lot_id=lot.order_id, units=parts[lot.order_id]))
    await unit.session.flush()


async def put_back(unit: Unit, order: NavOrder) -> None:
    """Put the units of a cancelled order back into their lots."""
    for use in await unit.session.scalars(select(NavLotUse).where(NavLotUse.order_id == order.id)):
        back = update(NavLot).where(col(NavLot.order_id) == use.lot_id).values(units_left=NavLot.units_left + use.units)
        await unit.session.execute(back.execution_options(synchronize_session=False))


async def used_by(unit: Unit, order: NavOrder) -> list[Lot]:
    """Return the lots, as far as they leave, of an order that has been given."""
    statement = (
        select(col(NavLotUse.lot_id), col(NavLot.since), col(NavLotUse.units))
        .join(NavLot, col(NavLot.order_id) == NavLotUse.lot_id)
        .where(NavLotUse.order_id == order.id)
        .order_by(col(NavLot.since), col(NavLotUse.lot_id))
    )
    return [Lot(row.lot_id, row.since, row.units) for row in await unit.session.execute(statement)]


async def resize(unit: Unit, order: NavOrder, fund_id: int, units: int) -> None:
    """Let an order's lot hold the units that a correction gave it; what is missing then is taken from the oldest."""
    lot = await unit.session.get_one(NavLot, order.id, with_for_update=True, populate_existing=True)
    used = lot.units - lot.units_left
    lot.units, lot.units_left = max(units, used), max(units - used, 0)
    await unit.session.flush()
    await _take_away(unit, order.customer_id, fund_id, max(used - units, 0))


async def _take_away(unit: Unit, customer_id: int, fund_id: int, units: int) -> None:
    lots = await held(unit, customer_id, fund_id)
    parts = first_out(units, [Lot(lot.order_id, lot.since, lot.units_left) for lot in lots])
    for lot in lots:
        lot.units_left -= parts.get(lot.order_id, 0)
    await unit.session.flush()
