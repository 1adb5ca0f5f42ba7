"""What of a fund takes two operators: an income that is beyond belief, and the correction of one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from sqlmodel import col, select

from finance_core.approvals import Action, Approval, Parties, Preview
from finance_core.change_plus import publishing
from finance_core.change_plus.models import Holding
from finance_core.change_plus.product import MoneyFund, fund_on_sale
from finance_core.customers.operators import operator_ids
from finance_core.customers.roles import Permission
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict
from finance_core.kernel.json import JsonObject
from finance_core.storage.unit import Unit

PUBLISH: Final = "fund.income"
CORRECT: Final = "fund.income_correction"


def subject_of(day: date) -> str:
    """Return what the proposals of a day are about."""
    return f"income:{day}"


def params_of(fund: MoneyFund, day: date, rate: Decimal) -> dict[str, str]:
    """Return what the proposals need."""
    return {"fund": fund.code, "on": day.isoformat(), "rate": f"{rate:f}"}


async def _asked_for(unit: Unit, params: JsonObject) -> tuple[MoneyFund, date, Decimal]:
    fund = await fund_on_sale(unit, str(params["fund"]))
    return fund, date.fromisoformat(str(params["on"])), Decimal(str(params["rate"]))


async def _parties(unit: Unit, _subject: str, params: JsonObject) -> Parties:
    """Return the operators who hold the fund, or have: a day's income is theirs too."""
    fund = await fund_on_sale(unit, str(params["fund"]))
    holding = select(Holding.customer_id).where(
        Holding.fund_id == fund.number, col(Holding.customer_id).in_(await operator_ids(unit))
    )
    return Parties(others=frozenset(await unit.session.scalars(holding)))


async def _preview_publish(unit: Unit, _subject: str, params: JsonObject) -> Preview:
    fund, day, rate = await _asked_for(unit, params)
    seen = await publishing.preview(unit, fund, day, rate)
    if seen.stood is not None:
        raise Conflict(ErrorCode.INCOME_PUBLISHED, on=day)
    return Preview({}, {"income_rate": f"{rate:f}"})


async def _preview_correct(unit: Unit, _subject: str, params: JsonObject) -> Preview:
    fund, day, rate = await _asked_for(unit, params)
    row = await publishing.require_correctable(unit, fund, day, rate)
    return Preview({"income_rate": f"{row.rate:f}"}, {"income_rate": f"{rate:f}"})


async def _publish(unit: Unit, approval: Approval) -> JsonObject:
    fund, day, rate = await _asked_for(unit, approval.params)
    await publishing.publish_income(unit, fund, day, rate, str(unit.actor), by_two=True)
    return {"income_rate": f"{rate:f}"}


async def _correct(unit: Unit, approval: Approval) -> JsonObject:
    fund, day, rate = await _asked_for(unit, approval.params)
    await publishing.correct_income(unit, fund, day, rate, str(unit.actor), approval.idempotency_key)
    return {"income_rate": f"{rate:f}"}


ACTIONS: Final = (
    Action(PUBLISH, Permission.PUBLISH_INCOME, Permission.APPROVE_INCOME, _parties, _preview_publish, _publish),
    Action(CORRECT, Permission.PUBLISH_INCOME, Permission.APPROVE_INCOME, _parties, _preview_correct, _correct),
)
