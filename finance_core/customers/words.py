"""The words of a name as they are compared: case, accents and width do not count; of Chinese each character is a word.

Pure: what is kept of them, and how they are found, is in `name_words`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Final
from unicodedata import category, combining, normalize

from finance_core.kernel.outside_text import visible

MOST_WORDS: Final = 8
"""Of a longer name the first ones are kept."""
_WITHOUT_STROKE: Final = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe"})
"""Letters that are no base letter with a mark, and are typed as if they were."""
_BY_CHARACTER: Final = (("\u3400", "\u9fff"), ("\uf900", "\ufaff"), ("\U00020000", "\U0003ffff"))


def words_of(name: str) -> tuple[str, ...]:
    """Return the words of a name, each once, in their order: "Zoë-Ann ＬＩ" is zoe, ann, li; 王小博 is 王, 小, 博."""
    folded = normalize("NFKC", visible(name)).casefold().translate(_WITHOUT_STROKE)
    plain = "".join(letter for letter in normalize("NFKD", folded) if not combining(letter))
    spaced = "".join(_spaced(letter) for letter in normalize("NFC", plain))
    return tuple(dict.fromkeys(spaced.split()))[:MOST_WORDS]


def _spaced(letter: str) -> str:
    if any(first <= letter <= last for first, last in _BY_CHARACTER):
        return f" {letter} "
    return letter if category(letter)[0] in "LNM" else "" if letter in "'’`" else " "


def keys_of(words: Sequence[str]) -> list[str]:
    """Return what the keyed hashes of a name are made of: each word, and each two of them whatever their order.

    Two common words (a sixth of all people has the one, a tenth the other) are looked up as the pair that they are.
    """
    return [*(_key(word) for word in words), *(_key(*pair) for pair in combinations(words, 2))]


def search_keys(words: Sequence[str]) -> list[str]:
    """Return the fewest keys that a name has which has all the words: the word, or the first with each other one."""
    return [_key(words[0], word) for word in words[1:]] or [_key(words[0])]


def _key(*words: str) -> str:
    """Return a key. No phone's and no @username's is like it."""
    return f"name:{' '.join(sorted(words))}"
