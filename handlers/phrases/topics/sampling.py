"""Phrases drawn from patterns: a pattern is a way of saying, `{why|how come} was my {loan|application} refused`.

`{a|b}` is one of its branches, an empty branch leaves it out, and branches may hold patterns again. A slot (`<sum>`) is
filled with one of many values. What is drawn depends on the seed alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

SLOT: Final = re.compile(r"<([a-z]+)>")
SLIPS: Final = 0.06
"""The share of phrases with a slip of the pen."""

SHORTEST_WITH_A_SLIP: Final = 8
"""Characters below which a dropped letter could leave another word."""

ATTEMPTS: Final = 3
"""How many times a phrase is drawn that has been drawn already."""

_TIDY: Final = re.compile(r"\s+")
_BESIDE_CHINESE: Final = re.compile(r"(?<=[\u3400-\u9fff，。？！、]) +| +(?=[\u3400-\u9fff，。？！、])")


class BadPattern(ValueError):
    """A pattern has a brace too many or too few, or names a slot that is not known."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One place of a pattern where any of several sequences may stand."""

    branches: tuple[tuple[str | Choice, ...], ...]


Sequence_ = tuple["str | Choice", ...]


def parsed(pattern: str) -> Sequence_:
    """Return a pattern as text and choices. Raises BadPattern: its braces do not match."""
    branches, place = _branches(pattern, 0)
    if place != len(pattern):
        raise BadPattern(f"a brace too many: {pattern}")
    if len(branches) != 1:
        raise BadPattern(f"a bar outside of braces: {pattern}")
    return branches[0]


def _branches(pattern: str, place: int) -> tuple[tuple[Sequence_, ...], int]:
    """Read branches up to the brace that closes them, or to the end; return them and where that is."""
    branches: list[Sequence_] = []
    pieces: list[str | Choice] = []
    start = place
    while place < len(pattern) and pattern[place] != "}":
        if pattern[place] in "{|":
            pieces += [pattern[start:place]] * (place > start)
        if pattern[place] == "{":
            inner, place = _branches(pattern, place + 1)
            if place >= len(pattern):
                raise BadPattern(f"a brace too few: {pattern}")
            pieces.append(Choice(inner))
            start = place + 1
        elif pattern[place] == "|":
            branches.append(tuple(pieces))
            pieces, start = [], place + 1
        place += 1
    pieces += [pattern[start:place]] * (place > start)
    return (*branches, tuple(pieces)), place


def words_of(sequence: Sequence_) -> str:
    """Return all that a pattern may say, side by side: what a text is compared with to find the nearest pattern."""
    return " ".join(piece if isinstance(piece, str) else " ".join(map(words_of, piece.branches)) for piece in sequence)


@dataclass(frozen=True, slots=True)
class Dress:
    """How phrases of a language are varied, and what its slots may hold.

    A third of the phrases of a language whose people begin with a product's name begins so (`named_first`). In a part
    of them (`told`) something is told besides (`stories`).
    """

    slots: Mapping[str, Sequence[str]]
    before: Sequence[str] = ()
    after: Sequence[str] = ()
    named_first: float = 0.0
    polite: float = 0.0
    told: float = 0.0
    stories: Sequence[str] = ()


def draw(pattern: str, count: int, dress: Dress, chance: Random) -> list[str]:
    """Return up to `count` different phrases that a pattern may say. Raises BadPattern.

    Of each choice the branch is taken that was taken least, so that few phrases have every word of the pattern.
    """
    sequence = parsed(pattern)
    taken: Counter[tuple[int, int]] = Counter()
    drawn: dict[str, None] = {}
    for _ in range(count):
        for _ in range(ATTEMPTS):
            phrase = _varied(_filled(_one_of(sequence, taken, chance), dress, chance), dress, chance)
            if phrase and phrase not in drawn:
                drawn[phrase] = None
                break
    return list(drawn)


def _one_of(sequence: Sequence_, taken: Counter[tuple[int, int]], chance: Random) -> str:
    return "".join(piece if isinstance(piece, str) else _branch(piece, taken, chance) for piece in sequence)


def _branch(choice: Choice, taken: Counter[tuple[int, int]], chance: Random) -> str:
    places = range(len(choice.branches))
    place = min(places, key=lambda place: (taken[id(choice), place], chance.random()))
    taken[id(choice), place] += 1
    return _one_of(choice.branches[place], taken, chance)


def _filled(phrase: str, dress: Dress, chance: Random) -> str:
    def value(slot: re.Match[str]) -> str:
        if slot[1] not in dress.slots:
            raise BadPattern(f"no such slot: {slot[0]}")
        return chance.choice(dress.slots[slot[1]])

    tidy = _TIDY.sub(" ", SLOT.sub(value, phrase)).strip()
    return _BESIDE_CHINESE.sub("", tidy)


def _varied(phrase: str, dress: Dress, chance: Random) -> str:
    if chance.random() < dress.named_first:
        phrase = chance.choice(dress.slots["loan"]) + phrase
    if chance.random() < dress.told:
        story = chance.choice(dress.stories)
        phrase = f"{story}, {phrase}" if chance.random() < 0.5 else f"{phrase}, {story}"  # noqa: PLR2004 -- evens
    if chance.random() < dress.polite:
        phrase = chance.choice(dress.before) + phrase if chance.random() < 0.5 else phrase + chance.choice(dress.after)  # noqa: PLR2004 -- evens
    if chance.random() < SLIPS and len(phrase) >= SHORTEST_WITH_A_SLIP:
        phrase = _slipped(phrase, chance)
    return phrase


def _slipped(phrase: str, chance: Random) -> str:
    """Return a phrase with one of its letters dropped, or said twice."""
    place = chance.randrange(1, len(phrase) - 1)
    again = phrase[place] if chance.random() < 0.5 else ""  # noqa: PLR2004 -- evens
    return phrase[:place] + again * 2 + phrase[place + 1 :]
