"""The words of a screen without their markup: an answer to a tap shows none."""

from __future__ import annotations

import html
import re
from typing import Final

TOAST_CHARACTERS: Final = 190
"""Telegram shows at most 200 characters in the answer to a tap."""
_TAG: Final = re.compile(r"<[^>]+>")


def plain(text: str) -> str:
    """Return Telegram HTML as it is read, short enough for the answer to a tap."""
    said = html.unescape(_TAG.sub("", text))
    return said if len(said) <= TOAST_CHARACTERS else f"{said[: TOAST_CHARACTERS - 1]}…"
