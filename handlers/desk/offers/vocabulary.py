"""The words in which questions about customers are written, in all languages: `locales/<code>/audiences.toml`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from handlers.locales.languages import LANGUAGES, language_of

_LISTS: Final = ("everybody", "and", "or", "not", "filler", "yes", "no")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What is written, by what it means: folded phrases, the longest first."""

    lists: Mapping[str, tuple[str, ...]]
    how: tuple[tuple[str, str], ...]
    facts: tuple[tuple[str, str], ...]
    words: Mapping[str, Mapping[str, str]]
    """For a fact: what is said for each of its words."""
    days: tuple[tuple[re.Pattern[str], int], ...]
    """Patterns of days with the sign of their `n`; 0 is today."""


@cache
def vocabulary() -> Vocabulary:
    """Return the words of every language together: an operator writes in whichever comes."""
    tables = [language.table("audiences") for language in LANGUAGES]
    return Vocabulary(
        {name: _longest(word for table in tables for word in table[name]) for name in _LISTS},
        _pairs(table["how"] for table in tables),
        _pairs(table["facts"] for table in tables),
        _words(tables),
        tuple(_days(tables)),
    )


def said_of(language: str, kind: str, name: str) -> str:
    """Return how something is said back: the first word of `kind` ("facts", "how", "words.consent") for `name`."""
    table: Any = language_of(language).table("audiences")
    for part in kind.split("."):
        table = table.get(part, {})
    found = table.get(name, [name])
    return str(found[0] if isinstance(found, list) else found)


def joining(language: str, name: str) -> str:
    """Return the first word for "and", "or", "not", "everybody"."""
    return str(language_of(language).table("audiences")[name][0])


def day_said(language: str, days: int) -> str:
    """Return a day so many days from today in words."""
    words = language_of(language).table("audiences")["days"]
    if days == 0:
        return str(words["today"][0])
    return str(words["ahead" if days > 0 else "ago"][0]).format(n=abs(days))


def _longest(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({word.casefold() for word in words}, key=lambda word: (-len(word), word)))


def _pairs(tables: Iterable[Mapping[str, list[str]]]) -> tuple[tuple[str, str], ...]:
    found = {(word.casefold(), name) for table in tables for name, words in table.items() for word in words}
    return tuple(sorted(found, key=lambda pair: (-len(pair[0]), pair)))


def _words(tables: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for table in tables:
        for fact, words in table.get("words", {}).items():
            for value, said in words.items():
                found.setdefault(fact, {}).update({each.casefold(): value for each in (value, *said)})
    return found


def _days(tables: Iterable[Mapping[str, Any]]) -> Iterable[tuple[re.Pattern[str], int]]:
    for table in tables:
        for name, sign in (("today", 0), ("ahead", 1), ("ago", -1)):
            for words in table["days"][name]:
                pattern = re.escape(words.casefold()).replace(r"\ ", r"\s*").replace(r"\{n\}", r"(\d{1,5})\s*")
                yield re.compile(pattern), sign
