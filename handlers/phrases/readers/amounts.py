"""Sums of money in what people type: `parse_amount` reads a whole answer, `find_sums` finds sums inside a sentence.

A sum is read one way or not at all: "1.000" and "1,50" mean different things to different people, so they are asked
back, and so is a number with something at its edges that was not understood (`edges`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput
from finance_core.kernel.money import BASE_CURRENCY, MAX_AMOUNT
from handlers.phrases.normalise import GROUPING_SPACE, fold, plain
from handlers.phrases.readers import edges
from handlers.phrases.readers.numerals import (
    CHINESE_DIGITS,
    CHINESE_NUMERALS,
    DIGIT_WORDS,
    ENGLISH_UNITS,
    ONES,
    TENS,
    Reading,
    read_chinese,
    read_english,
)
from handlers.phrases.words import listed, valued

LONGEST_ANSWER: Final = 80
"""Characters of an answer that are looked at; a sum is never longer."""

MOST_COINS: Final = 100
"""From so many 分 on, unless 钱 follows, the sum may be one that is to be divided: it is asked back."""

CURRENCIES: Final[dict[str, str]] = {
    **valued("amounts", "currencies"),
    "¥": "CNY", "rmb": "CNY", "cny": "CNY", "$": "USD", "us$": "USD", "usd": "USD", "€": "EUR", "eur": "EUR",
    "£": "GBP", "gbp": "GBP", "₵": "GHS", "gh₵": "GHS", "ghs": "GHS", "₦": "NGN", "ngn": "NGN", "hk$": "HKD",
    "hkd": "HKD", "nt$": "TWD", "twd": "TWD", "ntd": "TWD", "s$": "SGD", "sgd": "SGD", "jpy": "JPY", "₿": "BTC",
    "btc": "BTC", "kes": "KES", "₹": "INR", "₱": "PHP",
}  # fmt: skip
"""What people call a currency, folded: symbols and codes here, words in each language's folder; "bucks" may be any."""

FILLERS: Final = listed("amounts", "fillers")
"""Words around a sum that change nothing in an answer to "how much?"."""


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum found in a folded text: clear with one value; asked back with several, with none or when `doubtful`."""

    start: int
    end: int
    values: Reading
    asset: str | None = None
    doubtful: bool = False

    @property
    def clear(self) -> bool:
        return len(self.values) == 1 and not self.doubtful


# ── what a sum looks like ──────────────────────────────────────────────────────────────────────────────────────────

_LITERAL = rf"(?:(?<![^\s¥$€£₵₦(:\u3400-\u9fff])[.,])?\d+(?:[.,'{GROUPING_SPACE}]\d+)*"
_CHINESE_HEAD = rf"(?<!\d)\d+(?:[.,]\d+)*\s?[十百千万亿]|(?<!\d)\d+(?:\.\d+)?w(?![a-z])|[{CHINESE_NUMERALS}]"
_CHINESE_PART = rf"[{CHINESE_NUMERALS}]|点(?=[零一二三四五六七八九])|(?<![一二三四五六七八九])\d"
_CHINESE = rf"(?:{_CHINESE_HEAD})(?:{_CHINESE_PART})*"
_WORD = "|".join(sorted({*ONES, *TENS, *ENGLISH_UNITS, "point"}, key=len, reverse=True))
_UNIT = "thousand|hundred|million|grand|mil|k"
_SHARE = r"(?P<share>half|(?:three |an? |one )?quarters?)(?: of)? (?:an? )?"
_ENGLISH_HEAD = rf"(?<![a-z])(?:(?:{_SHARE}|an? )(?=(?:{_UNIT})(?![a-z])))?"
_FURTHER = rf"(?:(?:[ -]| and )(?:an? half )?(?:{_WORD}))"
_ENGLISH = rf"(?:{_WORD}){_FURTHER}*(?![a-z])"
_SHORT_ENGLISH = rf"(?:{_WORD}){_FURTHER}{{0,12}}(?![a-z])"
_RUN = f"(?<![{CHINESE_NUMERALS}])[{CHINESE_NUMERALS}]++"
"""Numerals from the first of them on: a search that began at each of them would take the square of their number."""
_NAMES = "|".join(sorted(map(re.escape, CURRENCIES), key=len, reverse=True))
_BEFORE = rf"(?:(?<![a-z])(?P<before>{_NAMES})\s?)?"
_AFTER = rf"(?:\s?(?P<after>{_NAMES})(?![a-z]))?"
_POINT = rf"(?P<point> point(?: (?:{'|'.join(DIGIT_WORDS)}|\d+)(?![a-z]))+)?"
_SUFFIX = rf"(?P<suffix>(?:\s?(?:{_UNIT})(?![a-z])){{1,2}})?"
_FRACTION = (
    r"(?:(?P<fraction>\s?[½¼¾]| (?:and )?(?:1/2|1/4|3/4)(?![\d/])"
    r"| (?:and|&) (?:an? |three )?(?:half|quarters?)(?![a-z]| an? ))"
    rf"(?: (?P<whole_unit>{_UNIT})(?![a-z]))?)?"
)
_FRACTIONS: Final = {"½": "0.5", "1/2": "0.5", "half": "0.5", "¼": "0.25", "1/4": "0.25", "¾": "0.75", "3/4": "0.75"}

_DIGIT = rf"[\d{''.join(CHINESE_DIGITS)}]"
_COUNTED = rf"[\d.个期天周月年号日次点{CHINESE_NUMERALS}]"
"""What makes of a digit after 块 something else than a coin: 5块3个月 is no 5.30."""

_SUM: Final = re.compile(
    rf"{_BEFORE}(?:(?P<chinese>{_CHINESE})|(?P<literal>(?<![0-9]){_LITERAL}){_POINT}{_SUFFIX}"
    rf"|{_ENGLISH_HEAD}(?P<english>{_ENGLISH})){_FRACTION}{_AFTER}",
    re.ASCII,
)
_COINS: Final = re.compile(
    rf"(?<![\d.,])(?P<tenths>\d++|{_RUN})\s?(?:毛(?![衣巾笔线毯病])|角(?![色度落星]))"
    rf"(?:零?(?P<rest>{_DIGIT})(?:分|(?!{_COUNTED})))?钱?"
    rf"|(?<![\d.,])(?P<hundredths>\d++|{_RUN})分"
    rf"(?:(?P<coin>钱)|(?=\s*(?:$|[;,!?)给到吧的了])|\s+[^\s\d|{CHINESE_NUMERALS}]))"
    rf"|(?P<cents>(?<!\d)(?<!\d[.,'{GROUPING_SPACE}]){_LITERAL}|(?<![a-z]){_SHORT_ENGLISH}) ?cents?\b",
    re.ASCII,
)
"""Coins without a whole unit before them. 分 divides, too (借3000分6期): it is a coin where nothing is divided."""

_WHOLE: Final = ("块", "元", "圆")
_CHANGE: Final = re.compile(
    rf"半(?![年天月]|个(?:月|星期|礼拜|小时|钟头|季))|\s?(?P<tenths>{_DIGIT})\s?(?:毛(?![衣巾笔线毯病])|角(?![色度落星]))"
    rf"(?:零?\s?(?P<rest>{_DIGIT})(?:\s?分|(?!{_COUNTED})))?钱?"
    rf"|零?\s?(?P<hundredths>0?\d|[1-9]\d|[{CHINESE_NUMERALS}]+)\s?分(?!期)钱?|[零0](?P<after_zero>{_DIGIT})(?!{_COUNTED}|[毛角])"
    rf"|(?P<alone>{_DIGIT})(?!{_COUNTED})",
    re.ASCII,
)
"""What follows 块, 元 or 块钱: 5毛 and 5 are 0.50, 零5, 05 and 5分 are 0.05, 半 is 0.50; a bare 5 after 钱 is asked."""

_MINUS: Final = re.compile(r"(?:(?:^|[^a-z0-9_@.,\s])\s?-|(?:^|\s)-|\bminus |\bnegative |负)$")
"""A sign before a sum in a sentence: nobody means less than nothing, so it is asked back."""
_WIDEST_SIGN: Final = len("negative ")

_FRACTION_ONLY: Final = re.compile(r"[.,]\d+", re.ASCII)
_PLAIN: Final = re.compile(r"\d+(?:\.\d+)?", re.ASCII)
_GROUPED: Final = re.compile(
    rf"[1-9]\d{{0,2}}(?:,\d{{3}})+(?:\.\d+)?|[1-9]\d{{0,2}}(?:['{GROUPING_SPACE}]\d{{3}})+(?:\.\d+)?", re.ASCII
)
_ONE_DOT: Final = re.compile(r"([1-9]\d{0,2})\.(\d{3})", re.ASCII)
_ONE_COMMA: Final = re.compile(r"(\d+),(\d{1,2})", re.ASCII)
_CONTINENTAL: Final = re.compile(r"(\d{1,3}(?:\.\d{3})+),(\d{1,2})|(\d{1,3}(?:\.\d{3}){2,})", re.ASCII)


def read_literal(text: str) -> tuple[Reading, bool]:
    """Return the readings of a number in digits, and whether it must be asked back even if only one is left.

    "1,000.50" is 1000.50; "1.000" 1000 or 1; "1,50" 1.5 or 150; "1.000,50" is 1000.50 for half of the world.
    ",50" can only be 0.5, and nobody groups thousands after a zero, so "0,500" is no number at all.
    """
    if _FRACTION_ONLY.fullmatch(text):
        return (Decimal(f"0.{text[1:]}"),), text[0] == ","
    if match := _ONE_DOT.fullmatch(text):
        return (Decimal("".join(match.groups())), Decimal(text)), True
    if _PLAIN.fullmatch(text):
        return (Decimal(text),), False
    if _GROUPED.fullmatch(text):
        return (Decimal(re.sub(rf"[,'{GROUPING_SPACE}]", "", text)),), False
    if _ONE_COMMA.fullmatch(text):
        decimal = Decimal(text.replace(",", "."))
        return (decimal,) if text[0] == "0" else (decimal, Decimal(text.replace(",", ""))), True
    is_continental = _CONTINENTAL.fullmatch(text) is not None
    return ((Decimal(text.replace(".", "").replace(",", ".")),) if is_continental else ()), is_continental


def find_sums(folded: str, *, alone: bool = False, written: str | None = None) -> Iterator[Sum]:
    """Yield the sums of a folded text (see `normalise.fold`) from left to right; what only looks like one is left out.

    A bare "五", "十" or "one" is a sum beside a currency, or when the text is an answer and stands `alone`. `written`
    is the text before bars were put over what is no sum. A number with something beside it that was not understood
    ("300ish", "a few hundred", 三十几万) is a sum without values, as wide as what belongs to it.
    """
    written = folded if written is None else written
    last: Sum | None = None
    for found in _each(folded, alone=alone):
        guarded = _guarded(found, folded, written, alone=alone)
        if last and guarded.start < last.end:
            last = Sum(min(last.start, guarded.start), max(last.end, guarded.end), (), None, doubtful=True)
            continue
        joined = _joined(last, guarded, folded, alone=alone) if last else None
        if last and not joined:
            yield last
        last = joined or guarded
    if last:
        yield last


def _each(folded: str, *, alone: bool) -> Iterator[Sum]:
    position, coins = 0, _COINS.search(folded)
    while position < len(folded):
        if coins and coins.start() < position:
            coins = _COINS.search(folded, position)
        match = _SUM.search(folded, position)
        if coins and (not match or coins.start() <= match.start()):
            yield _coins(coins)
            position = coins.end()
            continue
        if not match:
            return
        if found := _sum(match, alone=alone):
            yield found
        position = max(found.end if found else match.end(), position + 1)


def _guarded(found: Sum, folded: str, written: str, *, alone: bool) -> Sum:
    """Return a sum as it is when both of its edges are free, else one without values over all that touches it.

    "about 300" in a sentence offers 300; as an answer it is 300, as the card shows it before anything is done.
    """
    start, end = edges.begin(folded, written, found.start), edges.end(folded, written, found.end)
    if (start, end) == (found.start, found.end):
        wider = edges.hedged(folded, start, end)
        is_certain = alone or wider == (start, end)
        return replace(found, start=wider[0], end=wider[1], doubtful=found.doubtful or not is_certain)
    unit = _TRAILING.match(folded, end)
    end = unit.end() if unit else end
    change = _CHANGE.match(folded, end) if folded[end - 1] in _WHOLE else None
    return Sum(start, change.end() if change else end, (), None, doubtful=True)


_TRAILING: Final = re.compile(rf"(?:\s?(?:{_UNIT}|[十百千万亿]+)(?![a-z]))?(?:\s?(?:{_NAMES})(?![a-z]))?", re.ASCII)
_BETWEEN: Final = re.compile(r",? (?:and )?")
_RANGE: Final = re.compile(r"\s?(?:-|~|到|至|或|或者|\bto\b|\bor\b)\s?")
_UNIT_AT_END: Final = re.compile(rf"(?:[十百千万亿]|{_UNIT})$")

_SMALLER: Final = 20
"""So many times smaller than the end of a range its beginning is no sum: in "3 to 5k" 3 stands for 3,000."""


def _joined(last: Sum, found: Sum, folded: str, *, alone: bool) -> Sum | None:
    """Return two numbers that are one sum as one: "5 dollars and 50 cents", "3 to 5k", "3 万 5 千", "1 000", "5。5"."""
    first, second = folded[last.start : last.end], folded[found.start : found.end]
    gap = folded[last.end : found.start]
    if (not alone or gap == "\n") and (digits := _joined_digits(last, found, first, gap, second)):
        return digits
    if not (last.clear and found.clear):
        return None
    if _is_change(first, second) and last.asset and _BETWEEN.fullmatch(folded, last.end, found.start):
        is_whole = last.values[0] == last.values[0].to_integral_value() and found.values[0] < 1
        values = (last.values[0] + found.values[0],) if is_whole else ()
        return Sum(last.start, found.end, values, last.asset, doubtful=not values)
    if last.asset and gap == " " and _CENTS_ALONE.fullmatch(second) and first[-1].isalpha():
        return Sum(last.start, found.end, (last.values[0] + found.values[0] / 100,), last.asset, doubtful=True)
    is_part = _RANGE.fullmatch(gap) is not None and last.values[0] * _SMALLER <= found.values[0]
    is_split = gap == " " and _UNIT_AT_END.search(first) is not None and _UNIT_AT_END.search(second) is not None
    return Sum(last.start, found.end, (), None, doubtful=True) if is_part or is_split else None


_CENTS_ALONE: Final = re.compile(r"\d\d", re.ASCII)
_MARK_BETWEEN: Final = ("\n", ";", ":", "?", "!")
_DIGITS_AT_END: Final = re.compile(r"[\d.,]*\d(?: \d{3})*$", re.ASCII)
_DIGITS_AT_START: Final = re.compile(r"\d[\d.,]*", re.ASCII)
_SPACED: Final = re.compile(r"[1-9]\d{0,2}(?: \d{3})+(?:\.\d{1,2})?", re.ASCII)


def _joined_digits(last: Sum, found: Sum, first: str, gap: str, second: str) -> Sum | None:
    """Return digits that only a space or a mark parts as one sum that is asked back: "1 000", "12 500", "5。5元".

    "1 000" offers 1000, as no number begins with a zero; "12 500" may be two sums as well. "borrow 3000 6" is two
    numbers. A mark between digits is a slip of the hand: of 。 alone it is known what was meant, a point.
    """
    ahead, behind = _DIGITS_AT_END.search(first), _DIGITS_AT_START.match(second)
    if ahead is None or behind is None:
        return None
    asset = last.asset or found.asset
    if gap in _MARK_BETWEEN:
        values = read_literal(f"{ahead[0]}.{behind[0]}")[0] if gap == "\n" and last.clear and found.clear else ()
        return Sum(last.start, found.end, values if behind[0] == second or found.asset else (), asset, doubtful=True)
    is_number_of_its_own = len(behind[0].partition(".")[0]) < _GROUP and behind[0][0] != "0"
    if gap != " " or is_number_of_its_own:
        return None
    spaced = f"{ahead[0]} {behind[0]}"
    if not _SPACED.fullmatch(spaced):
        return Sum(last.start, found.end, (), None, doubtful=True)
    whole = Decimal(spaced.replace(" ", ""))
    is_one = behind[0][0] == "0" or " " in first
    parts = () if is_one or not (last.clear and found.clear) else (last.values[0], found.values[0])
    return Sum(last.start, found.end, (whole, *parts), asset, doubtful=True)


_GROUP: Final = 3
"""Digits between two spaces of a number that is grouped."""


def _is_change(first: str, second: str) -> bool:
    return second.endswith(("cent", "cents")) and not first.endswith(("cent", "cents"))


def _coins(match: re.Match[str]) -> Sum:
    """Read coins: "8毛" is 0.80, 三毛五 0.35, 25分 0.25, "fifty cents" 0.50; 3000分 is asked back."""
    start, end = match.span()
    if cents := match["cents"]:
        values = read_literal(cents)[0] or read_english(re.split("[ -]", cents))
        return Sum(start, end, (values[0] / 100,)) if len(values) == 1 else Sum(start, end, (), None, doubtful=True)
    number = _number(match["tenths"] or match["hundredths"])
    if number is None:
        return Sum(start, end, (), None, doubtful=True)
    if match["tenths"]:
        value = number / 10 + Decimal(_digit(match["rest"] or "0")) / 100
        return Sum(start, end, (value,), BASE_CURRENCY.code)
    if number >= MOST_COINS and not match["coin"]:
        return Sum(start, end, (number / 100, number), None, doubtful=True)
    return Sum(start, end, (number / 100,), BASE_CURRENCY.code)


def _digit(text: str) -> int:
    return int(text) if text.isdigit() else CHINESE_DIGITS[text]


def _number(text: str) -> Decimal | None:
    if text.isdigit():
        return Decimal(text)
    values = (Decimal(_digit(text)),) if len(text) == 1 and text in CHINESE_DIGITS else read_chinese(text)
    return values[0] if len(values) == 1 else None


def _sum(match: re.Match[str], *, alone: bool) -> Sum | None:
    before, after = match["before"], match["after"]
    currency = before or after
    told = alone or currency is not None or match["fraction"] is not None
    values, doubtful = _readings(match, told=told)
    if not values:
        is_mixed = match["literal"] or re.search(r"\d", match["chinese"] or "", re.ASCII)
        return Sum(*match.span(), (), None, doubtful=True) if is_mixed else None
    if match["fraction"]:
        values, doubtful = _with_fraction(match, values, doubtful=doubtful)
    if before and after and CURRENCIES[before] != CURRENCIES[after]:
        return Sum(*match.span(), (), None, doubtful=True)
    asset = CURRENCIES[currency] or None if currency else None
    doubtful = doubtful or _MINUS.search(match.string, max(0, match.start() - _WIDEST_SIGN), match.start()) is not None
    found = Sum(match.start(), match.end(), values, asset, doubtful)
    return _with_change(found, match.string) if after and after[0] in _WHOLE else found


def _with_change(found: Sum, text: str) -> Sum:
    """Return a sum with the coins that follow its 块: 三块五 is 3.50, 100元5分 100.05, 两块半 2.50."""
    match = _CHANGE.match(text, found.end)
    if match is None:
        return found
    value = found.values[0]
    if text[found.end - 1] not in _WHOLE and match["alone"]:
        return Sum(found.start, match.end(), (), None, doubtful=True)
    if match["tenths"] or match["alone"]:
        coins = Decimal(_digit(match["tenths"] or match["alone"])) / 10 + Decimal(_digit(match["rest"] or "0")) / 100
    elif said := match["hundredths"] or match["after_zero"]:
        hundredths = _number(said)
        coins = hundredths / 100 if hundredths is not None else Decimal(1)
    else:
        coins = Decimal("0.5")
    is_clear = found.clear and value == value.to_integral_value() and coins < 1
    return Sum(found.start, match.end(), (value + coins,) if is_clear else (), found.asset, doubtful=not is_clear)


def _with_fraction(match: re.Match[str], values: Reading, *, doubtful: bool) -> tuple[Reading, bool]:
    """Add "and a half", "½" or "1/2": "5 and a half" is 5.5, "2 and a half k" 2500, "2k and a half" 2500 or 2000.5."""
    said = match["fraction"].split()[-1]
    part = Decimal(_FRACTIONS.get(said, "0.75" if "three" in match["fraction"] else "0.25"))
    unit = Decimal(ENGLISH_UNITS.get(match["whole_unit"] or "", 1))
    value = values[0]
    if doubtful or len(values) > 1 or value != value.to_integral_value() or match["point"]:
        return (), True
    last = re.findall("[a-z]+", match["suffix"] or match["english"] or "")[-1:]
    if unit == 1 and last and last[0] in ENGLISH_UNITS:
        return (value + part * ENGLISH_UNITS[last[0]], value + part), True
    return ((value + part) * unit,), False


def _readings(match: re.Match[str], *, told: bool) -> tuple[Reading, bool]:
    """The readings of one match. A single Chinese digit, or a lone "one" or "k", is a sum only when `told`."""
    if text := match["chinese"]:
        return _chinese_readings(text.replace(" ", ""), told=told)
    if text := match["literal"]:
        return _literal_readings(text, match["point"], match["suffix"] or "")
    words = [word for word in re.split("[ -]", match["english"]) if word]
    if share := match["share"]:
        part = Decimal("0.5" if share == "half" else "0.75" if "three" in share else "0.25")
        return tuple(part * value for value in read_english(words) if set(words) <= ENGLISH_UNITS.keys()), False
    if not told and words in (["one"], ["k"], ["mil"], ["point"], ["grand"], ["zero"]):
        return (), False
    if words == ["thousands"]:
        return (), False
    return read_english(words), False


def _literal_readings(text: str, point: str | None, suffix: str) -> tuple[Reading, bool]:
    values, doubtful = read_literal(text)
    if point:
        digits = "".join(str(ONES.get(word, word)) for word in point.split()[1:])
        values = (Decimal(f"{text}.{digits}"),) if text.isdigit() else ()
    for unit in re.findall("[a-z]+", suffix):
        values = tuple(value * ENGLISH_UNITS[unit] for value in values)
    return values, doubtful


def _chinese_readings(text: str, *, told: bool) -> tuple[Reading, bool]:
    comma = re.match(r"([\d.]+,[\d.,]+)(.*)", text)
    if comma:
        values, doubtful = read_literal(comma[1])
        units = read_chinese("一" + comma[2])
        return tuple(value * unit for value in values for unit in units), doubtful
    if len(text) > 1:
        return read_chinese(text), False
    lone = read_chinese(text) if text in "十廿卅" else ()
    if text in "一二两三四五六七八九":
        lone = (Decimal(_digit(text)),)
    return (lone if told else ()), False


# ── a whole answer ─────────────────────────────────────────────────────────────────────────────────────────────────


def parse_amount(text: str, scale: int = 2) -> Decimal:
    """Return the sum that `text` says, in major units, exactly: "1.5万" and "１５，０００" are 15000.

    `scale` is the asset's number of decimals. Around the sum may only be a currency, politeness and punctuation.

    Raises:
        InvalidInput: one of the codes below, each with what a sentence needs.
            `amount_missing`: there is nothing.
            `amount_unclear`: it is no number in a form that is taken ("NaN", "1e3", "1_000", "300ish", 一千多).
            `amount_several` (values): more than one sum ("12 34").
            `amount_ambiguous` (candidates): one sum that people read differently ("1.000", "1,50").
            `amount_not_positive`: zero or less.
            `amount_too_precise` (scale): more decimals than the asset has.
            `amount_too_large`: more than the ledger holds.
    """
    folded = fold(text).strip()
    if not folded:
        raise InvalidInput(ErrorCode.AMOUNT_MISSING)
    if len(folded) > LONGEST_ANSWER:
        raise InvalidInput(ErrorCode.AMOUNT_UNCLEAR)
    body, negative = _without_sign(folded)
    found = list(find_sums(body, alone=True))
    _require_nothing_else(body, found)
    if not all(each.values for each in found):
        raise InvalidInput(ErrorCode.AMOUNT_UNCLEAR)
    if len(found) > 1:
        raise InvalidInput(ErrorCode.AMOUNT_SEVERAL, values=[plain(value) for each in found for value in each.values])
    return _checked(found[0], scale, negative=negative)


def _without_sign(folded: str) -> tuple[str, bool]:
    match = re.match(r"([¥$€£]?)\s?(?:-|minus |negative |负)\s?(?=\S)", folded)
    return (match[1] + folded[match.end() :], True) if match else (folded, False)


def _require_nothing_else(body: str, found: list[Sum]) -> None:
    """Refuse an answer with anything beside its sums that is not a filler: "1e3", "12 apples"."""
    rest = body
    for each in reversed(found):
        rest = f"{rest[: each.start]} {rest[each.end :]}"
    words = re.split(r"[\s;:!.?,~\"]+", rest)
    if not found or any(word and word not in FILLERS and word not in CURRENCIES for word in words):
        raise InvalidInput(ErrorCode.AMOUNT_UNCLEAR)


def _checked(found: Sum, scale: int, *, negative: bool) -> Decimal:
    if negative or max(found.values) <= 0:
        raise InvalidInput(ErrorCode.AMOUNT_NOT_POSITIVE)
    if not found.clear:
        possible = [plain(value) for value in found.values if _decimals(value) <= scale]
        raise InvalidInput(ErrorCode.AMOUNT_AMBIGUOUS, candidates=possible)
    value = found.values[0]
    if _decimals(value) > scale:
        raise InvalidInput(ErrorCode.AMOUNT_TOO_PRECISE, scale=scale)
    if value > Decimal(MAX_AMOUNT).scaleb(-scale):
        raise InvalidInput(ErrorCode.AMOUNT_TOO_LARGE)
    return Decimal(plain(value))


def _decimals(value: Decimal) -> int:
    """How many decimals `value` needs: 1.50 needs one."""
    return len(plain(value).partition(".")[2])
