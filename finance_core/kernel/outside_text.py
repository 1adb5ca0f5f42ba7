"""Text from outside (names, notes, statements): what it may not do to the text that it is put into.

Characters that nobody sees can turn the figures beside them: after U+202E "1.05" is read as "50.1". They are taken out.
A name in a script that is written from right to left turns its neighbours too, by right: it is isolated.
"""

from __future__ import annotations

import re
from typing import Final
from unicodedata import bidirectional, category

FIRST_STRONG_ISOLATE: Final = "\u2068"
POP_ISOLATE: Final = "\u2069"

_TURNED: Final = frozenset({"R", "AL", "AN"})
"""Bidirectional classes of what is written from right to left."""
_BLANK: Final = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Characters that count as letters or symbols and show nothing."""
_JOINERS: Final = frozenset("\u200c\u200d")
_FLAG: Final = re.compile("(\U0001f3f4[\U000e0020-\U000e007f]+)|[\U000e0000-\U000e007f]")
"""Tag characters: they spell the flags of England, Scotland and Wales, and are invisible anywhere else."""


def visible(text: str) -> str:
    """Return a text without what is not seen: controls of direction, zero-width and control characters.

    A break of lines or a tab becomes a space. A joiner stays where it joins: in emoji, in Persian, in scripts of India.
    """
    text = _FLAG.sub(lambda flag: flag[1] or "", text)
    return "".join(_kept(text, place) for place in range(len(text)))


def _kept(text: str, place: int) -> str:
    letter = text[place]
    match category(letter):
        case "Cf" if "\U000e0020" <= letter <= "\U000e007f":
            return letter
        case "Cf":
            return letter if letter in _JOINERS and _joins(text, place) else ""
        case "Cc" | "Zl" | "Zp":
            return " " if letter.isspace() else ""
        case "Cs":
            return ""
        case _:
            return letter


def _joins(text: str, place: int) -> bool:
    """Say whether the joiner there stands between two characters of a script that has joiners."""
    return 0 < place < len(text) - 1 and not (text[place - 1] + text[place + 1]).isascii()


def is_blank(text: str) -> bool:
    """Say whether nothing of a text is seen."""
    return all(letter.isspace() or letter in _BLANK or category(letter) == "Mn" for letter in visible(text))


def isolated(text: str) -> str:
    """Return what is visible of a text, so that it can be put between other words and figures without turning them.

    What is written from right to left comes between U+2068 and U+2069; anything else turns nothing and stays as it is.
    """
    seen = visible(text)
    if is_turned(seen):
        return f"{FIRST_STRONG_ISOLATE}{seen}{POP_ISOLATE}"
    return seen


def is_turned(text: str) -> bool:
    """Say whether something of a text is written from right to left."""
    return any(bidirectional(letter) in _TURNED for letter in text)


def name_to_show(name: str, username: str | None, number: int) -> str:
    """Return what a person is called: the visible part of their name, else @username, else their number here."""
    if not is_blank(name):
        return visible(name).strip()
    return f"@{username}" if username else f"#{number}"
