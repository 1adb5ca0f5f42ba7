"""What numbers in a sentence stand for: a sum, a term (6 months, 6期), a moment (last week, 3月), or something else.

Found spans never overlap; a moment wins over a term, a term over a sum ("3月" is March, "3个月" three months).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, Literal

from handlers.locales.languages import language_of
from handlers.phrases.readers.amounts import Sum, find_sums
from handlers.phrases.readers.day_edges import reach
from handlers.phrases.readers.moments import MOMENT, is_later
from handlers.phrases.readers.numerals import CHINESE_NUMERALS, ONES, TENS, read_chinese, read_english

Kind = Literal["WHO", "WHEN", "TERM", "ENTRIES", "PEOPLE", "OTHER", "SUM"]
Unit = Literal["day", "week", "month"]

LONGEST_TERM: Final = 3650
"""A count above this is no term of anything that Susu sells."""


MOST_PARTS: Final = 60
"""A larger number before 分期 is the sum that is divided (借3000分期), before "x" it is no number of instalments."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A span of the folded text and what it stands for.

    `count` and `unit` belong to a TERM (no unit: instalments), `count` to ENTRIES and PEOPLE, `sum` to a SUM.
    """

    kind: Kind
    start: int
    end: int
    count: int | None = None
    unit: Unit | None = None
    sum: Sum | None = None


_CN = f"[{CHINESE_NUMERALS}]"
_ENGLISH_NUMBER = "|".join(sorted({*ONES, *TENS}, key=len, reverse=True))
_RUN = f"(?<!{_CN}){_CN}++"
_NUMBER = rf"(?:(?<![\d.])\d{{1,4}}|{_RUN}|(?<![a-z])(?:(?:{'|'.join(TENS)})[ -])?(?:{_ENGLISH_NUMBER}))"

_UNITS: Final[dict[str, tuple[Unit, int]]] = {
    **dict.fromkeys(("days", "day", "d", "天", "日"), ("day", 1)),
    **dict.fromkeys(("weeks", "week", "wks", "wk", "w", "个星期", "星期", "个礼拜", "礼拜", "周"), ("week", 1)),
    **dict.fromkeys(("months", "month", "mths", "mth", "mos", "mo", "m", "个月", "个月的", "月期"), ("month", 1)),
    **dict.fromkeys(("years", "year", "yrs", "yr", "y", "年"), ("month", 12)),
    **dict.fromkeys(("quarters", "quarter", "个季度", "季度"), ("month", 3)),
    **dict.fromkeys(("fortnights", "fortnight"), ("week", 2)),
}
_UNIT = "|".join(sorted(_UNITS, key=len, reverse=True))
_PARTS = (
    r"(?:equal )?(?:instalments?|installments?|parts|payments|times(?! ?\d)|terms|portions|x(?! ?\d))(?![a-z])"
    r"|期|分期|次(?=[还付结缴])"
)

_AFTER_LINK = "|".join(f"(?<={link} )" for link in ("for", "over", "within", "in", "after"))
_TERM: Final = re.compile(
    rf"(?P<count>{_NUMBER})(?:[ -]?(?P<unit>{_UNIT})(?![a-z])(?:ly)?(?: (?:instalments?|installments?|payments))?"
    rf"|[ -]?(?P<monthly>monthly|weekly|daily) (?:instalments?|installments?|payments|repayments)"
    rf"|\s?(?P<parts>{_PARTS}))"
    r"|(?P<half>half (?:a |an )?year|半年)"
    rf"|(?<![a-z])(?:{_AFTER_LINK})(?:a|an|one) (?P<one_unit>day|week|month|year|quarter|fortnight)(?![a-z])"
    r"|(?<=for )(?P<bare>\d{1,2})(?= *$)"
    r"|(?<=分)(?P<split>\d{1,2}|[一二三四五六七八九十]{1,3})(?![\d.期个块元百千万亿年月天周次])",
    re.ASCII,
)
_FIGURES = r"(?<!\d)\d++"
_ORDINAL = rf"第(?:\d+|{_CN}+)(?:期|次|笔|个|轮)?|{_FIGURES}(?:st|nd|rd|th)(?![a-z])"
_CHINESE_MEASURES = (
    "斤|公斤|股|枚|箱|盒|本|只|张|台|部|瓶|杯|岁|公里|米(?!线)|楼|克|辆|双|件|套房"
    "|间|升|倍|分钟|小时|秒|折|度|路|号楼|号线"
)
_ENGLISH_MEASURES = (
    "kgs?|km|kilomet(?:er|re)s?|miles?|met(?:er|re)s?|cm|mm|lbs?|years? old|yo|hours?|hrs?|minutes?|mins?|seconds?|"
    "degrees?|gb|mb|inch(?:es)?|lit(?:er|re)s?"
)
_NUMBERED = "word|windows|iphone|level|chapter|page|room|bus|flight|top|number|no\\.|line|route|episode|season"
_OTHER: Final = re.compile(
    rf"{_ORDINAL}|{_FIGURES}(?:\.\d+)?\s?[%°]|百分之{_CN}+|\d{{1,2}}:\d\d|(?:{_FIGURES}|{_RUN})\s?(?:{_CHINESE_MEASURES})"
    rf"|{_FIGURES}(?:\.\d+)? ?(?:{_ENGLISH_MEASURES})(?![a-z])|(?<![a-z])(?:{_NUMBERED}) ?\d+"
    rf"|{_FIGURES} ?[*x+] ?\d+(?!\d| ?(?:months?|个))|(?<!\d)(?<!\d )\d+ ?/ ?\d+(?!\d| ?(?:months?|个))",
    re.ASCII,
)
_PEOPLE: Final = re.compile(
    rf"(?P<count>{_NUMBER}) ?(?:people|persons|members|friends|of us|ppl|个人|人|位|个朋友|名成员)(?!民币)", re.ASCII
)

_ENTRIES: Final = re.compile(
    rf"(?P<count>{_NUMBER})\s?(?:笔(?!钱|款|贷|借)|条|transactions?|transfers|records|entries|movements|txns?)(?![a-z])",
    re.ASCII,
)

_WHO: Final = re.compile(r"(?<![\w@.])@[a-z][a-z0-9_]*|(?<!\d)\+\d{8,15}(?!\d)|(?<!\d)1[3-9]\d{9}(?!\d)", re.ASCII)
_WORDS_WITH_NUMERALS: Final = re.compile(
    "一下|一点(?![零一二三四五六七八九])|一些|一起|一样|一直|一定|一会儿?|一笔|一次性|一切|一般|一共|一旦|唯一|万一|千万(?!元|块)|十分|统一|第一|"
    "三明治|百度|四川|七夕|八卦|一部分|百货|千里|万能|百姓|五金|九龙|三里屯|六合彩|双十一|五险一金|一个(?!月|星期|礼拜|季)|两个(?!月|星期|礼拜|季)|一生|一半|哪一天|一件事"
)


_SHARE: Final = re.compile(r"(?<=quarters) (?:of )?(?:an? )?(?:hundred|thousand|million|grand|k)(?![a-z])")
"""Three quarters of a million are no nine months."""

_AFTER_A_SUM: Final = re.compile(f"({_CN}*[百千万亿])({_CN}+)")
"""两千三个月 is 2,000 for three months, not 2,300 months."""


def find_quantities(folded: str, language: str | None = None) -> list[Quantity]:
    """Return the quantities of a folded text in order, without overlaps.

    To a writer whose `language` is written in Han "3w" is 3万, not 3 weeks.
    """
    chinese = (language is not None and language_of(language).script == "Han") or re.search(
        "[一-龥]", folded
    ) is not None
    kept: list[Quantity] = []
    taken = bytearray(len(folded))
    for match in _WORDS_WITH_NUMERALS.finditer(folded):
        _take(taken, match.start(), match.end())
    for quantity in _candidates(folded, chinese=chinese):
        if not any(taken[quantity.start : quantity.end]):
            kept.append(quantity)
            _take(taken, quantity.start, quantity.end)
    visible = ["|" if is_taken else character for character, is_taken in zip(folded, taken, strict=True)]
    for quantity in kept:
        if quantity.kind == "OTHER":
            _close(visible, quantity, folded)
    sums = [_reaching(each, kept, taken) for each in find_sums("".join(visible), written=folded)]
    summed = bytearray(len(folded))
    for each in sums:
        _take(summed, each.start, each.end)
    kept = [quantity for quantity in kept if not any(summed[quantity.start : quantity.end])]
    return sorted([*kept, *sums], key=lambda quantity: quantity.start)


def _reaching(found: Sum, others: list[Quantity], taken: bytearray) -> Quantity:
    """Return a sum as wide as what it reaches into, which only seemed to be a number of another kind: "1,200M"."""
    whole = Quantity("SUM", found.start, found.end, sum=found)
    if not any(taken[found.start : found.end]):
        return whole
    met = [whole, *(each for each in others if each.start < whole.end and whole.start < each.end)]
    return replace(whole, start=min(each.start for each in met), end=max(each.end for each in met))


def _take(taken: bytearray, start: int, end: int) -> None:
    """Mark what is read: no sum is read there."""
    taken[start:end] = b"\1" * (end - start)


def _close(visible: list[str], quantity: Quantity, folded: str) -> None:
    """Put a sign where a number that is no sum begins or ends with digits, so that no sum touches it ("三百5%")."""
    for place in (quantity.start, quantity.end - 1):
        if folded[place].isdigit() or folded[place] in "%°":
            visible[place] = "^"


def _candidates(folded: str, *, chinese: bool) -> Iterator[Quantity]:
    """Everything but sums, strongest kind first."""
    for match in _WHO.finditer(folded):
        yield Quantity("WHO", *match.span())
    for match in MOMENT.finditer(folded):
        is_later_day = is_later(match[0])
        yield Quantity("WHEN", *(reach(folded, *match.span(), alone=False) if is_later_day else match.span()))
    for match in _ENTRIES.finditer(folded):
        if count := _count(match["count"]):
            yield Quantity("ENTRIES", *match.span(), count=count)
    digit = re.search(r"\d", folded)
    first = digit.start() if digit is not None else len(folded)
    for match in _TERM.finditer(folded):
        term = _term(match)
        if term is not None and _fits(match, folded, chinese=chinese, after_a_sum=first < match.start()):
            yield term
    for match in _PEOPLE.finditer(folded):
        if count := _count(match["count"]):
            yield Quantity("PEOPLE", *match.span(), count=count)
    for match in _OTHER.finditer(folded):
        yield Quantity("OTHER", *match.span())


def _fits(match: re.Match[str], folded: str, *, chinese: bool, after_a_sum: bool) -> bool:
    """Tell whether a loose form is a term here: "3000 6m" and "3000 for 6" are, "3m" alone and 三m are not."""
    unit = match["unit"]
    if _SHARE.match(folded, match.end()) or (unit == "quarters" and folded.endswith("and ", 0, match.start())):
        return False
    if not match["bare"] and (unit is None or len(unit) > 1 or not unit.isascii()):
        return True
    if match["count"] and not match["count"].isascii():
        return False
    return after_a_sum and not (unit == "w" and chinese)


def _term(match: re.Match[str]) -> Quantity | None:
    if match["half"]:
        return Quantity("TERM", *match.span(), count=6, unit="month")
    if match["one_unit"]:
        unit, factor = _UNITS[match["one_unit"]]
        return Quantity("TERM", *match.span(), count=factor, unit=unit)
    said, start = match["count"] or match["bare"] or match["split"], match.start()
    if (tail := _AFTER_A_SUM.fullmatch(said)) and match["unit"] not in ("天", "日"):
        said, start = tail[2], start + len(tail[1])
    count = _count(said)
    if count is None or not 0 < count <= LONGEST_TERM or (count == 1 and match["parts"] == "次"):
        return None
    if match["parts"] in ("分期", "x") and count > MOST_PARTS:
        return None
    named = match["unit"] or {"monthly": "month", "weekly": "week", "daily": "day"}.get(match["monthly"] or "")
    if not named:
        return Quantity("TERM", start, match.end(), count=count)
    unit, factor = _UNITS[named]
    return Quantity("TERM", start, match.end(), count=count * factor, unit=unit)


def _count(text: str) -> int | None:
    if text.isdigit():
        return int(text)
    if len(text) == 1 and text in "一二两三四五六七八九十":
        return {"两": 2, "十": 10}.get(text) or "零一二三四五六七八九".index(text)
    values = read_chinese(text) or read_english(re.split("[ -]", text))
    whole = [int(value) for value in values if value == value.to_integral_value()]
    return whole[0] if len(whole) == 1 else None
