"""Which days that have passed a text names: "October", "from 3 to 10 November", "last 7 days", 上个月. Pure.

What is looked back at lies behind: a month or a day without a year is the last such one that has begun, so that on
1 December 2026 "october" is October 2026 and "december" the month that has just begun. `days.day_of` is the other way
round: what is promised lies ahead.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from finance_core.kernel.periods import add_months
from handlers.phrases.normalise import fold
from handlers.phrases.readers.days import whole
from handlers.phrases.readers.numerals import ONES, TENS

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may(?! (?:i|you|we|it|be|have|not)\b)|june?|july?"
    r"|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?![a-z])"
)
_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY: Final = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?(?![a-z])"
_NTH: Final = r"(?:st|nd|rd|th)?"
_YEAR: Final = r"20\d\d"
_N: Final = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_COUNT: Final = (
    rf"(?:\d{{1,3}}|{'|'.join(sorted({*ONES, *TENS}, key=len, reverse=True))}|[一二两三四五六七八九十]{{1,3}})"
)
_TO: Final = r" ?(?:-|~|to|until|till|through|and|到|至|和) ?(?:the )?"
_DAYS_A_WEEK: Final = 7
_MONTHS_A_QUARTER: Final = 3
_MONTHS_A_YEAR: Final = 12

Days = tuple[date, date]
"""The first and the last day of a stretch."""


@dataclass(frozen=True, slots=True)
class _Point:
    """Days that are named in one place of a text."""

    start: int
    stop: int
    days: Days


def days_in(text: str, today: date) -> Days | None:
    """Return the first and the last of the days that `text` names, none after `today` unless all of them are.

    None where it names none. Tuesday 1 December 2026: "october" is 1 to 31 October 2026, "last week" 23 to 29 November.
    """
    folded = fold(text)
    found = _two_days_of_a_month(folded, today) or _rolling(folded, today)
    if found is None:
        points = list(_points(folded, today))
        found = _joined(folded, points, today)
    if found is None:
        return None
    first, last = found
    return (first, min(last, today)) if first <= today else (first, last)


_ALONE: Final = re.compile(
    rf"(?:(?:last|this|in|for|and) )?{_MONTH}(?:,? {_YEAR})?(?: ?(?:-|to|until) ?{_MONTH}(?:,? {_YEAR})?)?"
    rf"|(?:and )?(?:the )?(?:last|past|previous) (?:{_COUNT} )?(?:week|month|quarter|year)s?"
    r"|this (?:month|quarter|year)"
    rf"|(?:{_YEAR}年|[去今前]年)?{_N}月份?(?:到{_N}月份?)?(?:呢|的)?|上个?(?:月|周|星期|季度)(?:呢|的)?|[本这]个?(?:月|季度)(?:呢|的)?"
    r"|去年|今年"
)


def is_a_span_alone(text: str) -> bool:
    """Say whether a text is a month or a longer stretch that has passed, and nothing else: "October", 上个月."""
    return _ALONE.fullmatch(fold(text).strip(" .!?;\n")) is not None


# -- several days -----------------------------------------------------------------------------------------------------

_ENGLISH_PAIR: Final = (
    re.compile(
        rf"(?<!\d)(?P<a>\d{{1,2}}){_NTH}{_TO}(?P<b>\d{{1,2}}){_NTH} (?:of )?(?P<m>{_MONTH})(?:,? (?P<y>{_YEAR}))?"
    ),
    re.compile(
        rf"(?P<m>{_MONTH}) (?:the )?(?P<a>\d{{1,2}}){_NTH}{_TO}(?P<b>\d{{1,2}}){_NTH}(?!\d)(?:,? (?P<y>{_YEAR}))?"
    ),
)
_CHINESE_PAIR: Final = re.compile(
    rf"(?:(?:(?P<y>{_YEAR})年|(?P<last>去年)|今年)?(?P<m>{_N})月)?(?P<a>{_N})[日号]?{_TO}(?P<b>{_N})[日号]"
)


def _two_days_of_a_month(folded: str, today: date) -> Days | None:
    """Read two days of one month: "3-10 November", "Nov 3 to 10", 11月1日到5日, 1号到5号."""
    match = next((found for pattern in (*_ENGLISH_PAIR, _CHINESE_PAIR) if (found := pattern.search(folded))), None)
    if match is None:
        return None
    begin, end = whole(match["a"]), whole(match["b"])
    year = (
        int(match["y"]) if match["y"] else today.year - 1 if "last" in match.re.groupindex and match["last"] else None
    )
    if match["m"] is None:
        first = _last_such(lambda back: _date_in(add_months(today.replace(day=1), -back), begin), today)
    else:
        first = _day(year, _month_number(match["m"]), begin, today)
    last = _date_in(first, end) if first is not None else None
    return (first, last) if first is not None and last is not None and first <= last else None


_ROLLING: Final = re.compile(
    rf"(?:last|past|previous|latest|for|of)(?: the)?(?: last| past)? (?P<n>{_COUNT}) (?P<u>day|week|month|year)s?"
    r"(?![a-z])"
    rf"|(?<![a-z\d])(?P<en>{_COUNT})[- ](?P<eu>day|week|month|year)s?'?(?: of)?(?: my)?"
    " (?:statement|history|transaction)"
    rf"|(?:最近|近|过去)的?(?P<cn>{_COUNT})个?(?P<cu>天|日|周|星期|礼拜|月|年)"
    rf"|(?<!\d)(?P<bare>{_COUNT})(?P<unit>个月|天|个?星期|周|年)的?(?:账单|流水|明细|对账单|记录)"
)
_UNITS: Final = {"天": "day", "日": "day", "周": "week", "星期": "week", "礼拜": "week", "月": "month", "年": "year"}


def _rolling(folded: str, today: date) -> Days | None:
    """Read "the last 7 days", 最近三个月: up to today, which counts."""
    match = _ROLLING.search(folded)
    if match is None:
        return None
    count = _counted(match["n"] or match["en"] or match["cn"] or match["bare"])
    unit = match["u"] or match["eu"] or _UNITS[(match["cu"] or match["unit"]).lstrip("个")]
    if unit in ("day", "week"):
        return today - timedelta(days=count * (1 if unit == "day" else _DAYS_A_WEEK) - 1), today
    return add_months(today, -count * (1 if unit == "month" else _MONTHS_A_YEAR)) + timedelta(days=1), today


def _counted(said: str) -> int:
    word = said.replace("两", "二")
    return int({**ONES, **TENS}.get(word, 0)) or max(1, whole(word))


_SINCE: Final = re.compile(r"\b(?:since|from|starting|after)(?: the| last)? $|从$|自$")
_SINCE_AFTER: Final = re.compile(r" ?(?:onwards?|until now|to (?:now|date|today)|以来|起|开始|至今|到现在|到今天)")
_BETWEEN: Final = re.compile(rf"{_TO.removesuffix('(?:the )?')}(?:the |on )?")


def _joined(folded: str, points: list[_Point], today: date) -> Days | None:
    """Put the days together that are named: the first place, up to the second where a "to" stands between them."""
    if not points:
        return None
    first = points[0]
    if len(points) > 1 and _BETWEEN.fullmatch(folded, first.stop, points[1].start):
        begin, end = first.days[0], points[1].days[1]
        return (begin, end) if begin <= end else (add_months(begin, -_MONTHS_A_YEAR), end)
    is_open = _SINCE.search(folded, 0, first.start) or _SINCE_AFTER.match(folded, first.stop)
    return (first.days[0], today) if is_open and first.days[0] <= today else first.days


# -- one place --------------------------------------------------------------------------------------------------------

Reader = Callable[[re.Match[str], date], Days | None]


def _points(folded: str, today: date) -> Iterator[_Point]:
    """Yield what is named, from left to right; where several readers see something, the longest one counts."""
    at = 0
    while at < len(folded):
        found = [
            (match, days)
            for pattern, read in _READERS
            if (match := pattern.search(folded, at)) and (days := read(match, today)) is not None
        ]
        if not found:
            return
        match, days = min(found, key=lambda each: (each[0].start(), -each[0].end()))
        yield _Point(*match.span(), days)
        at = match.end()


def _iso(match: re.Match[str], today: date) -> Days | None:
    year, month, day = (match[name] for name in "ymd")
    if day is None:
        return _month(int(year), int(month))
    return _one(_date(int(year), int(month), int(day)))


def _dated(match: re.Match[str], today: date) -> Days | None:
    """Read "3 November 2026", "Nov 3rd", 11月3日, 去年11月3号."""
    return _one(_day(_year_said(match, today), _month_number(match["m"]), whole(match["d"]), today))


_A_DAY_BEFORE: Final = re.compile(r"\d(?:st|nd|rd|th)? (?:of )?$")
"""A day that its month has not, such as the 31 of "31 June": nothing of it is read."""


def _named_month(match: re.Match[str], today: date) -> Days | None:
    if _A_DAY_BEFORE.search(match.string, 0, match.start()):
        return None
    number, year = _month_number(match["m"]), _year_said(match, today)
    return _month(year or (today.year if number <= today.month else today.year - 1), number)


def _year_said(match: re.Match[str], today: date) -> int | None:
    if match["y"]:
        return int(match["y"])
    back = match.groupdict().get("back")
    return {"去年": today.year - 1, "前年": today.year - 2, "今年": today.year}.get(back or "")


def _relative_month(match: re.Match[str], today: date) -> Days | None:
    said = match[0]
    back = (
        2 if "before last" in said or said.startswith("上上") else 1 if re.search("last|past|previous|上", said) else 0
    )
    begin = add_months(today.replace(day=1), -back)
    return _month(begin.year, begin.month)


def _relative_week(match: re.Match[str], today: date) -> Days | None:
    said = match[0]
    back = (
        2 if "before last" in said or said.startswith("上上") else 1 if re.search("last|past|previous|上", said) else 0
    )
    monday = today - timedelta(days=today.weekday() + back * _DAYS_A_WEEK)
    return monday, monday + timedelta(days=_DAYS_A_WEEK - 1)


def _relative_quarter(match: re.Match[str], today: date) -> Days | None:
    back = 1 if re.search("last|previous|上", match[0]) else 0
    month = (today.month - 1) // _MONTHS_A_QUARTER * _MONTHS_A_QUARTER + 1
    begin = add_months(date(today.year, month, 1), -back * _MONTHS_A_QUARTER)
    return begin, add_months(begin, _MONTHS_A_QUARTER) - timedelta(days=1)


def _whole_year(match: re.Match[str], today: date) -> Days | None:
    said = match["y"] or match["c"]
    year = (
        int(said) if said else today.year - (2 if "前年" in match[0] else 1 if re.search("last|去年", match[0]) else 0)
    )
    return date(year, 1, 1), date(year, 12, 31)


def _near(match: re.Match[str], today: date) -> Days | None:
    back = next(days for words, days in _BACK if re.fullmatch(words, match[0]))
    return _one(today - timedelta(days=back))


_BACK: Final = (("day before yesterday|前天", 2), ("yesterday|昨天|昨日|琴日", 1), ("today|今天|今日", 0))


def _weekday(match: re.Match[str], today: date) -> Days | None:
    """Read "on Monday", 周一: the last such day that has come; 上周一 is of the week before."""
    said, english = match[0], match["w"]
    number = _WEEKDAYS.index(english[:3]) if english else "一二三四五六日".index(match["c"].replace("天", "日"))
    if said.startswith("上"):
        return _one(today - timedelta(days=today.weekday() + _DAYS_A_WEEK - number))
    back = (today.weekday() - number) % _DAYS_A_WEEK
    return _one(today - timedelta(days=back or (_DAYS_A_WEEK if said.startswith("last") else 0)))


def _nth(match: re.Match[str], today: date) -> Days | None:
    """Read "the 5th", 5号: the last such day that has come."""
    day = whole(match["d"] or match["c"])
    return _one(_last_such(lambda back: _date_in(add_months(today.replace(day=1), -back), day), today))


_A_WEEKDAY: Final = (
    rf"(?<![a-z])(?:(?:last|this|on) )?(?P<w>{_WEEKDAY})|(?:上|这|本)?个?(?:周|星期|礼拜)(?P<c>[一二三四五六日天])"
)
_READERS: Final[tuple[tuple[re.Pattern[str], Reader], ...]] = tuple(
    (re.compile(pattern), read)
    for pattern, read in (
        (rf"(?<!\d)(?P<y>{_YEAR})[-/年](?P<m>\d{{1,2}})(?:[-/月](?P<d>\d{{1,2}})[日号]?|月份?)?(?!\d)", _iso),
        (rf"(?<!\d)(?P<d>\d{{1,2}}){_NTH} (?:of )?(?P<m>{_MONTH})(?:,? (?P<y>{_YEAR}))?", _dated),
        (rf"(?<![a-z])(?P<m>{_MONTH}) (?:the )?(?P<d>\d{{1,2}}){_NTH}(?!\d)(?:,? (?P<y>{_YEAR}))?", _dated),
        (rf"(?:(?P<y>{_YEAR})年|(?P<back>[去今前]年))?(?P<m>{_N})月(?P<d>{_N})[日号]?", _dated),
        (rf"(?<![a-z])(?:(?:last|this) )?(?P<m>{_MONTH})(?:,? (?:of )?(?P<y>{_YEAR}))?", _named_month),
        (
            rf"(?:(?P<y>{_YEAR})年|(?P<back>[去今前]年))?(?<!\d)(?P<m>{_N})月份?(?![一二三四五六七八九十\d])",
            _named_month,
        ),
        (
            r"\b(?:the )?month before last\b|\b(?:last|past|previous|this|current) month\b|(?:上上|上|这|本|当)个?月",
            _relative_month,
        ),
        (
            r"\bweek before last\b|\b(?:last|past|previous|this|current) week\b|(?:上上|上|这|本)个?(?:周|星期|礼拜)",
            _relative_week,
        ),
        (r"\b(?:last|previous|this|current) quarter\b|[上这本]个?季度", _relative_quarter),
        (rf"\b(?:last|this) year\b|\b(?:in|for|of|year) (?P<y>{_YEAR})\b|(?P<c>{_YEAR})年|[去今前]年", _whole_year),
        ("|".join(words for words, _ in _BACK), _near),
        (_A_WEEKDAY, _weekday),
        (rf"\bthe (?P<d>\d{{1,2}})(?:st|nd|rd|th)\b|(?<![\d月第])(?P<c>{_N})[号日]", _nth),
    )
)


# -- days of the calendar ---------------------------------------------------------------------------------------------


def _month_number(said: str) -> int:
    return _MONTHS.index(said[:3]) + 1 if said[:3] in _MONTHS else whole(said)


def _day(year: int | None, month: int, day: int, today: date) -> date | None:
    """Return the day of the year that is said, else the last such day that has come."""
    if year is not None:
        return _date(year, month, day)
    return _last_such(lambda back: _date(today.year - back, month, day), today)


def _last_such(day_back: Callable[[int], date | None], today: date) -> date | None:
    """Return the first of the days `0, 1, 2 …` back that there is and that has come; a year has 29 February in four."""
    found = (day_back(back) for back in range(_MONTHS_A_YEAR))
    return next((day for day in found if day is not None and day <= today), None)


def _date_in(month: date, day: int) -> date | None:
    return _date(month.year, month.month, day)


def _month(year: int, month: int) -> Days | None:
    first = _date(year, month, 1)
    return (first, add_months(first, 1) - timedelta(days=1)) if first is not None else None


def _one(day: date | None) -> Days | None:
    return (day, day) if day is not None else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
