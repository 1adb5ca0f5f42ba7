"""What is filled into an offer's text: a fixed list, each in braces. `{name}` differs from person to person."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Final

NAME, INSTITUTION, UNTIL = "name", "institution", "until"
PLACEHOLDERS: Final = (NAME, INSTITUTION, UNTIL)
"""The person's first name, the lender's, the last day of the offer."""
LONGEST_NAME: Final = "n" * 64
"""As long as Telegram lets a first name be: what a text has to leave room for."""

_BRACED: Final = re.compile(r"\{([^{}]*)\}|[{}]")


@dataclass(frozen=True, slots=True)
class Unknown:
    """Braces that nothing is filled into: what stands there, from which character on (from 1)."""

    said: str
    at: int


def unknown_in(html: str) -> Unknown | None:
    """Return the first braces that hold none of the placeholders, None where there are none."""
    for match in _BRACED.finditer(html):
        if match[1] not in PLACEHOLDERS:
            return Unknown(match[0], match.start() + 1)
    return None


def filled(html: str, values: Mapping[str, str]) -> str:
    """Return a text with what is known filled in, escaped; other placeholders stay for later."""
    return _BRACED.sub(lambda match: escape(values[match[1]], quote=False) if match[1] in values else match[0], html)
