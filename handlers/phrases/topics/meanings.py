"""What words mean, whichever of several is said: "rejected", "turned down" and "no for an answer" are `refused`.

Each language names meanings and their words in `phrases/alike.toml`, and there what is short ("u", 咋) in full.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Final

from handlers.phrases.words import meant, valued

_NOT_LATIN: Final = re.compile(r"[^\x00-\x7f]")
_WORD: Final = re.compile(r"\b[a-z0-9]{1,8}\b")


@cache
def _short_words() -> Mapping[str, str]:
    return {short: full for short, full in valued("alike", "short").items() if short.isascii()}


@cache
def _short_characters() -> re.Pattern[str]:
    found = (short for short in valued("alike", "short") if not short.isascii())
    return re.compile("|".join(sorted(found, key=len, reverse=True)))


def in_full(text: str) -> str:
    """Return a folded text with what is written short in full: "u" is "you", 咋 is 怎么; apostrophes are left out."""
    words = text.replace("'", "")
    if _NOT_LATIN.search(words):
        words = _short_characters().sub(lambda found: valued("alike", "short")[found[0]], words)
    return _WORD.sub(lambda found: _short_words().get(found[0], found[0]), words)


@cache
def _of_words() -> Mapping[str, Sequence[tuple[tuple[str, ...], tuple[str, ...]]]]:
    """Return the phrases that begin with a Latin word, the longest first, each with its meanings."""
    by_first: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = {}
    for said, meanings in meant("alike", "meanings").items():
        if said.isascii():
            words = tuple(said.replace("'", "").split())
            by_first.setdefault(words[0], []).append((words, meanings))
    for phrases in by_first.values():
        phrases.sort(key=lambda phrase: -len(phrase[0]))
    return by_first


@cache
def _of_characters() -> tuple[Mapping[str, tuple[str, ...]], int]:
    found = {said: meanings for said, meanings in meant("alike", "meanings").items() if not said.isascii()}
    return found, max(map(len, found), default=0)


def of_words(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield the meanings of Latin words in their order, each stretch once, by the longest phrase that fits."""
    place = 0
    while place < len(words):
        for phrase, meanings in _of_words().get(words[place], ()):
            if tuple(words[place : place + len(phrase)]) == phrase:
                yield meanings
                place += len(phrase)
                break
        else:
            place += 1


def of_characters(text: str) -> Iterator[tuple[str, ...]]:
    """Yield the meanings of a stretch of Chinese in their order, by the longest words."""
    known, longest = _of_characters()
    place = 0
    while place < len(text):
        for end in range(min(place + longest, len(text)), place, -1):
            meanings = known.get(text[place:end])
            if meanings is not None:
                yield meanings
                place = end
                break
        else:
            place += 1
