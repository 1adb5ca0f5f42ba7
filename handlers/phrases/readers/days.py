"""Which day a moment names, seen from a day: "Friday", "the 15th", "in 3 days", 下周五, 月底. Pure.

A weekday is the next one ahead, on the day itself the one in a week; with "next" (下周) it is that of the week after
this one, which begins on Monday. What names no single day ("next month", payday) is no day.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from handlers.phrases.normalise import fold
from handlers.phrases.readers.day_edges import reach
from handlers.phrases.readers.moments import MOMENT, ORDINALS, SPELT
from handlers.phrases.readers.numerals import read_chinese
from handlers.phrases.readers.quantities import find_quantities

_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CHINESE_DAYS: Final = "一二三四五六日"
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FRIDAY, _SUNDAY = 4, 6
_DAYS_A_WEEK: Final = 7

_FIXED: Final = (
    (re.compile(r"day after tomorrow|(?<!大)后天"), 2),
    (re.compile("大后天"), 3),
    (re.compile(r"tomorrow|tmrw|tmr|tomoro|明天|明日|明晚|听日"), 1),
    (re.compile(r"today|tonight|今天|今日|今晚"), 0),
)
_WEEKDAY: Final = re.compile(rf"(?:(?P<next>next) )?\b(?P<day>{'|'.join(_WEEKDAYS)})(?:s|nes|rs|ur)?(?:day)?\b")
_CHINESE_WEEKDAY: Final = re.compile(
    r"(?P<next>下)?(?:个|这|本)?(?:周|星期|礼拜)(?P<day>[一二三四五六日天末])(?![十百千万])"
)
_WEEK: Final = re.compile(r"(?P<next>next |下个?)?(?P<what>weekend|周末|week\b|周|星期|礼拜)")
_MONTH_END: Final = re.compile(r"month end|end of (?:the |this )?month|(?:last day|end) of it|月底|月末")
_NEXT_MONTH: Final = re.compile(r"next month|下个?月")
_MONTH_AFTER_NEXT: Final = re.compile(r"month after next|下下个?月")
_NAMED_END: Final = re.compile(
    rf"(?:end|last day) of (?P<month>{'|'.join(_MONTHS)})[a-z]*|\b(?P<before>{'|'.join(_MONTHS)})[a-z]* end\b"
    rf"|(?P<chinese>\d{{1,2}}|{'[一二三四五六七八九十]{1,3}'})月份?(?:底|末|最后一天)"
)
_NEXT_YEAR: Final = re.compile("next year|明年")
_PASSED_YEAR: Final = re.compile("last year|去年|前年")
_YEAR: Final = re.compile(r"(?<!\d)20\d\d(?!\d)")
_THIS_MONTH: Final = re.compile("this month|[这本]个?月")
_NEXT_WEEK: Final = re.compile("next week")
_SPELT: Final = re.compile(rf"(?:^|(?<=the )){SPELT}(?![a-z])")
_WEEK_END: Final = re.compile(r"end of (?:the |this )?week")
_ISO: Final = re.compile(r"(20\d\d)[-年/](\d{1,2})[-月/](\d{1,2})")
_NUMBER: Final = "[一二三四五六七八九十]{1,3}"
_CHINESE_DATE: Final = re.compile(rf"(?P<month>\d{{1,2}}|{_NUMBER})月(?P<day>\d{{1,2}}|{_NUMBER})[日号]?")
_DAY_MONTH: Final = re.compile(rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<month>{'|'.join(_MONTHS)})[a-z]*")
_MONTH_DAY: Final = re.compile(rf"(?P<month>{'|'.join(_MONTHS)})[a-z]* (?:the )?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b")
_EACH: Final = re.compile(r"\b(?:every|each|daily|weekly|monthly)\b|每")
_DAY_OF_MONTH: Final = re.compile(rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th|号|日)|(?P<spelt>{_NUMBER})号")
_MOMENT_OR_NTH: Final = re.compile(rf"{MOMENT.pattern}|\b\d{{1,2}}(?:st|nd|rd|th)\b", re.ASCII)
_PASSED: Final = re.compile("yesterday|^(?:last(?! day of)|past|previous)|昨|前天|^上|去年|琴日")
_VAGUE_SPAN: Final = re.compile(
    r"\b(?:about|around|roughly|approximately|nearly|almost|at least|more than|over) (?:\d+|an?|two|three) (?:day|week)"
    r"|\b(?:days?|weeks?) (?:ago|or so)\b"
    r"|(?:大概|大约|至少|多于|超过)\S{1,3}(?:天|周|星期|礼拜)|[天周](?:左右|以前|之前|前$)"
)
_AFTER_NEXT_MONTH: Final = re.compile(rf"下个?月(?P<day>\d{{1,2}}|{_NUMBER})[号日]?")


def day_of(text: str, today: date) -> date | None:
    """Return the day that `text` names, seen from `today`; None when it names no single day.

    On Thursday 12 March 2026 "Friday" is the 13th, "next Friday" and 下周五 the 20th, "the 10th" 10 April. A day with a
    word in it that was not understood is none ("the blue Friday", "around the 5th"), nor is one that has passed.
    """
    folded = _in_figures(fold(text).strip())
    return None if _is_another(folded, alone=True) else _named_day(folded, today)


def _in_figures(folded: str) -> str:
    """Write the days of a month that are spelt out in figures: "the twenty-first" is "the 21st"."""
    return _SPELT.sub(lambda spelt: f"{_spelt_day(spelt[0])}th", folded)


def _spelt_day(word: str) -> int:
    if word == "thirtieth":
        return 30
    tens, _, ones = word.replace(" ", "-").rpartition("-")
    return {"": 0, "twenty": 20, "thirty": 30}[tens] + ORDINALS[ones]


def _named_day(folded: str, today: date) -> date | None:
    if _NEXT_MONTH.search(folded):
        return _in_next_month(folded, today)
    if _names_no_day(folded, today):
        return None
    readers: tuple[Callable[[str, date], date | None], ...] = (
        _fixed,
        _iso,
        _of_a_month,
        _end,
        _weekday,
        _after_a_while,
        _day_of_month,
        _week,
    )
    found = [day for read in readers if (day := read(folded, today)) is not None]
    return found[0] if found and not _contradicts(folded, found[0], today) else None


def single_day(text: str, today: date) -> date | None:
    """Return the day that a sentence names, as `day_of`; None also for what comes again and again ("every 5th")."""
    folded = _in_figures(fold(text).strip())
    return None if _EACH.search(folded) or _is_another(folded, alone=False) else _named_day(folded, today)


def _is_another(folded: str, *, alone: bool) -> bool:
    """Say whether a day is named with something that makes another of it, or none that is ahead."""
    for match in _MOMENT_OR_NTH.finditer(folded):
        if reach(folded, *match.span(), alone=alone) != match.span() or _PASSED.search(match[0]):
            return True
    return _VAGUE_SPAN.search(folded) is not None


def _contradicts(folded: str, day: date, today: date) -> bool:
    """Say whether a weekday and a date are named that do not meet: "Friday the 13th" where that is a Monday."""
    is_dated = _named_date(folded) or _DAY_OF_MONTH.search(folded)
    if not is_dated or not (_WEEKDAY.search(folded) or _CHINESE_WEEKDAY.search(folded)):
        return False
    return (_of_a_month(folded, today) or _day_of_month(folded, today)) != day


def _fixed(text: str, today: date) -> date | None:
    return next((today + timedelta(days=days) for words, days in _FIXED if words.search(text)), None)


def _iso(text: str, today: date) -> date | None:
    match = _ISO.search(text)
    return _date(*map(int, match.groups())) if match else None


def _in_next_month(text: str, today: date) -> date | None:
    """Read "the 5th of next month", 下个月5号, "the end of next month"; a month alone names no single day."""
    if _MONTH_AFTER_NEXT.search(text):
        return None
    begins = _following_month(today)
    if _MONTH_END.search(text) or re.search(r"end of next month|下个?月(?:底|末)", text):
        return _last_day(begins)
    if match := _DAY_OF_MONTH.search(text):
        return _date(begins.year, begins.month, _day_in(match))
    match = _AFTER_NEXT_MONTH.search(text)
    return _date(begins.year, begins.month, whole(match["day"])) if match else None


def _day_in(match: re.Match[str]) -> int:
    return whole(match["day"] or match["spelt"])


def _names_no_day(text: str, today: date) -> bool:
    """Say whether a day is named that its month has not, such as 2月30号 or "31 June": nothing of it is read."""
    return _named_date(text) is not None and _of_a_month(text, today) is None


def _following_month(today: date) -> date:
    return (today.replace(day=1) + timedelta(days=31)).replace(day=1)


def _last_day(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])


def _named_date(text: str) -> re.Match[str] | None:
    return _CHINESE_DATE.search(text) or _DAY_MONTH.search(text) or _MONTH_DAY.search(text)


def _of_a_month(text: str, today: date) -> date | None:
    """Read "3月15号", "15 March", "March 15th": the next such day, or that of the year that is said."""
    match = _named_date(text)
    if match is None:
        return None
    month = _MONTHS.index(match["month"]) + 1 if match["month"] in _MONTHS else whole(match["month"])
    found = (_date(year, month, whole(match["day"])) for year in _years(text, today))
    return next((day for day in found if day is not None and day >= today), None)


def _years(text: str, today: date) -> tuple[int, ...]:
    """Return the years of which a day may be: the one that is said, else this one and the next."""
    if said := _YEAR.search(text):
        return (int(said[0]),)
    if _NEXT_YEAR.search(text):
        return (today.year + 1,)
    return () if _PASSED_YEAR.search(text) else (today.year, today.year + 1)


def _end(text: str, today: date) -> date | None:
    if named := _NAMED_END.search(text):
        return _end_of_named(named, text, today)
    if _MONTH_END.search(text):
        return _last_day(today)
    return _in_week(today, _SUNDAY, weeks=0) if _WEEK_END.search(text) else None


def _end_of_named(named: re.Match[str], text: str, today: date) -> date | None:
    """Return the last day of the next such month, this one's too: 29 February in a leap year."""
    said = named["month"] or named["before"]
    month = _MONTHS.index(said) + 1 if said else whole(named["chinese"])
    begin = (_date(year, month, 1) for year in _years(text, today))
    ends = (_last_day(first) for first in begin if first is not None)
    return next((last for last in ends if last >= today), None)


def _weekday(text: str, today: date) -> date | None:
    if match := _CHINESE_WEEKDAY.search(text):
        return _named(today, _CHINESE_DAYS.find(match["day"].replace("天", "日").replace("末", "日")), match["next"])
    match = _WEEKDAY.search(text)
    if match is None:
        return None
    return _named(today, _WEEKDAYS.index(match["day"]), match["next"] or _NEXT_WEEK.search(text))


def _named(today: date, weekday: int, following: object) -> date:
    if following:
        return _in_week(today, weekday, weeks=1)
    ahead = (weekday - today.weekday()) % _DAYS_A_WEEK
    return today + timedelta(days=ahead or _DAYS_A_WEEK)


def _after_a_while(text: str, today: date) -> date | None:
    """Read "in 3 days", "两天后", "a week"."""
    for quantity in find_quantities(f"in {text}" if text[:1].isascii() and not text.startswith("in ") else text):
        if quantity.kind == "TERM" and quantity.count is not None and quantity.unit in ("day", "week"):
            return today + timedelta(days=quantity.count * (1 if quantity.unit == "day" else _DAYS_A_WEEK))
    return None


def _day_of_month(text: str, today: date) -> date | None:
    """Read "the 15th", "15号": the next such day, in a month that has one."""
    match = _DAY_OF_MONTH.search(text)
    if match is None:
        return None
    day, following = _day_in(match), _following_month(today)
    months = [today, following, (following + timedelta(days=31)).replace(day=1)]
    if _THIS_MONTH.search(text):
        months = [today]
    found = (_date(month.year, month.month, day) for month in months)
    return next((candidate for candidate in found if candidate is not None and candidate > today), None)


def _week(text: str, today: date) -> date | None:
    """Read "next week" as its Friday, "the weekend" as its Sunday."""
    match = _WEEK.search(text)
    if match is None:
        return None
    is_weekend = match["what"] in ("weekend", "周末")
    if not (is_weekend or match["next"] or text.startswith(("this ", "这", "本"))):
        return None
    return _in_week(today, _SUNDAY if is_weekend else _FRIDAY, weeks=1 if match["next"] else 0)


def _in_week(today: date, weekday: int, *, weeks: int) -> date:
    return today + timedelta(days=weekday - today.weekday() + weeks * _DAYS_A_WEEK)


def whole(text: str) -> int:
    """Return a number written in figures or in Chinese numerals; 0 where it is none."""
    if text.isdecimal():
        return int(text)
    if len(text) == 1:
        return "零一二三四五六七八九十".index(text)
    values = read_chinese(text)
    return int(values[0]) if values else 0


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
