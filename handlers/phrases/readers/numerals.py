"""Numbers said in words: English ("two and a half thousand") and Chinese ("一万二", "3千5"), exactly, as Decimals.

A reading is a tuple of values: none when it is no number, one when it is clear, several when people would differ
("两三百", "three fifty"). Currency and signs are not known here.
"""

# ruff: noqa: PLR2004, SIM905 -- tens and hundreds are what they are; lists of words read better as text

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

Reading = tuple[Decimal, ...]

CHINESE_DIGITS: Final = {
    **{character: value for value, character in enumerate("零一二三四五六七八九")},
    **{character: value for value, character in enumerate("零壹贰叁肆伍陆柒捌玖")},
    "两": 2,
    "俩": 2,
    "仨": 3,
}
SMALL_UNITS: Final = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
LARGE_UNITS: Final = {"万": 10**4, "w": 10**4, "亿": 10**8}
CHINESE_NUMERALS: Final = "".join({**CHINESE_DIGITS, **SMALL_UNITS, **LARGE_UNITS}).replace("w", "") + "廿卅"

_PIECES: Final = re.compile(r"[0-9]+(?:\.[0-9]+)?|.", re.DOTALL)
_RANGE: Final = re.compile("^([一二两三四五六七八九])([三四五六七八九])([十百千万亿].*)$")
_ABOUT: Final = re.compile("^(?:百八十|千八百|万八千|百十)$")
"""Ways to say "about a hundred", "about a thousand"; no numbers."""

_POINT: Final = re.compile("^(.+)点([零一二三四五六七八九]+)([百千万亿]?)$")

ONES: Final = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
        "sixteen seventeen eighteen nineteen".split()
    )
}
DIGIT_WORDS: Final = tuple(word for word, value in ONES.items() if value < 10)
TENS: Final = {
    word: 10 * value for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
} | {"fourty": 40}
ENGLISH_UNITS: Final = {
    "hundred": 100,
    "thousand": 1000,
    "thousands": 1000,
    "grand": 1000,
    "k": 1000,
    "million": 10**6,
    "mil": 10**6,
}


class _NoNumber(Exception):
    """What was being read is not a number after all."""


# ── Chinese ────────────────────────────────────────────────────────────────────────────────────────────────────────


def read_chinese(text: str) -> Reading:
    """Return the readings of a Chinese numeral, digits mixed in or not: "三千五" is 3500, "三千零五" 3005.

    "两三百" has two readings, 200 and 300. "三五" and other bare pairs have none; nor has 百八十, "about a hundred".
    """
    text = text.replace("廿", "二十").replace("卅", "三十")
    if _ABOUT.match(text):
        return ()
    spread = _RANGE.match(text)
    if spread and CHINESE_DIGITS[spread[1]] < CHINESE_DIGITS[spread[2]]:
        return tuple(value for digit in spread.groups()[:2] for value in read_chinese(digit + spread[3]))
    try:
        return (_chinese_value(text),)
    except _NoNumber:
        return ()


def _chinese_value(text: str) -> Decimal:
    point = _POINT.match(text)
    if point:
        whole, decimals, unit = point.groups()
        fraction = "".join(str(CHINESE_DIGITS[digit]) for digit in decimals)
        integer = CHINESE_DIGITS[whole] if whole in CHINESE_DIGITS else _chinese_whole(whole)
        return Decimal(f"{integer}.{fraction}") * {**SMALL_UNITS, **LARGE_UNITS, "": 1}[unit]
    return _chinese_whole(text)


def _chinese_whole(text: str) -> Decimal:
    if len(text) > 1 and all(character in CHINESE_DIGITS for character in text):
        return _digit_by_digit(text)
    reader = _ChineseReader()
    for piece in _PIECES.findall(text):
        reader.take(piece)
    return reader.finish()


def _digit_by_digit(text: str) -> Decimal:
    """Read digits one by one: "三零零零" is 3000; two bare digits are left alone ("三五" is a way to say "a few")."""
    if len(text) < 3 or CHINESE_DIGITS[text[0]] == 0:
        raise _NoNumber
    return Decimal("".join(str(CHINESE_DIGITS[character]) for character in text))


class _ChineseReader:
    """Adds up a numeral from left to right: `total` holds finished 万 and 亿, `section` the places being read."""

    def __init__(self) -> None:
        self.total = Decimal(0)
        self.section = Decimal(0)
        self.pending: Decimal | None = None
        self.small_unit = 10_000
        self.last_large = 0
        self.last_unit = 0
        self.after_zero = False
        self.read_units = 0

    def take(self, piece: str) -> None:
        if piece[0].isdigit():
            self._number(Decimal(piece))
        elif piece in CHINESE_DIGITS:
            self._number(Decimal(CHINESE_DIGITS[piece]))
        elif piece in SMALL_UNITS:
            self._small(SMALL_UNITS[piece])
        elif piece in LARGE_UNITS:
            self._large(LARGE_UNITS[piece])
        else:
            raise _NoNumber

    def _number(self, value: Decimal) -> None:
        if self.pending is not None:
            raise _NoNumber
        if value == 0 and self.last_unit:
            self.after_zero = True
            return
        self.pending = value

    def _multiplier(self, unit: int) -> Decimal:
        """The number before a unit. 十 and a leading 百, 千, 万 may go without ("十五", "千五")."""
        if self.pending is not None:
            value, self.pending = self.pending, None
            return value
        if unit != 10 and self.read_units:
            raise _NoNumber
        return Decimal(1)

    def _small(self, unit: int) -> None:
        if unit >= self.small_unit:
            raise _NoNumber
        self.section += self._multiplier(unit) * unit
        self._passed(unit)
        self.small_unit = unit

    def _large(self, unit: int) -> None:
        if self.pending is not None or not self.section:
            self.section += self._multiplier(unit)
        if self.total and unit >= self.last_large:
            self.total = (self.total + self.section) * unit
        else:
            self.total += self.section * unit
        self.section = Decimal(0)
        self._passed(unit)
        self.small_unit = 10_000
        self.last_large = unit

    def _passed(self, unit: int) -> None:
        self.last_unit = unit
        self.after_zero = False
        self.read_units += 1

    def finish(self) -> Decimal:
        if not self.read_units:
            raise _NoNumber
        return self.total + self.section + self._tail()

    def _tail(self) -> Decimal:
        """What follows the last unit: 五 of 三千五 counts hundreds, of 三千零五 ones, and 500 of 3千500 is itself."""
        if self.pending is None:
            if self.after_zero:
                raise _NoNumber
            return Decimal(0)
        short = not self.after_zero and self.last_unit >= 100 and self.pending < 10
        value = self.pending * self.last_unit / 10 if short else self.pending
        if value >= self.last_unit or self.pending != self.pending.to_integral_value():
            raise _NoNumber
        return value


# ── English ────────────────────────────────────────────────────────────────────────────────────────────────────────


def read_english(words: Sequence[str]) -> Reading:
    """Return the readings of number words: ["two", "hundred"] is 200, ["three", "fifty"] 350 or 3.50."""
    words = list(words)
    halves = _with_half(words)
    if halves is not None:
        return (halves,)
    if "point" in words:
        return _with_point(words)
    pair = _pair(words)
    if pair:
        return pair
    try:
        return (_english_value(words),)
    except _NoNumber:
        return ()


def _with_half(words: list[str]) -> Decimal | None:
    """Read halves: "two and a half thousand" is 2500, "half a million" 500,000."""
    if words[:2] == ["half", "a"] and len(words) == 3 and words[2] in ENGLISH_UNITS:
        return Decimal(ENGLISH_UNITS[words[2]]) / 2
    if words[-4:-1] == ["and", "a", "half"] and words[-1] in ENGLISH_UNITS:
        whole = read_english(words[:-4])
        is_small = len(whole) == 1 and not ENGLISH_UNITS.keys() & set(words[:-4])
        return (whole[0] + Decimal("0.5")) * ENGLISH_UNITS[words[-1]] if is_small else None
    return None


def _with_point(words: list[str]) -> Reading:
    """Read decimals: "two point five k" is 2500."""
    place = words.index("point")
    units = [word for word in words[place + 1 :] if word in ENGLISH_UNITS]
    digits = words[place + 1 : len(words) - len(units)]
    if not digits or any(ONES.get(digit, 10) > 9 for digit in digits):
        return ()
    whole = read_english(words[:place] or ["zero"])
    if len(whole) != 1:
        return ()
    value = Decimal(f"{whole[0]}." + "".join(str(ONES[digit]) for digit in digits))
    for unit in units:
        value *= ENGLISH_UNITS[unit]
    return (value,)


def _pair(words: list[str]) -> Reading:
    """Read pairs: "three fifty" may be 350 or 3.50; "fifteen twenty" may be 1520 or 15.20."""
    if not (2 <= len(words) <= 3 and words[0] in ONES and words[1] in TENS):
        return ()
    first, second = ONES[words[0]], TENS[words[1]] + ONES.get(words[2] if len(words) > 2 else "zero", 0)
    if first == 0:
        return ()
    return (Decimal(first * 100 + second), Decimal(first) + Decimal(second) / 100)


def _english_value(words: list[str]) -> Decimal:
    total, section, last = Decimal(0), Decimal(0), ""
    for word in words:
        if word == "and" and last in ENGLISH_UNITS:
            continue
        if word in ("a", "an") and not last:
            section = Decimal(1)
        elif word in ENGLISH_UNITS:
            total, section = _apply_unit(total, section, ENGLISH_UNITS[word], last)
        else:
            section += _small_word(word, last)
        last = word
    if last in ("", "a", "an", "and"):
        raise _NoNumber
    return total + section


def _apply_unit(total: Decimal, section: Decimal, unit: int, last: str) -> tuple[Decimal, Decimal]:
    if not last:
        section = Decimal(1)
    if unit == 100:
        return total, section * 100
    return total + section * unit, Decimal(0)


def _small_word(word: str, last: str) -> int:
    """The value of a word below hundred, refused where no number goes on so ("five three", "ten five")."""
    if word in TENS and (not last or last in ENGLISH_UNITS):
        return TENS[word]
    if word in ONES and (not last or last in ENGLISH_UNITS or (last in TENS and 0 < ONES[word] < 10)):
        return ONES[word]
    raise _NoNumber
