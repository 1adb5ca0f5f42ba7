"""Pure rules of term deposits: interest, what taking money out early gives, when a deposit is paid.

Amounts are minor units, rates percent a year, interest by actual days over 365 (ACT/365F).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final

from finance_core.kernel.calendars import Calendar
from finance_core.kernel.rounding import Rounding, to_minor_units

_YEAR_OF_PERCENTS: Final = 36_500
"""365 days, and 100 for the percent."""


def interest(principal: int, annual_rate: Decimal, days: int) -> int:
    """Return the interest of `days` days: P · r · d / 36,500, half-up. 1,000.00 at 1.15 % for 90 days earns 2.84.

    A day's accrual is the difference between two of these, so the days of a deposit add up to what it pays.
    """
    return to_minor_units(_exact(principal, annual_rate, days), Rounding.HALF_UP)


@dataclass(frozen=True, slots=True)
class Early:
    """What taking `part` out before maturity does, in minor units."""

    part: int
    interest: int
    """What is paid on the part, at the demand rate."""
    given_up: int
    """What the part had earned beyond that."""
    left: int
    """The principal that goes on as agreed."""
    left_accrued: int
    """What it has earned so far."""

    @property
    def paid(self) -> int:
        """What is paid out early, in minor units: the part taken and its interest."""
        return self.part + self.interest


def early(principal: int, part: int, annual_rate: Decimal, demand_rate: Decimal, days: int) -> Early:
    """Return what is paid when `part` of `principal` is taken out after `days` days.

    10,000.00 at 1.35 %, all of it taken out after 45 days: 16.64 were earned, 2.47 are paid, 14.17 are given up.
    What the part earned by the contract, in whole cents, bounds what it is paid: so parts never bring more than the
    contract as agreed, however the cents fall.
    """
    earned, stays = interest(principal, annual_rate, days), interest(principal - part, annual_rate, days)
    by_contract = to_minor_units(_exact(part, annual_rate, days), Rounding.DOWN)
    paid = min(interest(part, demand_rate, days), by_contract)
    return Early(part, paid, earned - stays - paid, principal - part, stays)


def pays_on(matures_on: date, banking: Calendar) -> date:
    """Return the day on which a deposit is paid: its maturity, or the next banking day.

    Raises:
        NotFound: `calendar_year`, when the calendar does not reach that far.
    """
    return banking.on_or_after(matures_on)


def _exact(principal: int, annual_rate: Decimal, days: int) -> Fraction:
    return Fraction(principal) * Fraction(annual_rate) * days / _YEAR_OF_PERCENTS
