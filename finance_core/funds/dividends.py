"""Distributions: declared by an operator; on the ex-date they leave the fund's capital, in money or units."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from finance_core import ledger
from finance_core.funds import entries, prices
from finance_core.funds.models import NavDividend, NavOrder, OrderKind, OrderState
from finance_core.funds.product import NavFundTerms, fund_on_sale
from finance_core.funds.rules import NAV_PLACES, dividend_on
from finance_core.kernel.calendars import dealing
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput
from finance_core.storage.once import write_once
from finance_core.storage.unit import SYSTEM, Unit, Units

PAGE_HOLDERS: Final = 500

# Who holds units at the ex-date, units of orders that the ex-date or a later day prices among them.
_HOLDERS: Final = text(
    """
    SELECT held.customer_id, CAST(sum(held.units) AS bigint) AS units, h.dividends
    FROM (
        SELECT a.owner AS customer_id, b.amount AS units FROM account a JOIN balance b ON b.account_id = a.id
        WHERE a.code = 'U2010' AND a.book = :register AND a.asset = :unit_asset AND a.owner > :after
        UNION ALL
        SELECT customer_id, amount FROM nav_order
        WHERE fund_id = :fund AND state = 'pending' AND kind IN ('redemption', 'switch') AND customer_id > :after
    ) held
    JOIN nav_holding h ON h.fund_id = :fund AND h.customer_id = held.customer_id
    GROUP BY held.customer_id, h.dividends HAVING sum(held.units) > 0
    ORDER BY held.customer_id LIMIT :rows
    """
)


async def declare(unit: Unit, fund: NavFundTerms, ex_on: date, per_unit: Decimal, by: str) -> None:
    """Declare a distribution. Who wants it in cash or units may say so until the ex-date ends.

    Raises:
        InvalidInput: `dividend_form` (not above 0, more than 4 decimals, or more than the NAV); `dividend_day`: the
            ex-date is no dealing day, or it has begun.
        Conflict: `dividend_declared` (on).
    """
    last = await prices.nav_before(unit, fund, unit.open_on)
    places = Decimal(1).scaleb(-NAV_PLACES)
    is_payable = per_unit.is_finite() and 0 < per_unit < (last or 1)
    if not is_payable or per_unit != per_unit.quantize(places):
        raise InvalidInput(ErrorCode.DIVIDEND_FORM, decimals=NAV_PLACES)
    if not dealing().is_open(ex_on) or ex_on <= unit.open_on:
        raise InvalidInput(ErrorCode.DIVIDEND_DAY, on=ex_on)
    await prices.opened(unit, fund)
    values = {
        "fund_id": fund.number,
        "ex_on": ex_on,
        "per_unit": per_unit,
        "declared_by": by,
        "declared_at": unit.now,
    }
    if not await write_once(unit, insert(NavDividend).values(values)):
        raise Conflict(ErrorCode.DIVIDEND_DECLARED, on=ex_on)


async def distribute(units: Units, code: str, day: date, on: date) -> None:
    """Let the distribution of a day, if one was declared, leave the capital, holder by holder, written to `on`.

    Money is paid the next dealing day; who takes units gets them then, at the day's NAV.
    """
    after = 0
    while True:
        async with units.begin(SYSTEM) as unit:
            fund = await fund_on_sale(unit, code)
            declared = await unit.session.get(NavDividend, (fund.number, day), with_for_update=True)
            if declared is None or declared.paid_on is not None:
                return
            last = await _page(unit, fund, declared, on, after)
            if last is None:
                declared.paid_on = on
                return
        after = last


async def _page(unit: Unit, fund: NavFundTerms, declared: NavDividend, on: date, after: int) -> int | None:
    """Distribute to the holders after a customer; return the last of them, None when there are no more."""
    values = {
        "register": entries.register(fund.number),
        "unit_asset": fund.unit_asset.code,
        "fund": fund.number,
        "after": after,
        "rows": PAGE_HOLDERS,
    }
    rows = (await unit.session.execute(_HOLDERS, values)).all()
    due = {row.customer_id: dividend_on(row.units, declared.per_unit) for row in rows}
    known = await _keys(unit, fund, declared.ex_on, list(due))
    orders = [
        _order(unit, fund, declared, row.customer_id, due[row.customer_id], row.dividends, on)
        for row in rows
        if due[row.customer_id] and _key(fund, declared.ex_on, row.customer_id) not in known
    ]
    unit.session.add_all(orders)
    await unit.session.flush()
    posted = await ledger.post(unit, *[entries.dividend_due(order, fund, on) for order in orders])
    for order, answer in zip(orders, posted, strict=True):
        order.entry_id = answer.entry_id if order.pays_on is not None else None
    return rows[-1].customer_id if rows else None


def _order(
    unit: Unit, fund: NavFundTerms, declared: NavDividend, customer_id: int, amount: int, choice: str, on: date
) -> NavOrder:
    """A distribution in money is confirmed and paid the next dealing day; one in units is priced like an order."""
    next_day = dealing().after(declared.ex_on)
    in_cash = choice == "cash"
    return NavOrder(
        key=_key(fund, declared.ex_on, customer_id),
        fund_id=fund.number,
        customer_id=customer_id,
        kind=OrderKind.DIVIDEND,
        amount=amount,
        product_version=fund.version,
        state=OrderState.CONFIRMED if in_cash else OrderState.PENDING,
        ordered_at=unit.now,
        ordered_on=on,
        priced_on=declared.ex_on,
        confirm_on=next_day,
        pays_on=next_day if in_cash else None,
        confirmed_on=on if in_cash else None,
        net=0,
        fee=0,
        to_fee=0,
        units_in=0,
    )


def _key(fund: NavFundTerms, ex_on: date, customer_id: int) -> str:
    return f"fund.dividend:{fund.number}:{ex_on}:{customer_id}"


async def _keys(unit: Unit, fund: NavFundTerms, ex_on: date, customer_ids: list[int]) -> set[str]:
    wanted = [_key(fund, ex_on, customer_id) for customer_id in customer_ids]
    return set(await unit.session.scalars(select(NavOrder.key).where(col(NavOrder.key).in_(wanted))))
