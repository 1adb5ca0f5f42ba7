"""Where a paper's lines end: at blanks, and between Chinese characters where the rules for their punctuation allow it.

They are those of GB/T 15834-2011 and W3C's Requirements for Chinese Text Layout, 6.1: what closes (。，」) begins no
line, what opens (「（￥) ends none, and a dash or an ellipsis of two characters stays whole.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from typing import Final

FIRST_WIDE: Final = 0x2E80
"""From here on are the characters of Chinese and its neighbours."""

_BEGINS_NO_LINE: Final = frozenset("。，、；：！？）》」』】〕〉〗’”…—～·．％‰℃々ー%,.;:!?)]}")
_ENDS_NO_LINE: Final = frozenset("（《「『【〔〈〖‘“￥¥$€£−([{#@")

Measure = Callable[[str], float]
"""Returns how wide a text is as printed, in millimetres."""


def in_lines(text: str, width_mm: float, measure: Measure) -> str:
    """Return a text with a line feed wherever its next line begins; the lines that it has stay apart.

    A piece that is wider than a line by itself (a long hash) is broken anywhere.
    """
    return "\n".join(line for each in text.split("\n") for line in _lines(each, width_mm, measure))


def _lines(text: str, width_mm: float, measure: Measure) -> Iterator[str]:
    line = ""
    for piece in _pieces(text):
        if line and measure((line + piece).rstrip(" ")) > width_mm:
            yield line.rstrip(" ")
            line = ""
        line += piece
        while measure(line.rstrip(" ")) > width_mm and len(line) > 1:
            fits = next(end for end in range(len(line) - 1, 0, -1) if end == 1 or measure(line[:end]) <= width_mm)
            yield line[:fits]
            line = line[fits:]
    yield line.rstrip(" ")


def _pieces(text: str) -> Iterator[str]:
    """Yield the pieces of a line between which it may be broken, blanks at their ends."""
    start = 0
    for at in range(1, len(text)):
        if _may_break(text[at - 1], text[at]):
            yield text[start:at]
            start = at
    yield text[start:]


def _may_break(before: str, after: str) -> bool:
    if after == " " or after in _BEGINS_NO_LINE or before in _ENDS_NO_LINE or unicodedata.combining(after):
        return False
    return before == " " or _is_wide(before) or _is_wide(after)


def _is_wide(character: str) -> bool:
    return ord(character) >= FIRST_WIDE
