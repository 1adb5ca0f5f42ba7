"""Telegram's HTML of an operator's text: whether it is sound and where it breaks, and how long it is once it is read.

Telegram refuses a message whose markup is broken, for everybody at once, so it is refused here when it is written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import Final

LONGEST_TEXT: Final = 4_096
LONGEST_CAPTION: Final = 1_024
"""Telegram's, in UTF-16 code units after the markup is read; a caption goes with a picture."""

TAGS: Final = frozenset({"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre", "blockquote"})
"""Without attributes. There are no links: an offer's ways are its buttons."""

_PART: Final = re.compile(r"<(?P<tag>[^<>]*)>|(?P<open><)|(?P<entity>&[^\s;&<]{0,10};?)|(?P<text>[^<&]+)")
_ENTITY: Final = re.compile(r"&(?:lt|gt|amp|quot|#\d{1,7}|#x[0-9a-fA-F]{1,6});")
_TAG: Final = re.compile(r"(/?)([a-z]+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Broken:
    """Where markup breaks: what stands there, from which character on (from 1)."""

    said: str
    at: int


def broken(html: str) -> Broken | None:
    """Return the first place at which Telegram would not take a text, None where it is sound."""
    opened: list[tuple[str, Broken]] = []
    for match in _PART.finditer(html):
        place = Broken(match[0], match.start() + 1)
        if match["open"] or (match["entity"] and not _ENTITY.fullmatch(match["entity"])):
            return place
        if match["tag"] is not None:
            tag = _TAG.fullmatch(match["tag"])
            if tag is None or tag[2] not in TAGS:
                return place
            if not tag[1]:
                opened.append((tag[2], place))
            elif not opened or opened.pop()[0] != tag[2]:
                return place
    return opened[-1][1] if opened else None


def read(html: str) -> str:
    """Return a sound text as a person reads it, without markup."""
    return unescape(re.sub(r"<[^<>]*>", "", html))


def length(html: str) -> int:
    """Return how long Telegram finds a text: UTF-16 code units without markup."""
    return len(read(html).encode("utf-16-le")) // 2


def longest(*, has_picture: bool) -> int:
    """Return how long a message may be: a caption is shorter."""
    return LONGEST_CAPTION if has_picture else LONGEST_TEXT
