"""Payments that are said short: by a link ("send 20 by link"), or as the last one ("same as last time to @bo")."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from handlers.locales import languages
from handlers.locales.languages import Language
from handlers.phrases.words import Words

BY_LINK: Final = "link"
"""What stands for a payee when the money goes to whoever opens the link."""

AGAIN: Final = "again"
"""The hint of a payment that is to be as the last one."""

_BY_LINK: Final = Words("sends", "by_link")
_EDGES: Final = " \t\n.,;!?~"
_NAME: Final = re.compile(r"@\w+", re.ASCII)


def without_link(text: str, folded: str) -> str | None:
    """Return a text without its "by link"; None where it does not say so, or names somebody."""
    found = _BY_LINK.search(folded)
    if found is None or _NAME.search(text):
        return None
    return f"{text[: found.start()]} {text[found.end() :]}".strip()


def sent_again(text: str, folded: str) -> str | None:
    """Return to whom a payment is to be made as the last one, "" where nobody is named; None for any other text."""
    start = len(folded) - len(folded.lstrip(_EDGES))
    said = folded.strip(_EDGES)
    for language in languages.LANGUAGES:
        for pattern in _again_in(language):
            found = pattern.fullmatch(said)
            if found is not None:
                return next((text[slice(*_shifted(found.span(group), start))] for group in _named(found)), "")
    return None


def _named(found: re.Match[str]) -> list[int]:
    return [group for group in range(1, found.re.groups + 1) if found[group]]


def _shifted(span: tuple[int, int], by: int) -> tuple[int, int]:
    return span[0] + by, span[1] + by


@cache
def _again_in(language: Language) -> tuple[re.Pattern[str], ...]:
    return tuple(map(re.compile, language.table("phrases/sends").get("again", ())))
