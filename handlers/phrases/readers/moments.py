"""Days and stretches of time as they are said: "last month", "on Friday", "3月15号". They are not worked out here."""

from __future__ import annotations

import re
from typing import Final

from handlers.phrases.readers.numerals import CHINESE_NUMERALS, ONES, TENS

_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|tue|wed|thu|thur|thurs|fri|sat|sun)(?=$|[ .,;!?])"
_MONTH = (
    "(?:january|february|march|april|june|july|august|september|october|november|december|jan|feb|aug|sept|oct|nov|dec|"
    r"(?:(?<=in )|(?<=for ))(?:mar|apr|jun|jul|sep)|(?:mar|apr|jun|jul|sep)(?= \d))"
)
_YEAR = r"20\d\d"
_OF_YEAR = rf"(?:,? ?{_YEAR}| (?:of )?next year)"
_NTH = r"\d{1,2}(?:st|nd|rd|th)"
_ONES_OF_A_DAY = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_TEENS_OF_A_DAY = (
    "tenth",
    "eleventh",
    "twelfth",
    *(f"{each}teenth" for each in ["thir", "four", "fif", "six", "seven", "eigh", "nine"]),
)
ORDINALS: Final = {word: day for day, word in enumerate((*_ONES_OF_A_DAY, *_TEENS_OF_A_DAY, "twentieth"), 1)}
"""The words of the first twenty days of a month; the others are put together ("twenty-first")."""
SPELT: Final = rf"(?:(?:twenty|thirty)[- ](?:{'|'.join(_ONES_OF_A_DAY)})|{'|'.join(ORDINALS)}|thirtieth)"
_NUMBER = rf"(?:\d+|{'|'.join(sorted({*ONES, *TENS}, key=len, reverse=True))})"
_SPAN = "(?:weekend|week|weeks|months|month|year|quarter|night|evening|morning)"
_CN = f"(?:\\d+|[{CHINESE_NUMERALS}]+)"
_CN_DAY = "[一二三四五六日天末](?![十百千万])"
_CN_MONTH = r"(?:\d{1,2}|十[一二]|[一二三四五六七八九十])月"

# Short months, and May, which is a word besides: only with a day beside them.
_SHORT = "(?:mar|apr|jun|jul|sep)"
_DATED: Final = (
    rf"{_SHORT} (?:the )?\d{{1,2}}(?:st|nd|rd|th)?(?![\d.])|\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{_SHORT}",
    rf"may {_NTH}|(?:(?<=on )|(?<=by ))may \d{{1,2}}(?![\d.])|{_NTH} (?:of )?may|(?:(?<=on )|(?<=by ))\d{{1,2}} may",
)
_ENGLISH: Final = (
    *_DATED,
    rf"(?:{_DAY}),? next week|next week,? (?:on )?(?:{_DAY})",
    rf"(?:end|last day) of (?:{_MONTH}|may){_OF_YEAR}?",
    rf"(?<=the ){SPELT} of (?:(?:the |this |next )?month|(?:{_MONTH}|{_SHORT}|may){_OF_YEAR}?)",
    rf"(?:(?<=on the )|(?<=by the )|(?<=until the )){SPELT}(?=$|[.,;!?])",
    "day after tomorrow|today|tonight|tomorrow|tmrw|tmr|tomoro|yesterday|month end|payday",
    rf"(?:this|next|last|past|previous|coming) (?:few )?(?:{_SPAN}|{_DAY}(?:,? (?:the )?{_NTH})?|{_MONTH})",
    rf"(?:last|past|previous) {_NUMBER} (?:days|weeks|months|years)",
    "(?:end|start|beginning) of (?:the |this |next |last )?(?:month|week|year)",
    rf"{_MONTH} (?:the )?\d{{1,2}}(?:st|nd|rd|th)?(?![\d.]){_OF_YEAR}?|{_MONTH}{_OF_YEAR}?",
    rf"{_NTH} (?:of )?{_MONTH}{_OF_YEAR}?|\d{{1,2}} {_MONTH}{_OF_YEAR}?",
    rf"may {_YEAR}|(?<=in )may|(?<=for )may",
    rf"(?<=the ){_NTH}(?: of (?:the |this |next )?month)?(?! (?:instal|pay))",
    rf"(?:{_DAY})(?:,? (?:the )?{_NTH}(?! (?:instal|pay)))?(?: (?:morning|afternoon|evening|night))?",
    r"\d{1,2} ?[ap]m",
)
_FIGURES: Final = (rf"{_YEAR}-\d\d?(?:-\d\d?)?", rf"(?<=in ){_YEAR}", rf"(?<=for ){_YEAR}")
_CHINESE: Final = (
    rf"{_YEAR}年(?:\d{{1,2}}月(?:份|\d{{1,2}}[日号])?)?",
    rf"(?:今年|去年|明年)?{_CN_MONTH}(?:份?[底末]|份|{_CN}[日号]?)?(?!期)",
    r"(?<![\d零一二三四五六七八九十第])(?:\d{1,2}[号日]|(?:[二三]?十[一二三四五六七八九]?|[一二三四五六七八九])号)(?!楼|线|房|门|店|馆)",
    "今年|去年|今天|今日|今晚|明天|明日|明晚|大后天|后天|昨天|昨日|前天|听日|琴日|月底|月初|年底",
    rf"(?:上|下|这|本)个?(?:月|周|星期|礼拜|季度)(?:{_CN_DAY})?(?:\d{{1,2}}[号日])?|(?:周|星期|礼拜){_CN_DAY}",
    rf"(?:最近|近|过去)的?{_CN}(?:个月|天|周|个星期|年)",
    "发工资(?:那天|后|的时候)?",
)

MOMENT: Final = re.compile(
    rf"(?<![a-z0-9])(?:{'|'.join(_ENGLISH)})(?![a-z])|{'|'.join(_FIGURES)}|{'|'.join(_CHINESE)}", re.ASCII
)
"""A moment in a folded text (see `normalise.fold`)."""

_LATER: Final = re.compile(
    rf"tomorrow|tmrw|tmr|tomoro|day after|{_DAY}|next|coming|month end|end of|last day|payday|{_NTH}|{SPELT}|\d"
    r"|明|后天|听日|周[一二三四五六日天末]|星期|礼拜|下|月底|月初|年底|[号日]|发工资"
)
_NOT_LATER: Final = re.compile(
    "today|tonight|yesterday|last(?! day of)|past|previous"
    "|今天|今日|今晚|昨|前天|上个?(?:月|周|星期|礼拜)|去年|最近|过去|琴日"
)


def is_later(moment: str) -> bool:
    """Say whether a moment (folded, found by MOMENT) is a day ahead that one may promise something for."""
    return _LATER.search(moment) is not None and _NOT_LATER.search(moment) is None


_WHOLE_MONTH: Final = re.compile(rf"(?:(?:this|next|coming) )?(?:month|{_MONTH})|(?:明年|下个?|{_CN})月份?")


def names_a_month(moment: str) -> bool:
    """Say whether a moment (folded, found by MOMENT) is a month as a whole, such as one that a rent is for."""
    return _WHOLE_MONTH.fullmatch(moment) is not None
