"""Use cases of operators, each with its permission: a day's income published, instruments of the fund sold."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from finance_core.approvals import audit
from finance_core.change_plus import liquidity, publishing
from finance_core.change_plus.product import MoneyFund
from finance_core.customers.roles import Permission, require
from finance_core.kernel.money import Money
from finance_core.ledger import Posted
from finance_core.storage.unit import Actor, Unit


async def publish_income(unit: Unit, operator_id: int, fund: MoneyFund, day: date, rate: Decimal) -> None:
    """Publish a day's income. Raises NotAllowed: `no_permission`; else as `publishing.publish_income`."""
    await require(unit, operator_id, Permission.PUBLISH_INCOME)
    unit.actor = Actor("operator", operator_id)
    await publishing.publish_income(unit, fund, day, rate, str(unit.actor))
    audit.record(
        unit, operator_id, "publish_income", f"fund:{fund.number}", {"day": day.isoformat(), "rate": f"{rate:f}"}
    )


async def sell(unit: Unit, operator_id: int, fund: MoneyFund, amount: Money, key: str) -> Posted:
    """Turn instruments of the fund into cash. Raises NotAllowed: `no_permission`; else as `liquidity.sell`."""
    await require(unit, operator_id, Permission.MANAGE_FUND)
    unit.actor = Actor("operator", operator_id)
    posted = await liquidity.sell(unit, fund, amount, key)
    audit.record(unit, operator_id, "sell_instruments", f"fund:{fund.number}", {"sum": amount.as_json()})
    return posted
