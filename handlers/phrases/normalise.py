"""One form for what people type: half-width, lower case, simplified Chinese, plain punctuation.

Folding keeps the length, character for character, so a span found in the folded text is the same span of the
original: names and notes are handed on as they were written.
"""

from __future__ import annotations

import re
from typing import Final

from handlers.locales.languages import LANGUAGES
from handlers.phrases.readers.numerals import CHINESE_NUMERALS

GROUPING_SPACE: Final = "\u00a0"
"""Stands for every space that typographers put between thousands (no-break, thin); a plain space never groups."""

LONGEST_TEXT: Final = 400
"""Characters of a text that are read; more is a letter, not a request."""

_LONGEST_WORD: Final = 40

_OF_NUMBERS: Final = "0123456789０１２３４５６７８９.,，． " + CHINESE_NUMERALS

_PUNCTUATION: Final = {
    **dict.fromkeys("\u2018\u2019\u02bc\u00b4`＇", "'"),
    **dict.fromkeys("\u201c\u201d「」『』《》＂", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212－", "-"),
    **dict.fromkeys("\u2007\u2009\u202f", GROUPING_SPACE),
    **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u3000\t\r\n", " "),
    "，": ";",
    "、": ";",
    "。": "\n",
    "．": ".",
    "￥": "¥",
    "〇": "零",
}

_FOLDED: Final = {
    pair[0]: pair[1] for language in LANGUAGES for pair in language.table("fold").get("pairs", "").split()
}
"""Characters that a language writes in two ways, and the one that its lexicon speaks."""

_WIDE_GROUPS: Final = re.compile("(?<=[０-９])，(?=[０-９]{3}(?![０-９]))")


def _fold_character(character: str) -> str:
    if character in _PUNCTUATION:
        return _PUNCTUATION[character]
    if "！" <= character <= "～":
        character = chr(ord(character) - 0xFEE0)
    character = _FOLDED.get(character, character)
    lower = character.lower()
    return lower if len(lower) == 1 else character


def fold(text: str) -> str:
    """Return `text` folded to one form, of the same length: `fold("借３０００元，ＯＫ")` is "借3000元;ok".

    A full-width comma separates (";"), except between full-width digits, where it groups thousands (",").
    """
    grouped = _WIDE_GROUPS.sub(",", text)
    return "".join(map(_fold_character, grouped))


def shortened(text: str) -> str:
    """Return what is read of a text: all of it, or of a long one its beginning, which never ends within a number.

    It is cut where the last word begins that does not fit, or, without any space, well before the end.
    """
    if len(text) <= LONGEST_TEXT:
        return text
    kept = text[:LONGEST_TEXT]
    if text[LONGEST_TEXT].isspace() or kept[-1].isspace():
        return kept
    last_word = kept[-_LONGEST_WORD:].split()[-1]
    return kept[: LONGEST_TEXT - len(last_word)].rstrip(_OF_NUMBERS)


def plain(value: object) -> str:
    """Return a Decimal (or int) as text the way slots carry it: no exponent, no trailing zeros: "3000", "1000.5"."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
