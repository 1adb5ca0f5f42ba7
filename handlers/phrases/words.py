"""The words that a reader looks for, in every language: `Words("funds", "sell")` is met by any language's word for it.

Each language says them in its folder, in `phrases/<reader>.toml`: for each name regular expressions of which any may be
met. Most are looked for in the folded text, so they are lower case, half-width and simplified.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from handlers.locales import languages
from handlers.locales.languages import Language

_NEVER: Final = r"(?!)"


class Words:
    """What one name of a reader stands for, in all languages together. Compiled when it is first looked for."""

    def __init__(self, reader: str, name: str, flags: re.RegexFlag = re.NOFLAG) -> None:
        self._key = (reader, name, flags)

    def search(self, text: str, start: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """Return the first place where any of them is, from `start` to before `end`."""
        return self._pattern().search(text, start, end)

    def match(self, text: str, start: int = 0) -> re.Match[str] | None:
        """Return where one of them is right at `start`."""
        return self._pattern().match(text, start)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """Return whether one of them is all of a text."""
        return self._pattern().fullmatch(text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Return all places."""
        return self._pattern().finditer(text)

    def without(self, text: str) -> str:
        """Return a text with a space in their place."""
        return self.sub(" ", text)

    def sub(self, instead: str, text: str) -> str:
        """Return a text with `instead` in their place."""
        return self._pattern().sub(instead, text)

    def _pattern(self) -> re.Pattern[str]:
        return _compiled(languages.LANGUAGES, *self._key)


@cache
def _compiled(spoken: tuple[Language, ...], reader: str, name: str, flags: re.RegexFlag) -> re.Pattern[str]:
    said = (_phrases(language, reader).get(name, ()) for language in spoken)
    return re.compile("|".join(dict.fromkeys(each for several in said for each in several)) or _NEVER, flags)


def listed(reader: str, name: str) -> frozenset[str]:
    """Return plain words of all languages, such as those that mean yes."""
    return _listed(languages.LANGUAGES, reader, name)


def valued(reader: str, name: str) -> dict[str, str]:
    """Return plain words of all languages, each with what it stands for."""
    return _valued(languages.LANGUAGES, reader, name)


def meant(reader: str, name: str) -> dict[str, tuple[str, ...]]:
    """Return plain words of all languages, each with what it means: the names under which it is listed."""
    return _meant(languages.LANGUAGES, reader, name)


@cache
def _listed(spoken: tuple[Language, ...], reader: str, name: str) -> frozenset[str]:
    return frozenset(word for language in spoken for word in _phrases(language, reader).get(name, ()))


@cache
def _valued(spoken: tuple[Language, ...], reader: str, name: str) -> dict[str, str]:
    tables = (_phrases(language, reader).get(name, {}) for language in spoken)
    return {word: value for table in tables for word, value in table.items()}


@cache
def _meant(spoken: tuple[Language, ...], reader: str, name: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for language in spoken:
        for meaning, words in _phrases(language, reader).get(name, {}).items():
            for word in words:
                found[word] = (*found.get(word, ()), meaning)
    return found


@cache
def _phrases(language: Language, reader: str) -> dict[str, Any]:
    return language.table(f"phrases/{reader}")
