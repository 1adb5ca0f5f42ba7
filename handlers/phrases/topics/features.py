"""What the topic model reads of a text: its n-grams of characters and of words, each by the number of its bucket.

The trainer and the chat read by the same functions, so what was learnt is what is looked up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final
from zlib import crc32

from handlers.phrases.normalise import fold
from handlers.phrases.readers.numerals import CHINESE_NUMERALS
from handlers.phrases.topics.meanings import in_full, of_characters, of_words
from handlers.phrases.words import Words

BUCKETS: Final = 1 << 18
"""How many places n-grams are hashed to; with some 60,000 of them one in five shares its place."""

LONGEST_CHARACTERS: Final = 2
"""Characters of a Chinese n-gram at most. With 3 or 4 phrases are learnt by heart: ten points worse on new ones."""

LONGEST_WORDS: Final = 2
PARTS_OF_WORDS: Final = (4, 5)
"""Characters of the pieces of a Latin word, edges counted: they hold a slip of the pen, and a word's other forms."""

NEAR: Final = 2
"""How many of the meanings after one are taken together with it."""

NUMBER: Final = "0"
"""Stands for every number: which one it is says nothing of the topic."""

_POLITE: Final = Words("reduced", "polite")
_LOANS: Final = Words("reduced", "loans")
_LOAN: Final = " loan "
_NUMERALS: Final = f"[{CHINESE_NUMERALS}]"
_NUMBERS: Final = re.compile(
    rf"[¥$€]?\d[\d,.:/-]*|{_NUMERALS}{{2,}}|{_NUMERALS}(?=[块元毛个期天年月号日周点次笔])|[两半](?=[个年])"
)
_PIECES: Final = re.compile(r"[a-z0-9@#']+|[\u3400-\u9fff0]+")


def spoken(text: str) -> str:
    """Return what a text says, to the model: folded, without politeness, loans and numbers each by one word."""
    folded = _LOANS.sub(_LOAN, fold(text))
    return in_full(_NUMBERS.sub(NUMBER, _POLITE.without(folded)))


def n_grams(text: str) -> Iterator[str]:
    """Yield the n-grams of a text in order, as often as they occur: of Chinese its characters, of Latin its words.

    "我要还" gives ^我, 我, 我要, 要, 要还, 还, 还$; "pay it" gives "pay", "it", "pay it", and the parts of the words.
    """
    words: list[str] = []
    meanings: list[tuple[str, ...]] = []
    for piece in _PIECES.findall(spoken(text)):
        if piece.isascii():
            words.append(piece)
            yield from _parts(piece)
        else:
            yield from _runs(piece)
            meanings += of_characters(piece)
    yield from _word_runs(words)
    yield from _meant([*of_words(words), *meanings])


def _runs(piece: str) -> Iterator[str]:
    """Yield the runs of characters of a stretch of Chinese, its edges marked."""
    marked = f"^{piece}$"
    for start in range(len(marked)):
        for length in range(1, LONGEST_CHARACTERS + 1):
            if start + length > len(marked):
                break
            run = marked[start : start + length]
            if run not in ("^", "$"):
                yield run


def _parts(word: str) -> Iterator[str]:
    marked = f"<{word}>"
    for length in PARTS_OF_WORDS:
        for start in range(len(marked) - length + 1):
            yield marked[start : start + length]


def _meant(meanings: Sequence[tuple[str, ...]]) -> Iterator[str]:
    """Yield what the words mean ("~refused"), and each two of it that are said one after the other, or one apart."""
    for place, each in enumerate(meanings):
        yield from (f"~{meaning}" for meaning in each)
        for later in meanings[place + 1 : place + 1 + NEAR]:
            yield f"~{each[0]} ~{later[0]}"


def _word_runs(words: list[str]) -> Iterator[str]:
    for start in range(len(words)):
        for length in range(1, LONGEST_WORDS + 1):
            if start + length > len(words):
                break
            yield " ".join(words[start : start + length])


def bucket(n_gram: str) -> int:
    """Return the place of an n-gram, from 0 to below BUCKETS; the same on every machine."""
    return crc32(n_gram.encode()) % BUCKETS
