"""A day's income is published by an operator: seen first with what it comes to, once, with a second person if absurd.

A day that was paid wrongly is corrected by two persons (`correction.py` carries it out).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from finance_core import ledger
from finance_core.change_plus import entries, queries
from finance_core.change_plus.models import Fund, FundIncome, IncomeCorrection
from finance_core.change_plus.product import MoneyFund
from finance_core.change_plus.rules import RATE_PLACES, YIELD_DAYS, compound_yield, income
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput, NotFound
from finance_core.kernel.money import Money
from finance_core.storage.once import write_once
from finance_core.storage.unit import Unit

ABSURD_INCOME: Final = Decimal(5)
"""An r beyond it is a typing error until two operators say otherwise."""
LARGEST_RATE: Final = 10_000
"""Per 10,000 units: beyond it a day would pay more than all that there is."""


@dataclass(frozen=True, slots=True)
class Published:
    """What an income per 10,000 units would come to: shown before it is published."""

    on: date
    rate: Decimal
    units: Money
    """In issue at the end of the day; as of now while the day still runs."""
    pays: Money
    """To all holders together, and to the residue what is no whole cent."""
    seven_days: Decimal | None
    """The compound seven-day yield in percent with this day as the last, None while a day of them is missing."""
    stood: Decimal | None
    """What has been published for the day already."""

    @property
    def is_absurd(self) -> bool:
        """Whether the rate is beyond what a money fund earns in a day: a typing error is likelier."""
        return abs(self.rate) > ABSURD_INCOME

    @property
    def is_loss(self) -> bool:
        """Whether the day takes money from holders."""
        return self.rate < 0


async def preview(unit: Unit, fund: MoneyFund, day: date, rate: Decimal) -> Published:
    """Return what a day's income would come to. Raises as `publish_income`, but for what stands and what is absurd."""
    _require_form(rate)
    own = await _begun(unit, fund, day)
    in_issue = await ledger.balance_on(unit, entries.units_in_issue(fund), day)
    share = income(in_issue.amount, rate, own.carry)
    stood = await unit.session.get(FundIncome, (fund.number, day))
    return Published(
        on=day,
        rate=rate,
        units=Money(in_issue.amount, fund.asset),
        pays=Money(share.paid, fund.asset),
        seven_days=await _seven_days_with(unit, fund, day, rate),
        stood=stood.rate if stood is not None else None,
    )


async def publish_income(
    unit: Unit, fund: MoneyFund, day: date, rate: Decimal, source: str, *, by_two: bool = False
) -> None:
    """Publish the income per 10,000 units of a natural day that has begun.

    Args:
        by_two: a second person has looked at it, so that it may be absurd.

    Raises:
        Conflict: `income_published`. InvalidInput: `income_form` (more than 4 decimals), `income_absurd` (beyond 5),
            `income_day` (before the fund's first day, or to come). NotFound: `fund`.
    """
    _require_form(rate)
    if abs(rate) > ABSURD_INCOME and not by_two:
        raise InvalidInput(ErrorCode.INCOME_ABSURD, rate=rate, most=ABSURD_INCOME)
    await _begun(unit, fund, day)
    await write_income(unit, fund, day, rate, source)


async def write_income(unit: Unit, fund: MoneyFund, day: date, rate: Decimal, source: str) -> None:
    """Write a day's income down, once. Raises Conflict: `income_published`."""
    values = {
        "fund_id": fund.number,
        "on_date": day,
        "rate": rate,
        "source": source,
        "published_at": unit.now,
    }
    if not await write_once(unit, insert(FundIncome).values(values)):
        raise Conflict(ErrorCode.INCOME_PUBLISHED, on=day)


async def require_correctable(unit: Unit, fund: MoneyFund, day: date, rate: Decimal) -> FundIncome:
    """Return a day's income that is to become another, locked.

    Raises:
        NotFound: `income_missing`: nothing was published. Conflict: `income_same`, `correction_under_way`.
        InvalidInput: `income_form`.
    """
    _require_form(rate)
    row = await unit.session.get(FundIncome, (fund.number, day), with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound(ErrorCode.INCOME_MISSING, on=day)
    if row.rate == rate:
        raise Conflict(ErrorCode.INCOME_SAME, on=day)
    under_way = select(IncomeCorrection.id).where(
        IncomeCorrection.fund_id == fund.number, col(IncomeCorrection.done_on).is_(None)
    )
    is_being_paid = row.units is not None and row.paid_on is None
    if is_being_paid or await unit.session.scalar(under_way) is not None:
        raise Conflict(ErrorCode.CORRECTION_UNDER_WAY)
    return row


async def correct_income(unit: Unit, fund: MoneyFund, day: date, rate: Decimal, source: str, key: str) -> None:
    """Order that a day's income become `rate`. One not paid yet simply changes; one that was paid is reversed and paid
    anew by the next tick, to the open business date. Raises as `require_correctable`.
    """
    row = await require_correctable(unit, fund, day, rate)
    unit.session.add(
        IncomeCorrection(
            key=key,
            fund_id=fund.number,
            on_date=day,
            before=row.rate,
            rate=rate,
            undoes=row.corrected_by,
            source=source,
            ordered_at=unit.now,
            done_on=None if row.paid_on is not None else unit.open_on,
        )
    )
    if row.paid_on is None:
        row.rate = rate
    await unit.session.flush()


async def missing_days(unit: Unit, fund: MoneyFund) -> list[date]:
    """Return the days before the open one that nobody has published and nothing computes, oldest first."""
    own = await unit.session.get(Fund, fund.number)
    if own is None:
        return []
    known = await queries.rates(unit, fund, own.opened_on, unit.open_on)
    days = [own.opened_on + timedelta(days=ahead) for ahead in range((unit.open_on - own.opened_on).days)]
    return [day for day in days if day not in known]


async def _begun(unit: Unit, fund: MoneyFund, day: date) -> Fund:
    own = await unit.session.get(Fund, fund.number)
    if own is None:
        raise NotFound(ErrorCode.FUND)
    if not own.opened_on <= day <= unit.open_on:
        raise InvalidInput(ErrorCode.INCOME_DAY, first=own.opened_on, last=unit.open_on)
    return own


def _require_form(rate: Decimal) -> None:
    if abs(rate) > LARGEST_RATE or rate != rate.quantize(Decimal(1).scaleb(-RATE_PLACES)):
        raise InvalidInput(ErrorCode.INCOME_FORM, decimals=RATE_PLACES)


async def _seven_days_with(unit: Unit, fund: MoneyFund, day: date, rate: Decimal) -> Decimal | None:
    before = await queries.rates(unit, fund, day - timedelta(days=YIELD_DAYS - 1), day - timedelta(days=1))
    return compound_yield([*before.values(), rate]) if len(before) == YIELD_DAYS - 1 else None
