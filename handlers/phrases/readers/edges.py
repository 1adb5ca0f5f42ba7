"""The two edges of a number: nothing may touch it that was not understood ("300ish", "a few hundred", 三十几万).

One guard for every sum. It says where the whole of what was written begins and ends; what a language's words do to a
number beside them is in `phrases/amounts.toml` (`vague_before`, `vague_after`; and, where the number is nearly what is
meant, `hedge_before`, `hedge_after`).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from handlers.phrases.readers.numerals import CHINESE_NUMERALS
from handlers.phrases.words import Words

_BEFORE: Final = Words("amounts", "vague_before")
_AFTER: Final = Words("amounts", "vague_after")
_HEDGE_BEFORE: Final = Words("amounts", "hedge_before")
_HEDGE_AFTER: Final = Words("amounts", "hedge_after")
_WORD_AFTER: Final = Words("amounts", "word_after")

_WIDEST: Final = 40
"""Characters before or after a number that are looked at; a longer word beside it leaves it unclear all the same."""

_SHARE: Final = re.compile(r"(?:\d ?[/*×] ?\d+ |% ?)(?:of )?(?:an? )?$")
_FRACTION: Final = re.compile(r" (?:and )?[1-9]/(?:[2-9]|10)(?![\d/])")
_WORD_BEFORE: Final = re.compile(r"[a-z]{2,}$")
_NAME_BEFORE: Final = re.compile(f"[给向找跟叫让][\u3400-\u9fff]?[^\\W{CHINESE_NUMERALS}][一二三四五六七八九]$")
"""Names that end in a numeral: 张三, 李四, 王五."""
_HAN: Final = ("\u3400", "\u9fff")
_SIGNS_BEFORE: Final = ".^_%#/\\°○◯·•・"
_SIGNS_AFTER: Final = "^_%‰/\\°○◯·•・"
_FREE_SIGNS: Final = "|~"
_PLUS: Final = "+"
_MATHEMATICS: Final = ("Sc", "Sm", "No", "Nl", "Me")
_VARIATION: Final = "\ufe0f"
_GOES_ON: Final = re.compile(rf"(?:[.':]|(?<![{_HAN[0]}-{_HAN[1]}]),)[\d.,']*\d[a-z%°]*|(?<=\d)\d+", re.ASCII)
"""More digits, but for those after a comma behind a Chinese unit: 1万,12期 are two numbers."""
_CAME_BEFORE: Final = re.compile(r"\d[\d.,']*[.,':]\Z|\d\Z", re.ASCII)


def begin(folded: str, written: str, start: int) -> int:
    """Return where the number that begins at `start` of a folded text really begins: there, or before what touches it.

    `folded` has bars over what is no sum, `written` has not. A word of two letters or more may stand right before it
    ("borrow3000").
    """
    whole = start
    first = max(0, start - _WIDEST)
    if not (_is_word_before(folded, start) or _NAME_BEFORE.search(folded, first, start)):
        while whole > first and folded[whole - 1] != _PLUS and _touches(folded[whole - 1], _SIGNS_BEFORE):
            whole -= 1
    if cut := _CAME_BEFORE.search(written, first, start):
        whole = min(whole, cut.start())
    if share := _SHARE.search(written, first, start):
        whole = min(whole, share.start())
    if vague := _BEFORE.search(folded, first, start + 1):
        whole = min(whole, vague.start())
    return whole


def end(folded: str, written: str, stop: int) -> int:
    """Return where the number that ends at `stop` really ends: there, or after what touches it."""
    whole = stop
    if (vague := _AFTER.match(folded, stop)) or (vague := _FRACTION.match(written, stop)):
        whole = vague.end()
    if cut := _GOES_ON.match(written, stop):
        whole = max(whole, cut.end())
    last = min(len(folded), whole + _WIDEST)
    while whole < last and _goes_on(folded, whole):
        whole += 1
    return whole


def _goes_on(folded: str, place: int) -> bool:
    """Tell whether what stands at a place belongs to the number before it, and to no word of its own (3000零钱)."""
    touches = _touches(folded[place], _SIGNS_AFTER) or folded[place] == _VARIATION
    return touches and not _WORD_AFTER.match(folded, place)


def hedged(folded: str, start: int, stop: int) -> tuple[int, int]:
    """Return the span of a number with what says that it is only nearly meant: "about 300", "~300", 一百左右."""
    before = _HEDGE_BEFORE.search(folded, max(0, start - _WIDEST), start + 1)
    after = _HEDGE_AFTER.match(folded, stop)
    return before.start() if before else start, after.end() if after else stop


def _is_word_before(folded: str, start: int) -> bool:
    """Tell whether letters before a number are a word of their own, and no zero or one in disguise ("lO0")."""
    word = _WORD_BEFORE.search(folded, max(0, start - _WIDEST), start)
    return word is not None and not set(word[0]) <= set("ol")


def _touches(character: str, signs: str) -> bool:
    if _HAN[0] <= character <= _HAN[1]:
        return character in CHINESE_NUMERALS
    if character in _FREE_SIGNS:
        return False
    return character.isalnum() or character in signs or unicodedata.category(character) in _MATHEMATICS
