"""Prices: publishing the NAV of a dealing day, and which day's NAV a fund waits for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from finance_core.funds.models import NavDividend, NavFund, NavPrice, NavSuspension
from finance_core.funds.product import NavFundTerms
from finance_core.funds.rules import LARGEST_NAV, NAV_PLACES, moves_too_far
from finance_core.kernel.calendars import dealing
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput, NotFound
from finance_core.storage.once import write_once
from finance_core.storage.unit import Unit

SERIES: Final = "series"
"""Who publishes a NAV that the fund's own table has."""

ABSURD_PERCENT: Final = Decimal(20)
"""A NAV farther than this from the one before it is a slip of the pen until two operators say otherwise."""


async def opened(unit: Unit, fund: NavFundTerms) -> NavFund:
    """Return the fund's row, its row locked; the first order or price makes it."""
    values = {
        "id": fund.number,
        "code": fund.code,
        "asset": fund.asset.code,
        "unit_asset": fund.unit_asset.code,
        "opened_on": unit.open_on,
    }
    await write_once(unit, insert(NavFund).values(values))
    statement = select(NavFund).where(NavFund.id == fund.number).with_for_update(key_share=True)
    return (await unit.session.scalars(statement.execution_options(populate_existing=True))).one()


async def publish(
    unit: Unit, fund: NavFundTerms, day: date, nav: Decimal, source: str, *, agreed: bool = False
) -> None:
    """Publish the NAV of a dealing day. Orders that it prices are confirmed the next dealing day.

    Args:
        agreed: two operators have looked at a NAV that is far from the one before.

    Raises:
        InvalidInput: `nav_form` (not above 0, or more than 4 decimals); `nav_day` (no dealing day, or not here yet);
            `nav_absurd` (nav, before, percent).
        Conflict: `nav_published` (on): a NAV of that day stands; a correction is another act.
    """
    checked_nav(nav)
    require_priced_day(unit, fund, day)
    before = await nav_before(unit, fund, day)
    if not agreed and before is not None and moves_too_far(before, nav, ABSURD_PERCENT):
        raise InvalidInput(ErrorCode.NAV_ABSURD, nav=nav, before=before, percent=ABSURD_PERCENT)
    await opened(unit, fund)
    await _insert(unit, fund, day, nav, source, version=1)


async def restate(unit: Unit, fund: NavFundTerms, day: date, nav: Decimal, source: str) -> None:
    """Put another NAV in the place of a day's published one; `correction.correct` re-prices what it priced.

    Raises:
        InvalidInput: `nav_form`. NotFound: `nav_none` (on). Conflict: `nav_same`.
    """
    checked_nav(nav)
    await opened(unit, fund)
    stands = await price_of(unit, fund.number, day)
    if stands is None:
        raise NotFound(ErrorCode.NAV_NONE, on=day)
    if stands.nav == nav:
        raise Conflict(ErrorCode.NAV_SAME)
    await _insert(unit, fund, day, nav, source, version=stands.version + 1)


def checked_nav(nav: Decimal) -> Decimal:
    """Return a NAV that can be one. Raises InvalidInput: `nav_form`."""
    if not nav.is_finite() or not 0 < nav < LARGEST_NAV or nav != nav.quantize(Decimal(1).scaleb(-NAV_PLACES)):
        raise InvalidInput(ErrorCode.NAV_FORM, decimals=NAV_PLACES)
    return nav


def require_priced_day(unit: Unit, fund: NavFundTerms, day: date) -> None:
    """Refuse a day that has no NAV: it is no dealing day, or its cut-off has not passed. Raises InvalidInput."""
    now = unit.local_now()
    if not dealing().is_open(day) or (now.date(), now.time()) < (day, fund.cut_off):
        raise InvalidInput(ErrorCode.NAV_DAY, on=day)


async def price_of(unit: Unit, fund_id: int, day: date) -> NavPrice | None:
    """Return the price that holds for a day, the last correction if there are any."""
    statement = (
        select(NavPrice)
        .where(NavPrice.fund_id == fund_id, NavPrice.on_date == day)
        .order_by(col(NavPrice.version).desc())
        .limit(1)
    )
    return await unit.session.scalar(statement)


async def nav_of(unit: Unit, fund: NavFundTerms, day: date) -> Decimal | None:
    """Return a day's NAV: the published one, else the one of the fund's own table; None when nobody has said it."""
    price = await price_of(unit, fund.number, day)
    return price.nav if price is not None else await _series_nav(unit, fund, day)


async def nav_before(unit: Unit, fund: NavFundTerms, day: date) -> Decimal | None:
    """Return the last NAV of a day before `day`."""
    statement = (
        select(col(NavPrice.nav))
        .where(NavPrice.fund_id == fund.number, NavPrice.on_date < day)
        .order_by(col(NavPrice.on_date).desc(), col(NavPrice.version).desc())
        .limit(1)
    )
    published = await unit.session.scalar(statement)
    return published if published is not None else await _series_nav(unit, fund, dealing().before(day))


async def ensure_published(unit: Unit, fund: NavFundTerms, day: date) -> Decimal | None:
    """Return a day's NAV; one that the fund's own table has is published now. None: an operator has to say it."""
    price = await price_of(unit, fund.number, day)
    if price is not None:
        return price.nav
    nav = await _series_nav(unit, fund, day)
    if nav is not None:
        await _insert(unit, fund, day, nav, SERIES, version=1)
    return nav


async def waited_for(unit: Unit, fund: NavFundTerms, row: NavFund, upto: date) -> Sequence[date]:
    """Return the dealing days up to `upto` at whose NAV the books do not stand yet, oldest first; suspended ones not.

    Raises NotFound: `calendar_year`.
    """
    first = row.valued_on + timedelta(days=1) if row.valued_on is not None else row.opened_on
    days = [first + timedelta(days=ahead) for ahead in range((upto - first).days + 1)]
    suspensions = await _suspensions(unit, fund.number)
    return [day for day in days if dealing().is_open(day) and not _is_suspended(unit, fund, day, suspensions)]


async def suspension_of(unit: Unit, fund_id: int) -> NavSuspension | None:
    """Return the suspension that a fund is under now."""
    return await unit.session.scalar(
        select(NavSuspension).where(NavSuspension.fund_id == fund_id, col(NavSuspension.until_at).is_(None))
    )


async def _series_nav(unit: Unit, fund: NavFundTerms, day: date) -> Decimal | None:
    """Return the table's NAV less what has been distributed since: the table knows nothing of dividends."""
    nav = fund.series_nav(day)
    if nav is None:
        return None
    statement = select(func.coalesce(func.sum(NavDividend.per_unit), 0)).where(
        NavDividend.fund_id == fund.number, NavDividend.ex_on <= day
    )
    return nav - Decimal(await unit.session.scalar(statement) or 0)


async def _insert(unit: Unit, fund: NavFundTerms, day: date, nav: Decimal, source: str, version: int) -> None:
    values = {
        "fund_id": fund.number,
        "on_date": day,
        "version": version,
        "nav": nav,
        "source": source,
        "published_at": unit.now,
    }
    if not await write_once(unit, insert(NavPrice).values(values)):
        raise Conflict(ErrorCode.NAV_PUBLISHED, on=day)


async def _suspensions(unit: Unit, fund_id: int) -> list[NavSuspension]:
    statement = select(NavSuspension).where(NavSuspension.fund_id == fund_id).order_by(col(NavSuspension.id))
    return list(await unit.session.scalars(statement))


def _is_suspended(unit: Unit, fund: NavFundTerms, day: date, suspensions: Sequence[NavSuspension]) -> bool:
    """Say whether the fund was suspended at the day's cut-off: such a day has no NAV, and prices no order."""
    cut_off = datetime.combine(day, fund.cut_off, tzinfo=unit.zone)
    return any(each.from_at <= cut_off and (each.until_at is None or each.until_at > cut_off) for each in suspensions)
