"""What funds do each day by themselves: valued at night, orders confirmed at 08:30, a late NAV made up for at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlmodel import col, select

from finance_core.funds import prices
from finance_core.funds.models import NavFund
from finance_core.funds.pricing import confirm_priced
from finance_core.funds.product import fund_on_sale
from finance_core.funds.settlement import bring_up_to, next_day, settle
from finance_core.schedule.steps import Held, Step, TimedWork
from finance_core.storage.unit import SYSTEM, Unit, Units

_FUNDS: Final = "SELECT FROM nav_fund"
_CODES: Final = select(NavFund.code).order_by(col(NavFund.id))
MORNING: Final = time(8, 30)


async def _value(units: Units, on: date) -> None:
    """Value every fund at the close of a day; one that was held posts to the open date.

    Raises Held: a NAV is missing, after all other funds have been valued.
    """
    async with units.begin(SYSTEM) as unit:
        posts_to = unit.closing_on or unit.open_on
    await _bring_all(units, await _codes(units), on, posts_to)


async def _navs_have_come(unit: Unit, on: date) -> bool:
    """Say whether the NAVs that a held step of `on` waited for have been published, of every fund."""
    return all([await _is_known(unit, code, on) for code in await unit.session.scalars(_CODES)])


async def _is_known(unit: Unit, code: str, upto: date) -> bool:
    """Say whether the next day that a fund's books wait for has its NAV, or there is no such day."""
    fund = await fund_on_sale(unit, code)
    try:
        day = await next_day(unit, fund, upto)
    except Held:
        return False
    return day is None or await prices.nav_of(unit, fund, day) is not None


async def _confirm(units: Units, on: date) -> None:
    """Confirm the orders that are priced, fund by fund, and move their money."""
    for code in await _codes(units):
        await confirm_priced(units, code, on, before=on)
        await settle(units, code, on)


async def _bring_all(units: Units, codes: Sequence[str], upto: date, on: date) -> None:
    missing = [each for code in codes if (each := await bring_up_to(units, code, upto, on)) is not None]
    if missing:
        raise Held("; ".join(missing))


async def _codes(units: Units) -> list[str]:
    async with units.begin(SYSTEM) as unit:
        return list(await unit.session.scalars(_CODES))


# -- a NAV that came late -----------------------------------------------------------------------------------------


async def _late_due(unit: Unit) -> datetime | None:
    """Return when a NAV was published whose own night is over; None while a day is being closed, which values too."""
    if unit.closing_on is not None:
        return None
    instants = [await _published_late(unit, code) for code in await unit.session.scalars(_CODES)]
    return min((instant for instant in instants if instant is not None), default=None)


_NOT_VALUED: Final = """
    SELECT FROM nav_fund f JOIN nav_price p ON p.fund_id = f.id
    WHERE p.on_date >= f.opened_on AND (f.valued_on IS NULL OR p.on_date > f.valued_on)
"""


async def _published_late(unit: Unit, code: str) -> datetime | None:
    fund = await fund_on_sale(unit, code)
    try:
        day = await next_day(unit, fund, unit.open_on - timedelta(days=1))
    except Held:
        return None
    price = await prices.price_of(unit, fund.number, day) if day is not None else None
    return price.published_at if price is not None else None


async def _make_up(units: Units) -> int:
    """Value what is late at once, and confirm its orders when their morning is over."""
    done = 0
    for code in await _codes(units):
        async with units.begin(SYSTEM) as unit:
            late = await _published_late(unit, code) if unit.closing_on is None else None
            on, is_morning_over = unit.open_on, unit.local_now().time() >= MORNING
        if late is None:
            continue
        await bring_up_to(units, code, on - timedelta(days=1), on)
        if is_morning_over:
            await confirm_priced(units, code, on, before=on)
            await settle(units, code, on)
        done += 1
    return done


VALUE: Final = Step("funds.value", time(0, 5), "close", "funds", _value, _FUNDS, _navs_have_come, rank=130)
CONFIRM: Final = Step("funds.confirm", MORNING, "open", "funds", _confirm, _FUNDS, rank=350)
TIMED: Final = (TimedWork("funds.late", _NOT_VALUED, _late_due, _make_up),)
