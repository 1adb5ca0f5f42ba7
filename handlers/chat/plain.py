"""The words of a screen without their markup: an answer to a tap shows none."""

from __future__ import annotations

import html
import re
from typing import Final

TOAST_CHARACTERS: Final = 190
"""Telegram takes at most 200 characters in the answer to a tap; as it counts, in UTF-16, an emoji is two."""
_TAG: Final = re.compile(r"<[^>]+>")


def plain(text: str) -> str:
    """Return Telegram HTML as it is read, short enough for the answer to a tap."""
    said = html.unescape(_TAG.sub("", text))
    counted = said.encode("utf-16-le")
    if len(counted) <= 2 * TOAST_CHARACTERS:
        return said
    return counted[: 2 * (TOAST_CHARACTERS - 1)].decode("utf-16-le", errors="ignore") + "…"
