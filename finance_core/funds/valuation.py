"""Bringing a fund's books to its NAV at the close of a dealing day: units × NAV is what the holders' capital is."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from finance_core import ledger
from finance_core.funds import entries
from finance_core.funds.models import NavFund
from finance_core.funds.product import NavFundTerms
from finance_core.funds.rules import Books, management_fee, valuation, value_of
from finance_core.storage.unit import Unit


async def value(unit: Unit, fund: NavFundTerms, row: NavFund, day: date, nav: Decimal, on: date) -> None:
    """Value the fund at a day's NAV: gains of its instruments, the management fee since the last time, F2060 closed.

    Args:
        on: the business date that it is written to; the day's own, unless its NAV came late.
    """
    days = (day - (row.valued_on or row.opened_on)).days
    row.valued_on, row.valued_nav = day, nav
    await _bring(unit, fund, row, days, f"fund.valued:{fund.number}:{day}", on)
    await unit.session.flush()


async def revalue(unit: Unit, fund: NavFundTerms, row: NavFund, key: str, on: date) -> None:
    """Bring the books back to the NAV they stand at, after an order was priced at another day's or a corrected one."""
    if row.valued_on is not None:
        await _bring(unit, fund, row, 0, f"fund.revalued:{fund.number}:{key}", on)


async def _bring(unit: Unit, fund: NavFundTerms, row: NavFund, days: int, key: str, on: date) -> None:
    """Write what brings the books to the row's NAV, with the management fee of `days` days."""
    assert row.valued_on is not None, "the caller has said at which NAV"
    assert row.valued_nav is not None, "a day is valued at its NAV"
    books, units = await _books(unit, fund)
    if units:
        fee = management_fee(books.capital, fund.management_fee, days)
        done = valuation(books, value_of(units, row.valued_nav), fee)
        entry = entries.valued(fund, done, books, key, on, row.valued_on)
    else:
        entry = entries.left_by_nobody(fund, books, key, on)
    if entry is not None:
        await ledger.post(unit, entry)


async def _books(unit: Unit, fund: NavFundTerms) -> tuple[Books, int]:
    """Return where the fund's books stand, and its units in issue."""
    capital, income = entries.of_fund("F3010", fund), entries.of_fund("F4010", fund)
    expense, rounding = entries.of_fund("F5010", fund), entries.of_fund("F2060", fund)
    issued = entries.units_in_issue(fund)
    found = await ledger.balances(unit, [capital, income, expense, rounding, issued])
    books = Books(found[capital].amount, found[income].amount, found[expense].amount, found[rounding].amount)
    return books, found[issued].amount
