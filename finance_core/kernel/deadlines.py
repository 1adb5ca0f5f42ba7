"""Until when something is dealt with: a deadline on a holiday moves to the next working day, or the last one. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from finance_core.kernel.calendars import Calendar
from finance_core.kernel.errors import NotFound

SATURDAY: Final = 5


def deadline(since: datetime, within: timedelta, zone: ZoneInfo, calendar: Calendar) -> datetime:
    """Return the instant `within` whole days after `since`, at the same time of the wall, on a working day.

    Asked on Friday 2026-03-13 at 10:00 within a day: Monday the 16th, 10:00.
    """
    asked = since.astimezone(zone)
    day = working_day(asked.date() + timedelta(days=within.days), calendar)
    return datetime.combine(day, asked.timetz().replace(tzinfo=zone)).astimezone(UTC)


def deadline_at_most(since: datetime, within: timedelta, zone: ZoneInfo, calendar: Calendar) -> datetime:
    """Return the instant at most `within` whole days after `since`, at the same time of the wall, on a working day.

    Of what a contract promises: asked on Thursday 2026-12-17 within 15 days it is Thursday the 31st, as 1 January is a
    holiday. Never before `since` itself.
    """
    asked = since.astimezone(zone)
    day = asked.date() + timedelta(days=within.days)
    while day > asked.date() and working_day(day, calendar) != day:
        day -= timedelta(days=1)
    return datetime.combine(day, asked.timetz().replace(tzinfo=zone)).astimezone(UTC)


def working_day(day: date, calendar: Calendar) -> date:
    """Return the first working day that is `day` or later; of a year that the calendar lacks, Monday to Friday are."""
    try:
        return calendar.on_or_after(day)
    except NotFound:
        return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= SATURDAY else 0)


def last_working_evening(now: datetime, at_hour: int, zone: ZoneInfo, calendar: Calendar) -> datetime:
    """Return when the last working day before today's ended: on a Monday it is Friday 18:00.

    Of a year that the calendar lacks, Monday to Friday are working days.
    """
    today = now.astimezone(zone).date()
    try:
        day = calendar.before(today)
    except NotFound:
        back = {0: 3, 6: 2}.get(today.weekday(), 1)
        day = today - timedelta(days=back)
    return datetime(day.year, day.month, day.day, at_hour, tzinfo=zone).astimezone(UTC)
