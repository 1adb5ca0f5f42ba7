"""The two edges of a number: nothing may touch it that was not understood ("300ish", "a few hundred", 三十几万).

One guard for every sum. It says where the whole of what was written begins and ends; what a language's words do to a
number beside them is in `phrases/amounts.toml` (`vague_before`, `vague_after`).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from handlers.phrases.words import Words

_BEFORE: Final = Words("amounts", "vague_before")
_AFTER: Final = Words("amounts", "vague_after")

_WIDEST: Final = 40
"""Characters before or after a number that are looked at; a longer word beside it leaves it unclear all the same."""

_SHARE: Final = re.compile(r"(?:\d ?[/*×] ?\d+ |% ?)(?:of )?(?:an? )?$")
_FRACTION: Final = re.compile(r" (?:and )?[1-9]/(?:[2-9]|10)(?![\d/])")
_WORD_BEFORE: Final = re.compile(r"[a-z]{2,}$")
_HAN: Final = ("\u3400", "\u9fff")
_SIGNS_BEFORE: Final = "<>≈±×=^_%#/\\○◯"
_SIGNS_AFTER: Final = "+%‰_^=/\\°×○◯"


def begin(folded: str, written: str, start: int) -> int:
    """Return where the number that begins at `start` of a folded text really begins: there, or before what touches it.

    `folded` has bars over what is no sum, `written` has not. A word of two letters or more may stand right before it
    ("borrow3000").
    """
    whole = start
    if not _is_word_before(folded, start):
        while whole > max(0, start - _WIDEST) and _touches(folded[whole - 1], _SIGNS_BEFORE):
            whole -= 1
    if share := _SHARE.search(written, max(0, start - _WIDEST), start):
        whole = min(whole, share.start())
    if vague := _BEFORE.search(folded, max(0, start - _WIDEST), start + 1):
        whole = min(whole, vague.start())
    return whole


def end(folded: str, written: str, stop: int) -> int:
    """Return where the number that ends at `stop` really ends: there, or after what touches it."""
    whole = stop
    if (vague := _AFTER.match(folded, stop)) or (vague := _FRACTION.match(written, stop)):
        whole = vague.end()
    last = min(len(folded), whole + _WIDEST)
    while whole < last and _touches(folded[whole], _SIGNS_AFTER):
        whole += 1
    return whole


def _is_word_before(folded: str, start: int) -> bool:
    """Tell whether letters before a number are a word of their own, and no zero or one in disguise ("lO0")."""
    word = _WORD_BEFORE.search(folded, max(0, start - _WIDEST), start)
    return word is not None and not set(word[0]) <= set("ol")


def _touches(character: str, signs: str) -> bool:
    if _HAN[0] <= character <= _HAN[1]:
        return False
    return character.isalnum() or character in signs or unicodedata.category(character) in ("Sc", "No", "Nl")
