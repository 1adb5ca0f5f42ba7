"""A paper's text as a printer takes it: from left to right, in glyphs that a font has, with a mark for what none has.

The PDF library prints character after character and leaves out in silence what its fonts lack. So what is written from
right to left is put into the order in which it stands on the page (Unicode's bidirectional algorithm, which the library
brings), Arabic letters take the forms in which they join, and what has no glyph becomes its number: [U+1F984].
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Final

from fpdf.bidi import BidiCharacter, BidiParagraph
from fpdf.enums import TextDirection

from finance_core.kernel.outside_text import FIRST_STRONG_ISOLATE, POP_ISOLATE, is_turned, visible

_UNSEEN: Final = re.compile("[\u200c\u200d\ufe00-\ufe0f\U000e0020-\U000e007f]")
"""What only joins or varies its neighbours: it has no glyph of its own."""
_ISOLATED: Final = re.compile(f"{FIRST_STRONG_ISOLATE}|{POP_ISOLATE}")
_MIRRORED: Final = str.maketrans("()[]{}<>«»‹›", ")(][}{><»«›‹")
_LAM: Final = "\u0644"
_ALEFS: Final = {"\u0622": "\ufef5", "\u0623": "\ufef7", "\u0625": "\ufef9", "\u0627": "\ufefb"}
"""An alef after a lam is written as one with it: the form that stands alone; the one that is joined follows it."""


def printable(text: str, covered: AbstractSet[int]) -> tuple[str, frozenset[int]]:
    """Return the text as it is printed, and the code points that no font has.

    Args:
        covered: the code points that the fonts have between them.
    """
    ordered = "\n".join(_ordered(line, covered) for line in text.split("\n"))
    missing = frozenset(map(ord, ordered)) - covered - {ord("\n")}
    return ordered.translate({point: f"[U+{point:04X}]" for point in missing}), missing


def _ordered(line: str, covered: AbstractSet[int]) -> str:
    """Return one line in the order in which it stands on the page."""
    if not is_turned(line):
        return _composed(line)
    parts = [_composed(part) for part in re.split(f"({_ISOLATED.pattern})", line)]
    joined = _joined("".join(parts), covered)
    characters = BidiParagraph(joined, TextDirection.LTR).get_reordered_characters()
    return _ISOLATED.sub("", "".join(_glyphs(characters)))


def _composed(part: str) -> str:
    if _ISOLATED.fullmatch(part):
        return part
    return unicodedata.normalize("NFC", _UNSEEN.sub("", visible(part)))


def _glyphs(characters: tuple[BidiCharacter, ...]) -> Iterator[str]:
    """Yield the characters; from right to left brackets are mirrored, and accents follow what they stand on again."""
    accents = ""
    for each in characters:
        from_right = each.embedding_level % 2 == 1
        if from_right and each.original_bidi_class == "NSM":
            accents = each.character + accents
            continue
        yield (each.character.translate(_MIRRORED) if from_right else each.character) + accents
        accents = ""
    yield accents


# -- Arabic -----------------------------------------------------------------------------------------------------------


def _joined(text: str, covered: AbstractSet[int]) -> str:
    """Return the text with each Arabic letter in the form in which it joins its neighbours, where a font has it."""
    made = list(text)
    letters = [place for place, letter in enumerate(text) if unicodedata.category(letter) != "Mn"]
    before = False
    for at, place in enumerate(letters):
        following = text[letters[at + 1]] if at + 1 < len(letters) else ""
        after = bool(_form(text[place], "INITIAL") and following and _form(following, "FINAL"))
        made[place] = _shape(text[place], covered, before=before, after=after)
        before = after
    return _with_ligatures(text, made, covered)


def _shape(letter: str, covered: AbstractSet[int], *, before: bool, after: bool) -> str:
    """Return the form of a letter that joins the one before it, the one after it, both or neither."""
    name = {(True, True): "MEDIAL", (True, False): "FINAL", (False, True): "INITIAL"}.get((before, after), "ISOLATED")
    form = _form(letter, name)
    return form if form and ord(form) in covered else letter


def _form(letter: str, name: str) -> str:
    """Return a form of an Arabic letter, "" where it has none."""
    called = unicodedata.name(letter, "")
    if not called.startswith("ARABIC LETTER "):
        return ""
    try:
        return unicodedata.lookup(f"{called} {name} FORM")
    except KeyError:
        return ""


def _with_ligatures(text: str, made: list[str], covered: AbstractSet[int]) -> str:
    for place in range(len(text) - 1):
        alone = _ALEFS.get(text[place + 1]) if text[place] == _LAM else None
        if alone is not None and {ord(alone), ord(alone) + 1} <= covered:
            joins = made[place] == _form(_LAM, "MEDIAL")
            made[place], made[place + 1] = chr(ord(alone) + joins), ""
    return "".join(made)
