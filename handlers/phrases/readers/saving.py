"""What saving means beyond Change Plus: a term deposit, a plan, a goal, round-ups; and which words name their terms.

`understand` says that money is to be put in or taken out; here its text is read once more for what makes it a contract
of another kind: a term ("for 90 days"), a rhythm ("every week"), a day ("by May"). "invest 500" has none of them and
stays Change Plus. Pure: a day is only named here, and looked up by whoever knows today's date (`goal_day`).
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput
from finance_core.kernel.periods import add_months
from handlers.phrases.normalise import fold, plain
from handlers.phrases.readers.amounts import parse_amount
from handlers.phrases.readers.days import day_of
from handlers.phrases.readers.numerals import read_chinese
from handlers.phrases.readers.quantities import find_quantities
from handlers.phrases.readers.sources import names_change_plus
from handlers.phrases.said import Claim, Said
from handlers.phrases.understanding import Understanding
from handlers.phrases.words import Words

_PUTTING: Final = ("invest", "topup")
_LOOKING: Final = ("balance", "owe", "invest", "out_of_scope")
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CHINESE_DAYS: Final = "一二三四五六日"
_CN: Final = "[一二三四五六七八九十]{1,3}"
_DAYS_OF_MONTHS: Final = {1: 30, 3: 90, 6: 180, 12: 365}
"""How long a deposit of so many months is."""

DEPOSIT: Final = Words("saving", "deposit")
"""What names a term deposit."""

_BREAK: Final = Words("saving", "break")
_MY_DEPOSITS: Final = Words("saving", "my_deposits")
_ROUND_UPS: Final = Words("saving", "round_ups")
_PLANS: Final = Words("saving", "plans")
_SWEEP: Final = Words("saving", "sweep")
_LEVEL: Final = Words("saving", "sweep_level")
"""What leads to the level of a sweep: a bound is what it is ("sweep what is above 500"), and no vague sum."""

_WEEKLY: Final = Words("saving", "weekly")
_MONTHLY: Final = Words("saving", "monthly")
_DAILY: Final = Words("saving", "daily")
_DAY_NAMES: Final = (
    "mon(?:day)?s?|tues?(?:day)?s?|wed(?:nesday)?s?|thu(?:rs?)?(?:day)?s?|fri(?:day)?s?|sat(?:urday)?s?|sun(?:day)?s?"
)
_WEEKDAY: Final = re.compile(
    rf"\b(?:every|each|on) ?(?P<day>{_DAY_NAMES})\b|每个?(?:周|星期|礼拜)(?P<chinese>[一二三四五六日天])"
)
_DAY_OF_MONTH: Final = re.compile(
    rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)\b|每个?月(?P<chinese>\d{{1,2}}|{_CN})[号日]|(?P<last>last day|月底|月末)"
)

_NAMED_MONTH: Final = (
    "(?:january|february|march|april|may|june|july|august|september|october|november|december|"
    "jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)"
)
_BY: Final = re.compile(
    r"\b(?:by|before|until|till) (?:the )?(?P<english>(?:(?:end|start|beginning) of )?(?:the |next )?"
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)? (?:of )?)?(?:{_NAMED_MONTH}(?: \d{{1,2}}(?:st|nd|rd|th)?\b)?|year|new year)"
    r"(?:,? 20\d\d)?|20\d\d-\d\d?-\d\d?|year end)\b"
    r"|\b(?P<within>in|within) (?P<term>(?:\d{1,3}|[a-z]+) (?:months?|weeks?|years?|days?))\b"
    rf"|(?P<chinese>(?:20\d\d年|今年|明年)?(?:\d{{1,2}}|{_CN})月份?(?:底|初|(?:\d{{1,2}}|{_CN})[号日])?"
    r"|(?:今|明)?年底|20\d\d-\d\d?-\d\d?)"
    r"(?:之前|以前|前)"
    rf"|(?P<span>(?:\d{{1,2}}|{_CN}|半)(?:个月|个?星期|周|年))(?:之?内|后)"
)
_MONTH: Final = re.compile(
    rf"(?P<next>next )?(?P<english>{'|'.join(_MONTHS)})[a-z]*|(?P<next_year>明年)?(?P<chinese>\d{{1,2}}|{_CN})月"
)
_A_DAY: Final = re.compile(r"\d|[一二三四五六七八九十]")
_YEAR: Final = re.compile(r"20\d\d")
_LAST_DAY: Final = Words("saving", "last_day")
_AWAY: Final = Words("saving", "away")
_SAVES: Final = Words("saving", "saves")
_FOR: Final = re.compile(
    r"\bfor (?:a |an |my |the |our )?(?P<name>(?!me\b|later\b|now\b|life\b|us\b|it\b|the\b|good\b)[a-z][\w' -]*?)"
    r"(?= (?:by|before|until|till|in|within|every|each|from)\b| *[,.;!?\n]| *$)"
    r"|(?P<chinese>(?:买|换|去|交|付|给)[^\d,.;!?\n每]{1,12}?)"
    r"(?=$|[ ,.;!?\n每在\d一二三四五六七八九十]|年底|明年|今年)"
)


def saving(said: Said) -> Claim | None:
    """Claim what a text means beyond Change Plus, pass when it means nothing of the kind.

    "put 1000 away for 90 days" is a deposit (amount 1000, days 90); "每月1号存200" a plan (amount, every month, day 1);
    "save 3000 for a phone by May" a goal (amount, name phone, by May).
    """
    complaint = said.complaint_about(said.framed)
    if complaint is not None and complaint.code != ErrorCode.AMOUNT_AMBIGUOUS:
        return None  # "by 1 May 2027" has numbers of its own, so readings that differ are looked at here
    found = _saving(said.text, said.folded.strip(), said.framed)
    if found is None or found.intent != "plan" or "fund" not in said.framed.slots:
        return found
    return Claim("plan", {**found.slots, "fund": str(said.framed.slots["fund"])})


def _saving(text: str, folded: str, understood: Understanding) -> Claim | None:
    if _SWEEP.search(folded):
        return Claim("sweep", _one_sum(_LEVEL.without(folded)))
    if DEPOSIT.search(folded) and _BREAK.search(folded) and understood.intent in ("withdraw", "cancel", "topup"):
        return Claim("break_deposit", _amount(understood))
    if "amount" not in understood.slots and not understood.candidates:
        looked_for = _looked_for(folded, understood.intent)
        if looked_for is not None:
            return looked_for
    return _put_away(text, folded, understood)


def goal_command(said: Said) -> Claim:
    """Return what /goal means with its arguments: "/goal 3000 phone by May"."""
    spoken = said.instead(f"save {' '.join(said.text.split()[1:])}")
    return _saving(spoken.text, spoken.folded.strip(), spoken.framed) or Claim("goal")


def deposit_command(said: Said) -> Claim:
    """Return what /deposit means with its arguments: "/deposit 1000 90"."""
    words = said.text.split()[1:]
    try:
        slots = {"amount": f"{parse_amount(words[0]):f}"} if words else {}
    except InvalidInput:
        slots = {}
    days = days_in(" ".join(words[1:]))
    return Claim("deposit", slots | ({"days": str(days)} if days else {}))


def days_in(text: str) -> int | None:
    """Return the days of a term: "90 days", "3 months" and 三个月 are 90, "a year" 365; a bare "90" is days too."""
    folded = fold(text).strip()
    if folded.isascii() and folded.isdecimal():
        return int(folded[:5])
    spoken = f"for {folded}" if folded[:1].isascii() else folded
    for quantity in find_quantities(spoken):
        if quantity.kind == "TERM" and quantity.count is not None and quantity.unit is not None:
            return _days(quantity.count, quantity.unit)
    return None


def goal_day(text: str, today: date) -> date | None:
    """Return the day by which "May", "the end of May", "1 May", "in 6 months", 5月, 年底 want it, seen from `today`.

    A month that is named alone begins it: by May is by 1 May. None when it names no day ahead.
    """
    folded = fold(text).strip()
    found = _of_a_year(folded, today) or _of_a_month(folded, today) or _named(folded, today) or _after(folded, today)
    return found if found is not None and found > today else None


# -- inside -------------------------------------------------------------------------------------------------------


def _looked_for(folded: str, intent: str) -> Claim | None:
    if intent in (*_LOOKING, "cancel") and _PLANS.search(folded):
        return Claim("plans")
    if intent in (*_LOOKING, "circle", "cancel") and _ROUND_UPS.search(folded):
        return Claim("round_ups")
    asks = intent in ("balance", "owe") and DEPOSIT.search(folded)
    return Claim("deposits") if intent in _LOOKING and (asks or _MY_DEPOSITS.search(folded)) else None


def _put_away(text: str, folded: str, understood: Understanding) -> Claim | None:
    said = _as_put_away(folded, understood) if understood.intent in ("out_of_scope", "invest") else understood
    if said.intent not in _PUTTING or said.candidates:
        return None
    rhythm = _rhythm(folded)
    if said.intent == "invest" and rhythm and "amount" in said.slots:
        return Claim("plan", _amount(said) | rhythm)
    goal = _goal(text, folded)
    if said.intent == "invest" and goal is not None and "amount" in said.slots:
        return Claim("goal", _amount(said) | goal)
    return _deposit(folded, said)


def _as_put_away(folded: str, understood: Understanding) -> Understanding:
    """Read "put 1000 away", whose sum is in the middle of the verb; and a sum beside a day, which has numbers too."""
    by = _BY.search(folded)
    if understood.intent == "invest" and not (by and understood.candidates):
        return understood
    if not (_AWAY.match(folded) or (by and _SAVES.search(folded))):
        return understood
    rest = folded if by is None else folded[: by.start()] + "|" * (by.end() - by.start()) + folded[by.end() :]
    found = _one_sum(rest)
    return Understanding("invest", dict(found), understood.confidence) if found else understood


def _one_sum(folded: str) -> dict[str, str]:
    """Return the `amount` that is said, where one clear sum is."""
    sums = [each.sum for each in find_quantities(folded) if each.sum is not None]
    return {"amount": plain(sums[0].values[0])} if len(sums) == 1 and sums[0].clear else {}


def _deposit(folded: str, said: Understanding) -> Claim | None:
    if names_change_plus(folded):
        return None
    term = next((each for each in find_quantities(folded) if each.kind == "TERM" and each.unit is not None), None)
    slots = _amount(said)
    if term is not None and term.count is not None and term.unit is not None:
        return Claim("deposit", slots | {"days": str(_days(term.count, term.unit))})
    return Claim("deposit", slots) if said.intent == "invest" and DEPOSIT.search(folded) else None


def _amount(said: Understanding) -> dict[str, str]:
    return {name: str(said.slots[name]) for name in ("amount", "asset") if name in said.slots}


def _days(count: int, unit: str) -> int:
    if unit == "month":
        return _DAYS_OF_MONTHS.get(count, 30 * count)
    return count * (7 if unit == "week" else 1)


def _rhythm(folded: str) -> dict[str, str]:
    """Return `every` (day, week or month) and the `day` of it: a weekday from Monday, 0; or a day of the month."""
    weekday, of_month = _WEEKDAY.search(folded), _DAY_OF_MONTH.search(folded)
    if weekday and not (of_month and _MONTHLY.search(folded)):
        return {"every": "week", "day": str(_weekday(weekday))}
    if _WEEKLY.search(folded):
        return {"every": "week"}
    if _MONTHLY.search(folded):
        return {"every": "month"} | ({"day": str(_day_of_month(of_month))} if of_month else {})
    return {"every": "day"} if _DAILY.search(folded) else {}


def _weekday(match: re.Match[str]) -> int:
    if match["day"]:
        return _WEEKDAYS.index(match["day"][:3])
    return _CHINESE_DAYS.index(match["chinese"].replace("天", "日"))


def _day_of_month(match: re.Match[str]) -> int:
    if match["last"]:
        return 31
    return min(max(_whole(match["day"] or match["chinese"]), 1), 31)


def _goal(text: str, folded: str) -> dict[str, str] | None:
    """Return a goal's `by` and `name`; one of them is enough, the name only when one says to save."""
    by, purpose = _BY.search(folded), _FOR.search(folded)
    if by is not None and by["within"] and purpose is None:
        return None
    if by is None and (purpose is None or not _SAVES.search(folded)):
        return None
    slots = {}
    if by is not None:
        slots["by"] = next(said for said in (by["english"], by["term"], by["chinese"], by["span"]) if said)
    if purpose is not None:
        start, end = purpose.span("name") if purpose["name"] else purpose.span("chinese")
        slots["name"] = text.strip()[start:end].strip()
    return slots


def _of_a_year(folded: str, today: date) -> date | None:
    if "new year" in folded:
        return date(today.year + 1, 1, 1)
    if re.search(r"end of (?:the |this )?year|year end|年底", folded):
        return date(today.year + (1 if folded.startswith("明") else 0), 12, 31)
    return None


def _named(folded: str, today: date) -> date | None:
    """Return the single day that is named, of the year that is named with it."""
    found, year = day_of(folded, today), _YEAR.search(folded)
    if found is None or year is None:
        return found
    return add_months(found, 12 * (int(year[0]) - found.year))


def _of_a_month(folded: str, today: date) -> date | None:
    """Return the beginning or the end of a month that is named without a day of it."""
    match = _MONTH.search(folded)
    if match is None or _A_DAY.search(_YEAR.sub("", folded[: match.start()] + " " + folded[match.end() :])):
        return None
    month = _MONTHS.index(match["english"]) + 1 if match["english"] else _whole(match["chinese"])
    if not 1 <= month <= 12:  # noqa: PLR2004 - months
        return None
    is_end = _LAST_DAY.search(folded) is not None
    said = _YEAR.search(folded)
    year = int(said[0]) if said else today.year + (1 if match["next_year"] else 0)
    day = 31 if is_end else 1
    found = add_months(date(year, month, 1), 0, day)
    return found if said or match["next_year"] or found > today else add_months(date(year + 1, month, 1), 0, day)


def _after(folded: str, today: date) -> date | None:
    for quantity in find_quantities(f"in {folded}" if folded[:1].isascii() else folded):
        if quantity.kind == "TERM" and quantity.count is not None and quantity.unit == "month":
            return add_months(today, quantity.count)
    return None


def _whole(said: str) -> int:
    if said.isdecimal():
        return int(said)
    if len(said) == 1:
        return "零一二三四五六七八九十".index(said)
    values = read_chinese(said)
    return int(values[0]) if values else 0
