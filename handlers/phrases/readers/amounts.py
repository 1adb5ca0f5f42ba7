"""Sums of money in what people type: `parse_amount` reads a whole answer, `find_sums` finds sums inside a sentence.

A sum is read one way or not at all: "1.000" and "1,50" mean different things to different people, so they are asked
back.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput
from finance_core.kernel.money import BASE_CURRENCY, MAX_AMOUNT
from handlers.phrases.normalise import GROUPING_SPACE, fold, plain
from handlers.phrases.readers.numerals import (
    CHINESE_NUMERALS,
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
    """A sum found in a folded text: clear with one value, to be asked back with several or when `doubtful`."""

    start: int
    end: int
    values: Reading
    asset: str | None = None
    doubtful: bool = False

    @property
    def clear(self) -> bool:
        return len(self.values) == 1 and not self.doubtful


# ── what a sum looks like ──────────────────────────────────────────────────────────────────────────────────────────

_LITERAL = rf"\d+(?:[.,'{GROUPING_SPACE}]\d+)*"
_CHINESE_HEAD = rf"\d+(?:[.,]\d+)*\s?[十百千万亿]|\d+(?:\.\d+)?w(?![a-z])|[{CHINESE_NUMERALS}]"
_CHINESE = rf"(?:{_CHINESE_HEAD})(?:[{CHINESE_NUMERALS}]|点(?=[零一二三四五六七八九])|\d)*"
_WORD = "|".join(sorted({*ONES, *TENS, *ENGLISH_UNITS, "point"}, key=len, reverse=True))
_ENGLISH_HEAD = r"(?<![a-z])(?:(?:half )?an? (?=hundred|thousand|grand|million|k\b))?"
_ENGLISH = rf"{_ENGLISH_HEAD}(?:{_WORD})(?:(?:[ -]| and )(?:an? half )?(?:{_WORD}))*(?![a-z])"
_NAMES = "|".join(sorted(map(re.escape, CURRENCIES), key=len, reverse=True))
_BEFORE = rf"(?:(?<![a-z])(?P<before>{_NAMES})\s?)?"
_AFTER = rf"(?:\s?(?P<after>{_NAMES})(?![a-z]))?"
_SUFFIX = r"(?:\s?(?P<suffix>k|grand|thousand|hundred|million|mil)(?![a-z]))?"

_DIGIT = r"[\d一二三四五六七八九]"

_SUM: Final = re.compile(
    rf"{_BEFORE}(?:(?P<chinese>{_CHINESE})|(?P<literal>(?<![0-9._]){_LITERAL}){_SUFFIX}|(?P<english>{_ENGLISH})){_AFTER}",
    re.ASCII,
)
_SMALL_CHANGE: Final = re.compile(
    rf"(?P<whole>[\d{CHINESE_NUMERALS}]+)(?:块|元|圆)零?(?P<jiao>{_DIGIT})"
    rf"(?:毛|角|(?!\d|[个期天周月年{CHINESE_NUMERALS}]))(?:零?(?P<fen>{_DIGIT})分?)?钱?"
    rf"|(?P<jiao_only>{_DIGIT})(?:毛|角)钱?"
    rf"|(?P<cents>{_LITERAL}|{_ENGLISH}) ?cents?\b",
    re.ASCII,
)

_MINUS: Final = re.compile(r"(?:(?:^|[^\w\s])\s?-|(?:^|\s)-|\bminus |\bnegative |负)$")
"""A sign before a sum in a sentence: nobody means less than nothing, so it is asked back."""

_PLAIN: Final = re.compile(r"\d+(?:\.\d+)?", re.ASCII)
_GROUPED: Final = re.compile(
    rf"\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d{{1,3}}(?:['{GROUPING_SPACE}]\d{{3}})+(?:\.\d+)?", re.ASCII
)
_ONE_DOT: Final = re.compile(r"([1-9]\d{0,2})\.(\d{3})", re.ASCII)
_ONE_COMMA: Final = re.compile(r"(\d+),(\d{1,2})", re.ASCII)
_CONTINENTAL: Final = re.compile(r"(\d{1,3}(?:\.\d{3})+),(\d{1,2})|(\d{1,3}(?:\.\d{3}){2,})", re.ASCII)


def read_literal(text: str) -> tuple[Reading, bool]:
    """Return the readings of a number in digits, and whether it must be asked back even if only one is left.

    "1,000.50" is 1000.50; "1.000" 1000 or 1; "1,50" 1.5 or 150; "1.000,50" is 1000.50 for half of the world.
    """
    if match := _ONE_DOT.fullmatch(text):
        return (Decimal("".join(match.groups())), Decimal(text)), True
    if _PLAIN.fullmatch(text):
        return (Decimal(text),), False
    if _GROUPED.fullmatch(text):
        return (Decimal(re.sub(rf"[,'{GROUPING_SPACE}]", "", text)),), False
    if match := _ONE_COMMA.fullmatch(text):
        return (Decimal(text.replace(",", ".")), Decimal(text.replace(",", ""))), True
    if match := _CONTINENTAL.fullmatch(text):
        return (Decimal(text.replace(".", "").replace(",", ".")),), True
    return (), False


def find_sums(folded: str, *, alone: bool = False) -> Iterator[Sum]:
    """Yield the sums of a folded text (see `normalise.fold`) from left to right; what only looks like one is left out.

    A bare "五", "十" or "one" is a sum beside a currency, or when the text is an answer and stands `alone`.
    """
    position = 0
    while position < len(folded):
        change = _SMALL_CHANGE.search(folded, position)
        match = _SUM.search(folded, position)
        if change and (not match or change.start() <= match.start()):
            found = _small_change(change)
            if found:
                yield found
                position = found.end
                continue
        if not match:
            return
        if found := _sum(match, alone=alone):
            yield found
        position = max(match.end(), position + 1)


def _small_change(match: re.Match[str]) -> Sum | None:
    """Read coins: "三块五" and "3块5毛" are 3.50, "8毛" 0.80, "fifty cents" 0.50."""
    if cents := match["cents"]:
        values = read_literal(cents)[0] or read_english(re.split("[ -]", cents))
        return Sum(match.start(), match.end(), tuple(value / 100 for value in values)) if len(values) == 1 else None
    tenth = _digit(match["jiao"] or match["jiao_only"])
    hundredth = _digit(match["fen"]) if match["fen"] else 0
    whole = _number(match["whole"]) if match["whole"] else Decimal(0)
    if whole is None:
        return None
    return Sum(match.start(), match.end(), (whole + Decimal(10 * tenth + hundredth) / 100,), BASE_CURRENCY.code)


def _digit(text: str) -> int:
    return int(text) if text.isdigit() else "零一二三四五六七八九".index(text)


def _number(text: str) -> Decimal | None:
    if text.isdigit():
        return Decimal(text)
    values = read_chinese(text) or ((Decimal(_digit(text)),) if text in "零一二三四五六七八九" else ())
    return values[0] if len(values) == 1 else None


def _sum(match: re.Match[str], *, alone: bool) -> Sum | None:
    currency = match["before"] or match["after"]
    values, doubtful = _readings(match, told=alone or currency is not None)
    asset = CURRENCIES[currency] or None if currency else None
    doubtful = doubtful or _MINUS.search(match.string, 0, match.start()) is not None
    return Sum(match.start(), match.end(), values, asset, doubtful) if values else None


def _readings(match: re.Match[str], *, told: bool) -> tuple[Reading, bool]:
    """The readings of one match. A single Chinese digit, or a lone "one" or "k", is a sum only when `told`."""
    if text := match["chinese"]:
        return _chinese_readings(text.replace(" ", ""), told=told)
    if text := match["literal"]:
        values, doubtful = read_literal(text)
        unit = ENGLISH_UNITS.get(match["suffix"] or "", 1)
        return tuple(value * unit for value in values), doubtful
    words = [word for word in re.split("[ -]", match["english"]) if word]
    if not told and words in (["one"], ["k"], ["mil"], ["point"], ["grand"], ["zero"]):
        return (), False
    return read_english(words), False


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
        lone = (Decimal(_digit(text.replace("两", "二"))),)
    return (lone if told else ()), False


# ── a whole answer ─────────────────────────────────────────────────────────────────────────────────────────────────


def parse_amount(text: str, scale: int = 2) -> Decimal:
    """Return the sum that `text` says, in major units, exactly: "1.5万" and "１５，０００" are 15000.

    `scale` is the asset's number of decimals. Around the sum may only be a currency, politeness and punctuation.

    Raises:
        InvalidInput: one of the codes below, each with what a sentence needs.
            `amount_missing`: there is nothing.
            `amount_unclear`: it is no number in a form that is taken ("NaN", "1e3", "1_000").
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
