"""A folded text cut into tokens, each with the tags that the lexicon gives it.

Latin words and Chinese characters walk through one trie, the longest phrase wins, so mixed sentences need no
language detection. What the lexicon does not know is a token with the tag X; neighbouring unknown characters are one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from handlers.locales import languages
from handlers.locales.languages import Language
from handlers.phrases.normalise import fold
from handlers.phrases.readers.moments import is_later
from handlers.phrases.readers.quantities import Quantity, find_quantities
from handlers.phrases.typos import Speller

UNKNOWN: Final = frozenset({"X"})
STOP: Final = frozenset({"STOP"})
QUESTION: Final = frozenset({"QM", "STOP", "END"})
END: Final = frozenset({"STOP", "END"})

_UNIT: Final = re.compile(r"[a-z]+(?:'[a-z]+)*\+?|'s|\d+|[\u3400-\u9fff]|[;,.!?\n:()\"&+]", re.ASCII)
_MARKS: Final = {"?": QUESTION, ".": END, "!": END, "\n": END}
_CONTENT: Final = ("verbs", "nouns")
_IMPLIED: Final = {"FUND": "PRODUCT"}
"""A tag that is a kind of another: a fund's name is a product too, wherever frames speak of one."""


@dataclass(frozen=True, slots=True)
class Token:
    """A span of the text with its tags; a `quantity` when it is one."""

    start: int
    end: int
    text: str
    tags: frozenset[str]
    quantity: Quantity | None = None
    corrected: bool = False

    def has(self, *tags: str) -> bool:
        """Tell whether the token has any of `tags`."""
        return not self.tags.isdisjoint(tags)


@dataclass(slots=True)
class _Node:
    """A place in the trie: what may follow, and the tags if a phrase ends here."""

    children: dict[str, _Node] = field(default_factory=dict)
    tags: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The trie of all phrases, a speller of its latin words, and the tags that carry meaning (verbs and nouns)."""

    root: _Node
    speller: Speller
    content: frozenset[str]


def lexicon() -> Lexicon:
    """Return the lexicon of all languages, read from their folders once."""
    return _lexicon_of(languages.LANGUAGES)


@cache
def _lexicon_of(spoken: tuple[Language, ...]) -> Lexicon:
    root, words, content = _Node(), set[str](), set[str]()
    for language in spoken:
        for heading, section in language.table("lexicon").items():
            for tag, phrases in section.items():
                content.update([tag] if heading in _CONTENT else [])
                for phrase in phrases.split(","):
                    units = _UNIT.findall(fold(phrase.strip()).replace("-", " "))
                    _enter(root, units, tag)
                    _enter(root, units, _IMPLIED.get(tag, tag))
                    words.update(unit for unit in units if unit.isascii() and unit.isalpha())
    return Lexicon(root, Speller(words), frozenset(content))


def _enter(root: _Node, units: list[str], tag: str) -> None:
    node = root
    for unit in units:
        node = node.children.setdefault(unit, _Node())
    node.tags.add(tag)


@dataclass(frozen=True, slots=True)
class _Piece:
    """What the trie walks over: a word, a character, a mark, or a whole quantity."""

    start: int
    end: int
    text: str
    quantity: Quantity | None = None
    corrected: bool = False


def tokenise(folded: str, language: str | None = None) -> list[Token]:
    """Return the tokens of a folded text in order; `language` is its writer's, where that is known."""
    pieces = _pieces(folded, language)
    tokens: list[Token] = []
    place = 0
    while place < len(pieces):
        token, used = _next_token(pieces, place)
        place += used
        if tokens and _joins(tokens[-1], token):
            last = tokens.pop()
            token = Token(last.start, token.end, last.text + token.text, UNKNOWN)
        tokens.append(token)
    return tokens


def _joins(last: Token, token: Token) -> bool:
    unknown = last.tags == UNKNOWN == token.tags
    return unknown and last.end == token.start and not last.text.isascii() and not token.text.isascii()


def _next_token(pieces: list[_Piece], place: int) -> tuple[Token, int]:
    first = pieces[place]
    if first.quantity is not None:
        return Token(first.start, first.end, first.text, _tags_of(first.quantity, first.text), first.quantity), 1
    tags, used = _longest(pieces, place)
    last = pieces[place + used - 1]
    text = " ".join(piece.text for piece in pieces[place : place + used])
    corrected = any(piece.corrected for piece in pieces[place : place + used])
    return Token(first.start, last.end, text, tags, None, corrected), used


def _tags_of(quantity: Quantity, text: str) -> frozenset[str]:
    """Return a quantity's kind, with LATER for a day ahead and SPAN for a stretch of a few days or weeks."""
    if quantity.kind == "WHEN" and is_later(text):
        return frozenset({"WHEN", "LATER"})
    if quantity.kind == "TERM" and quantity.unit in ("day", "week"):
        return frozenset({"TERM", "SPAN"})
    return frozenset({quantity.kind})


def _longest(pieces: list[_Piece], place: int) -> tuple[frozenset[str], int]:
    """Return the tags of the longest phrase that begins at `place`, and its pieces; 我 may begin a relative instead."""
    tags, used = _walked(pieces, place, len(pieces))
    if used > 1 and pieces[place + used - 1].text == "我" and _starts_kin(pieces, place + used - 1):
        tags, used = _walked(pieces, place, place + used - 1)
    if tags is UNKNOWN and pieces[place].text in ';,.!?\n:()"+&':
        tags = _MARKS.get(pieces[place].text, STOP)
    return tags, used


def _walked(pieces: list[_Piece], place: int, end: int) -> tuple[frozenset[str], int]:
    """Return the tags of the longest phrase of the trie from `place` to before `end`, and how many pieces it has."""
    node, tags, used = lexicon().root, UNKNOWN, 1
    for last in range(place, end):
        following = None if pieces[last].quantity else node.children.get(pieces[last].text)
        if following is None:
            break
        node = following
        if node.tags:
            tags, used = frozenset(node.tags), last - place + 1
    return tags, used


def _starts_kin(pieces: list[_Piece], place: int) -> bool:
    """Tell whether 我 begins a relative, so that 给我 of "给我妈转300" is 给 and 我妈."""
    kin = ("KIN", "THIRD")
    tags, used = _walked(pieces, place, len(pieces))
    following, length = _walked(pieces, place + 1, len(pieces)) if place + 1 < len(pieces) else (UNKNOWN, 1)
    return (used > 1 and not tags.isdisjoint(kin)) or (length > 1 and not following.isdisjoint(kin))


def _pieces(folded: str, language: str | None) -> list[_Piece]:
    pieces: list[_Piece] = []
    position = 0
    for quantity in find_quantities(folded, language):
        pieces += _plain_pieces(folded, position, quantity.start)
        pieces.append(_Piece(quantity.start, quantity.end, folded[quantity.start : quantity.end], quantity))
        position = quantity.end
    return pieces + _plain_pieces(folded, position, len(folded))


def _plain_pieces(folded: str, start: int, end: int) -> list[_Piece]:
    speller = lexicon().speller
    pieces = []
    for match in _UNIT.finditer(folded, start, end):
        right = speller.correct(match[0]) if match[0].isascii() and match[0].isalpha() else match[0]
        pieces.append(_Piece(match.start(), match.end(), right, None, right != match[0]))
    return pieces
