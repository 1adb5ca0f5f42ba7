"""What an offer's own text may say: words that are refused or warned of, and prices that are not the example's.

The words are data by language (`offers/data/wording.<language>.toml`). A text is judged as it is read: without its
markup, with digits and letters of full width made plain, and without what is not seen in it.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, StringConstraints

DATA: Final = Path(__file__).parents[1] / "data"
EXCERPT: Final = 12
"""So many characters on each side of a fault are shown."""

_NUMBER: Final = r"\d+(?:[,\u066c]\d{3})*(?:\.\d+)?"
_PERCENT: Final = re.compile(rf"(?P<number>{_NUMBER})?\s*[%\u2030\u2031]")
_SUM: Final = re.compile(_NUMBER)
_SENTENCE_ENDS: Final = re.compile(r"[.!?](?=\s|$)|[。！？；;\n]")

Phrase = Annotated[str, StringConstraints(min_length=1, max_length=60, strip_whitespace=True, to_lower=True)]


class FaultKind(StrEnum):
    """What is wrong with a passage."""

    REFUSED = "refused"  # a word that no offer may have
    WARNED = "warned"  # one that its checker is shown
    PERCENT = "percent"  # a percent that is not the example's
    PRICE = "price"  # talk of a price beside no figure of the example's


class Wording(BaseModel):
    """The words of one language that an offer is judged by."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    refused: list[Phrase]
    warned: list[Phrase]
    claims: list[Phrase]
    """Words that speak of a price."""
    percents: list[Phrase]
    """Other words for a percent, which the figure stands before or after."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A passage that is refused or warned of: what it says, where in the text as it is read, with what is around it."""

    kind: FaultKind
    said: str
    at: int
    """Of its first character, from 1."""
    around: str


@cache
def wording_of(language: str) -> Wording:
    """Return a language's words. Raises FileNotFoundError: nobody has said what is refused in that language."""
    return Wording.model_validate(tomllib.loads((DATA / f"wording.{language}.toml").read_text(encoding="utf-8")))


@cache
def languages() -> tuple[str, ...]:
    """Return the languages in which offers are written: those that say what is refused in them."""
    return tuple(sorted(path.name.split(".")[1] for path in DATA.glob("wording.*.toml")))


def faults_in(
    text: str, language: str, percents: Collection[Decimal] = (), sums: Collection[Decimal] = (), *, has_price: bool
) -> list[Fault]:
    """Return what is wrong with a text without markup, in the order of its places.

    Args:
        percents: those of the example, which the text may repeat.
        sums: those of the example, as figures in the main unit.
        has_price: whether it offers credit, so that every price in it has to be the example's. A service notice may
            name none at all: it is handed no figures, and True.
    """
    words, plain = wording_of(language), _Plain(text)
    found = [*plain.all_of(words.refused, FaultKind.REFUSED), *plain.all_of(words.warned, FaultKind.WARNED)]
    if has_price:
        found += _foreign_percents(plain, words, frozenset(percents))
        found += _foreign_prices(plain, words, frozenset(percents), frozenset(sums))
    return sorted(_longest(found), key=lambda fault: fault.at)


def refusals(faults: Iterable[Fault]) -> list[Fault]:
    """Return those that keep a text from being sent."""
    return [fault for fault in faults if fault.kind is not FaultKind.WARNED]


class _Plain:
    """A text made plain for being searched, and how to get back from a place in it to one in the text."""

    def __init__(self, text: str) -> None:
        self.original = text
        made = [(plain, at) for at, shown in enumerate(text) for plain in _made_plain(shown)]
        self.text = "".join(plain for plain, _ in made)
        self.places = [at for _, at in made]

    def fault(self, kind: FaultKind, start: int, end: int) -> Fault:
        first, last = self.places[start], self.places[end - 1] + 1
        around = self.original[max(0, first - EXCERPT) : last + EXCERPT]
        return Fault(kind, self.original[first:last], first + 1, around)

    def all_of(self, phrases: Iterable[str], kind: FaultKind) -> Iterator[Fault]:
        for phrase in phrases:
            for match in _searched(phrase).finditer(self.text):
                yield self.fault(kind, *match.span())

    def sentence(self, at: int) -> str:
        """Return the sentence that a place is in."""
        ends = [match.end() for match in _SENTENCE_ENDS.finditer(self.text)]
        first = max((end for end in ends if end <= at), default=0)
        return self.text[first : min((end for end in ends if end > at), default=len(self.text))]


def _made_plain(shown: str) -> str:
    """Return a character as it is searched by: small, of plain width; nothing for one that is not seen."""
    if unicodedata.category(shown) in {"Cf", "Mn"}:
        return ""
    plain = unicodedata.normalize("NFKC", shown).lower()
    return " " if plain.isspace() and plain != "\n" else plain


@cache
def _searched(phrase: str) -> re.Pattern[str]:
    """Return what finds a phrase: as whole words where it is of letters that words are divided by spaces in."""
    body = r"[\s\-]+".join(map(re.escape, re.split(r"[\s\-]+", phrase)))
    return re.compile(rf"(?<![\w\-]){body}(?![\w\-])" if phrase.isascii() else body, re.ASCII)


def _foreign_percents(plain: _Plain, words: Wording, allowed: frozenset[Decimal]) -> Iterator[Fault]:
    """Yield percents, by sign or by word, whose figure is not the example's."""
    for match in _PERCENT.finditer(plain.text):
        if match["number"] is None or _value(match["number"]) not in allowed:
            yield plain.fault(FaultKind.PERCENT, *match.span())
    for phrase in words.percents:
        for match in _searched(phrase).finditer(plain.text):
            if not allowed & {_value(each) for each in _beside(plain.text, *match.span())}:
                yield plain.fault(FaultKind.PERCENT, *match.span())


def _beside(text: str, start: int, end: int) -> list[str]:
    """Return the figures just before and just after a passage."""
    before = re.search(rf"({_NUMBER})\s*$", text[:start])
    after = re.match(rf"\s*({_NUMBER})", text[end:])
    return [found[1] for found in (before, after) if found]


def _foreign_prices(
    plain: _Plain, words: Wording, percents: frozenset[Decimal], sums: frozenset[Decimal]
) -> Iterator[Fault]:
    """Yield talk of a price in a sentence that names no figure of the example's."""
    for phrase in words.claims:
        for match in _searched(phrase).finditer(plain.text):
            named = {_value(each) for each in _SUM.findall(plain.sentence(match.start()))}
            if not named & (percents | sums):
                yield plain.fault(FaultKind.PRICE, *match.span())


def _value(figure: str) -> Decimal:
    return Decimal(figure.replace(",", "").replace("\u066c", ""))


def _longest(faults: list[Fault]) -> list[Fault]:
    """Leave out faults that lie within another one, so that a passage is told once; refused before warned."""
    kept: list[Fault] = []
    for fault in sorted(faults, key=lambda each: (-len(each.said), each.kind is FaultKind.WARNED)):
        end = fault.at + len(fault.said)
        if not any(each.at <= fault.at and end <= each.at + len(each.said) for each in kept):
            kept.append(fault)
    return kept
