"""What an operator does from the command line: close days, verify the books, load the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.commands.catalogue import load_catalogue
from bot.database import opened
from bot.settings import Settings
from finance_core import ledger
from finance_core.approvals import audit
from finance_core.business_day.calendars import apply_calendars
from finance_core.business_day.leap import BOOK_NOT_AHEAD, allow, waiting
from finance_core.business_day.tick import tick
from finance_core.funds.operating import COMMAND_LINE, publish_table
from finance_core.funds.series import read_file
from finance_core.guarding import GUARDS
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput
from finance_core.ledger import VerifyReport
from finance_core.lines import CALENDAR, EQUATIONS


@dataclass(frozen=True, slots=True)
class Closing:
    """What closing days came to."""

    open_on: date
    """The business date that is open now."""
    dates_closed: int


async def close_days(
    settings: Settings, target: date | None, tell: Callable[[str], None], *, yes: bool = False
) -> Closing:
    """Do everything that is due by the clock, each missed date in order.

    Args:
        yes: whether the operator has looked at the clock, so that more than one missed day may be lived through.

    Raises:
        InvalidInput: `date_ahead`: the clock has not reached `target`.
        Conflict: `days_wait`: more than one day was missed, and nobody has said yes; `days_busy`: another process is
            closing.
    """
    async with opened(settings) as database:
        async with database.units.begin() as unit:
            before, today = unit.open_on, unit.local_now().date()
        if target is not None and target > today:
            raise InvalidInput(ErrorCode.DATE_AHEAD, to=target, today=today)
        tell(f"The book is open on {before}; by the clock it is {today}.")
        async with database.units.begin(COMMAND_LINE) as unit:
            leap = await waiting(unit)
            if leap is not None and yes:
                await allow(unit, today)
                audit.record(unit, audit.NOBODY, "live_days", f"days:{leap.open_on}:{leap.today}")
        if leap is not None and not yes:
            raise Conflict(ErrorCode.DAYS_WAIT, open_on=leap.open_on, today=leap.today, days=leap.days)
        moves = await tick(database.units, CALENDAR)
        async with database.units.begin() as unit:
            closing = Closing(unit.open_on, (unit.open_on - before).days)
        if moves == 0 and closing.open_on < today:
            raise Conflict(ErrorCode.DAYS_BUSY, open_on=closing.open_on, today=today)
        return closing


async def verify_books(settings: Settings, lanes: int = 2, *, since_seal: bool = False) -> VerifyReport:
    """Check every equation of the ledger and of the product lines, and the digests of what decides.

    Args:
        lanes: by how many connections at once.
        since_seal: look only at what the ledger has written since the last seal.
    """
    async with opened(settings, pool_size=lanes) as database:
        if since_seal:
            return await ledger.verify_since_seal(database.engine, lanes)
        return await ledger.verify_at_once(database.engine, (*EQUATIONS, BOOK_NOT_AHEAD, *GUARDS), lanes)


async def publish_navs(settings: Settings, file: Path) -> int:
    """Publish the prices of a table, all or none, and return how many.

    Raises:
        InvalidInput: as `series.read_file`; else as `operating.publish_table`.
    """
    lines = read_file(file)
    async with opened(settings, pool_size=1) as database, database.units.begin(COMMAND_LINE) as unit:
        return await publish_table(unit, lines)


async def apply_calendar_file(settings: Settings, file: Path) -> list[str]:
    """Apply the years of a calendar's file and return those that changed, as "2028 (published)".

    Raises:
        BadCalendars: the file cannot be used; nothing is changed then.
    """
    async with opened(settings, pool_size=1) as database, database.units.begin() as unit:
        return await apply_calendars(unit, file)


async def apply_products(settings: Settings, file: Path | None) -> list[str]:
    """Load a catalogue (by default the shipped one) and return what changed, as "code vN"."""
    async with opened(settings, pool_size=1) as database:
        return await load_catalogue(database.units, file)
