"""Until when a document is valid, as people write it: whole dates only, as a wrong year is worse than a question."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from finance_core.account.rules import NEVER_EXPIRES
from handlers.phrases.normalise import fold

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_YEAR_FIRST: Final = re.compile(
    r"(?P<year>20\d\d)\s?[-./年]\s?(?P<month>\d{1,2})\s?[-./月]\s?(?P<day>\d{1,2})\s?[日号]?"
)
_DAY_FIRST: Final = re.compile(r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>20\d\d)")
_DIGITS: Final = re.compile(r"(?P<year>20\d\d)(?P<month>\d\d)(?P<day>\d\d)")
_NAMED: Final = re.compile(
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?P<name>{'|'.join(_MONTHS)})[a-z]*,? (?P<year>20\d\d)"
    rf"|(?P<name2>{'|'.join(_MONTHS)})[a-z]* (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year2>20\d\d)"
)
_NEVER: Final = frozenset({"长期", "长期有效", "永久", "never", "no expiry", "unlimited"})


def expiry_in(said: str) -> date | None:
    """Return the day that is written, None for what is none or may be two: 2031-05-01, 2031年5月1日, "1 May 2031"."""
    folded = fold(said).strip().strip("。.")
    if folded in _NEVER:
        return NEVER_EXPIRES
    if folded == NEVER_EXPIRES.isoformat():
        return NEVER_EXPIRES
    for form in (_YEAR_FIRST, _DAY_FIRST, _DIGITS):
        if found := form.fullmatch(folded):
            return _date(int(found["year"]), int(found["month"]), int(found["day"]))
    if found := _NAMED.fullmatch(folded):
        name, day, year = (found[each] or found[f"{each}2"] for each in ("name", "day", "year"))
        return _date(int(year), 1 + _MONTHS.index(name), int(day))
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
