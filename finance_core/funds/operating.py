"""Use cases of operators, each with its permission: prices, distributions, suspensions; two people for a correction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import or_
from sqlmodel import col, select

from finance_core import approvals
from finance_core.approvals import Action, Approval, Parties, Preview, audit
from finance_core.customers.operators import operator_ids
from finance_core.customers.roles import Permission, require
from finance_core.funds import correction, dividends, prices, suspension
from finance_core.funds.models import NavFund, NavLot, NavOrder, NavSuspension, OrderState
from finance_core.funds.product import NavFundTerms, funds_on_sale, named
from finance_core.funds.queries import fund_numbered
from finance_core.funds.series import Line
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, NotFound
from finance_core.kernel.json import JsonObject
from finance_core.storage.unit import Actor, Unit

CORRECT: Final = "fund.nav_correction"
PUBLISH_FAR: Final = "fund.nav_far"
COMMAND_LINE: Final = Actor("operator", 0)


async def publish_nav(unit: Unit, operator_id: int, fund: NavFundTerms, day: date, nav: Decimal) -> None:
    """Publish a NAV. Raises NotAllowed: `no_permission`; else as `prices.publish`."""
    await require(unit, operator_id, Permission.PUBLISH_PRICES)
    unit.actor = Actor("operator", operator_id)
    await prices.publish(unit, fund, day, nav, str(unit.actor))
    about = {"day": day.isoformat(), "nav": f"{nav:f}"}
    audit.record(unit, operator_id, "publish_nav", _subject(fund), about)


async def publish_table(unit: Unit, lines: Sequence[Line]) -> int:
    """Publish all prices of a file, or none; return how many. The command line's, whoever may run it.

    Raises:
        NotFound: `fund_unknown` (name); else as `prices.publish`.
    """
    funds = await funds_on_sale(unit)
    for line in sorted(lines, key=lambda line: (line.on, line.fund)):
        fund = named(funds, line.fund)
        if fund is None:
            raise NotFound(ErrorCode.FUND_UNKNOWN, name=line.fund)
        await prices.publish(unit, fund, line.on, line.nav, str(COMMAND_LINE))
    return len(lines)


async def propose_nav(
    unit: Unit, operator_id: int, fund: NavFundTerms, day: date, nav: Decimal, why: str, key: str
) -> Approval:
    """Put a corrected NAV, or one far from the last, before a second operator. Raises as `approvals.propose`."""
    stands = await prices.price_of(unit, fund.number, day)
    action = _FAR_NAV if stands is None else _CORRECTION
    params = {"day": day.isoformat(), "nav": f"{nav:f}"}
    return await approvals.propose(unit, operator_id, action, _subject(fund), params, why, key)


async def declare_dividend(unit: Unit, operator_id: int, fund: NavFundTerms, ex_on: date, per_unit: Decimal) -> None:
    """Declare a distribution. Raises NotAllowed: `no_permission`; else as `dividends.declare`."""
    await require(unit, operator_id, Permission.RUN_FUNDS)
    unit.actor = Actor("operator", operator_id)
    await dividends.declare(unit, fund, ex_on, per_unit, str(unit.actor))
    about = {"ex_on": ex_on.isoformat(), "per_unit": f"{per_unit:f}"}
    audit.record(unit, operator_id, "declare_dividend", _subject(fund), about)


async def suspend(unit: Unit, operator_id: int, fund: NavFundTerms, reason: str) -> NavSuspension:
    """Suspend a fund. Raises NotAllowed: `no_permission`; else as `suspension.suspend`."""
    await require(unit, operator_id, Permission.RUN_FUNDS)
    unit.actor = Actor("operator", operator_id)
    made = await suspension.suspend(unit, fund, reason, str(unit.actor))
    audit.record(unit, operator_id, "suspend_fund", _subject(fund), {"reason": made.reason})
    return made


async def lift(unit: Unit, operator_id: int, fund: NavFundTerms) -> NavSuspension:
    """Let a fund deal again. Raises NotAllowed: `no_permission`; else as `suspension.lift`."""
    await require(unit, operator_id, Permission.RUN_FUNDS)
    unit.actor = Actor("operator", operator_id)
    lifted = await suspension.lift(unit, fund, str(unit.actor))
    audit.record(unit, operator_id, "lift_suspension", _subject(fund), {})
    return lifted


async def missing(unit: Unit) -> list[tuple[NavFundTerms, date]]:
    """Return the funds whose books wait for a NAV, each with the first day that lacks one; the demo's say their own."""
    waiting = []
    for fund in await funds_on_sale(unit):
        row = await unit.session.get(NavFund, fund.number, populate_existing=True)
        days = await prices.waited_for(unit, fund, row, unit.local_now().date()) if row is not None else []
        lacking = [day for day in days if await prices.nav_of(unit, fund, day) is None]
        waiting += [(fund, lacking[0])] if lacking else []
    return waiting


def _subject(fund: NavFundTerms) -> str:
    return f"fund:{fund.number}"


async def _parties(unit: Unit, subject: str, params: JsonObject) -> Parties:
    """Return the operators who hold the fund, or have an order that a price of the day, or of a later one, settles."""
    number, day = int(subject.rpartition(":")[2]), date.fromisoformat(str(params["day"]))
    operators = await operator_ids(unit)
    holding = select(NavLot.customer_id).where(
        NavLot.fund_id == number, NavLot.units_left > 0, col(NavLot.customer_id).in_(operators)
    )
    dealing = select(NavOrder.customer_id).where(
        or_(col(NavOrder.fund_id) == number, col(NavOrder.to_fund_id) == number),
        NavOrder.priced_on >= day,
        NavOrder.state != OrderState.CANCELLED,
        col(NavOrder.customer_id).in_(operators),
    )
    return Parties(others=frozenset(await unit.session.scalars(holding.union(dealing))))


async def _preview_correction(unit: Unit, subject: str, params: JsonObject) -> Preview:
    fund, day, nav = await _asked_for(unit, subject, params)
    stands = await prices.price_of(unit, fund.number, day)
    if stands is None:
        raise NotFound(ErrorCode.NAV_NONE, on=day)
    if stands.nav == prices.checked_nav(nav):
        raise Conflict(ErrorCode.NAV_SAME)
    orders = len(await correction.priced_by(unit, fund, day))
    return Preview(_figures(day, f"{stands.nav:f}", orders), _figures(day, f"{nav:f}", orders))


async def _correct(unit: Unit, approval: Approval) -> JsonObject:
    fund, day, nav = await _asked_for(unit, approval.subject, approval.params)
    orders = await correction.correct(unit, fund, day, nav, str(unit.actor), approval.idempotency_key)
    return {"orders": orders}


async def _preview_far(unit: Unit, subject: str, params: JsonObject) -> Preview:
    fund, day, nav = await _asked_for(unit, subject, params)
    prices.checked_nav(nav)
    prices.require_priced_day(unit, fund, day)
    if await prices.price_of(unit, fund.number, day) is not None:
        raise Conflict(ErrorCode.NAV_PUBLISHED, on=day)
    before = await prices.nav_before(unit, fund, day)
    return Preview(
        {"nav": f"{before:f}" if before is not None else ""}, {"nav": f"{nav:f}", "nav_day": day.isoformat()}
    )


async def _publish_far(unit: Unit, approval: Approval) -> JsonObject:
    fund, day, nav = await _asked_for(unit, approval.subject, approval.params)
    await prices.publish(unit, fund, day, nav, str(unit.actor), agreed=True)
    return {"nav": f"{nav:f}"}


async def _asked_for(unit: Unit, subject: str, params: JsonObject) -> tuple[NavFundTerms, date, Decimal]:
    fund = await fund_numbered(unit, int(subject.rpartition(":")[2]))
    return fund, date.fromisoformat(str(params["day"])), Decimal(str(params["nav"]))


def _figures(day: date, nav: str, orders: int) -> JsonObject:
    return {"nav_day": day.isoformat(), "nav": nav, "orders": orders}


_CORRECTION: Final = Action(
    CORRECT, Permission.PUBLISH_PRICES, Permission.APPROVE_PRICES, _parties, _preview_correction, _correct
)
_FAR_NAV: Final = Action(
    PUBLISH_FAR, Permission.PUBLISH_PRICES, Permission.APPROVE_PRICES, _parties, _preview_far, _publish_far
)
ACTIONS: Final = (_CORRECTION, _FAR_NAV)
