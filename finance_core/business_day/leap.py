"""More than a day to live through: the outage may have been long, or a clock is wrong, which cannot be undone.

What is lived through debits people, charges them and tells them. One missed midnight goes by itself. More of them wait
until an operator has looked at the clock and said yes, up to a date; everything else is served meanwhile, and what
moves money says that it waits (`behind.py`). The sandbox, where nobody's money is at stake, asks nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from finance_core.business_day.behind import DAYS_ALLOWED_BEHIND
from finance_core.business_day.notices import BookAhead, ClockOff, DaysWait
from finance_core.business_day.operators import tell_operators
from finance_core.business_day.plan import days_behind
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput
from finance_core.ledger import Equation
from finance_core.notices import Urgency
from finance_core.storage.book_row import let_live, live_until
from finance_core.storage.unit import Unit

CLOCK_TOLERANCE_SECONDS: Final = 30
"""Telegram's seconds are whole and its answer takes a while; a clock that is set by the network is closer than this."""

BOOK_NOT_AHEAD: Final = Equation(
    "the book is not ahead of the clock",
    """
    SELECT open_on, CAST((clock_timestamp() + clock_offset) AT TIME ZONE zone AS date) AS today FROM book
    WHERE open_on > CAST((clock_timestamp() + clock_offset) AT TIME ZONE zone AS date)
    """,
)
"""Holds for a book that lives by PostgreSQL's clock: not for one in a test that was handed another."""


@dataclass(frozen=True, slots=True)
class Leap:
    """Days that wait to be lived through."""

    open_on: date
    """The date that the book is open on."""
    today: date
    """The date that the clock says."""

    @property
    def days(self) -> int:
        """How many midnights have passed that the book has not moved over."""
        return days_behind(self.open_on, self.today)


async def waiting(unit: Unit) -> Leap | None:
    """Return the days that wait for an operator's yes; None when there is nothing to ask."""
    leap = Leap(unit.open_on, unit.local_now().date())
    if leap.days <= DAYS_ALLOWED_BEHIND:
        return None
    until = await live_until(unit)
    return None if until is not None and until >= leap.today else leap


async def allow(unit: Unit, until: date) -> None:
    """Say yes: missed days may be lived through up to `until`.

    Raises:
        InvalidInput: `date_ahead`: the clock has not reached it.
    """
    today = unit.local_now().date()
    if until > today:
        raise InvalidInput(ErrorCode.DATE_AHEAD, to=until, today=today)
    await let_live(unit, until)


async def may_open(unit: Unit, to: date) -> bool:
    """Say whether the date may move to `to` without asking; where not, operators are told, once for each day."""
    today = unit.local_now().date()
    if days_behind(unit.open_on, today) <= DAYS_ALLOWED_BEHIND:
        return True
    until = await live_until(unit)
    if until is not None and to <= until:
        return True
    leap = Leap(unit.open_on, today)
    told = DaysWait(open_on=leap.open_on, today=leap.today, days=leap.days)
    await tell_operators(unit, told, key=f"leap:{leap.open_on}:{leap.today}", urgency=Urgency.SECURITY)
    return False


async def look_at_clocks(unit: Unit, theirs: datetime | None) -> int:
    """Tell operators when the book is ahead of the clock, or the clock differs from another; return the seconds.

    Args:
        theirs: the instant by a clock that is none of ours (Telegram's); None where it cannot be asked.
    """
    today = unit.local_now().date()
    if unit.open_on > today:
        ahead = BookAhead(open_on=unit.open_on, today=today)
        await tell_operators(unit, ahead, key=f"ahead:{unit.open_on}:{today}", urgency=Urgency.SECURITY)
    off = 0 if theirs is None else round((unit.wall - theirs).total_seconds())
    if abs(off) > CLOCK_TOLERANCE_SECONDS:
        await tell_operators(unit, ClockOff(seconds=off), key=f"clock:{today}", urgency=Urgency.SECURITY)
    return off
