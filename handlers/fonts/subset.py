"""Makes our two fonts out of Noto Sans CJK: `python -m handlers.fonts.subset NotoSansCJK-Regular.ttc`.

Run once, by hand, when the font's source or what is wanted of it changes. fontTools comes along with matplotlib.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Any, Final

from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont, newTable

from handlers.fonts import FONT_NAME, FONT_PATH, RARE_FONT_NAME, RARE_FONT_PATH
from handlers.locales.languages import LANGUAGES

SIMPLIFIED_FACE: Final = 2
"""Where the face for Simplified Chinese is in the collection."""
MAX_ERROR_UNITS: Final = 1.0
"""How far a quadratic outline may be from the cubic one, of 1,000 units in an em: nothing that an eye sees."""
FAMILY, STYLE, UNIQUE, FULL, VERSION, POSTSCRIPT = 1, 2, 3, 4, 5, 6
KEPT_NAMES: Final = (0, FAMILY, STYLE, UNIQUE, FULL, VERSION, POSTSCRIPT, 13, 14)
SPANS: Final = (
    (0x0020, 0x0250),  # Latin, with the accents of Europe's and West Africa's names as far as the source has them
    (0x0370, 0x0400),  # Greek
    (0x0400, 0x0460),  # Cyrillic
    (0x1E00, 0x1F00),  # Latin with more accents (Yoruba, Vietnamese)
    (0x2000, 0x2070),  # punctuation
    (0x20A0, 0x20C1),  # currencies
    (0x2190, 0x21A0),  # arrows
    (0x2212, 0x2213),  # minus
    (0x2248, 0x2266),  # ≈ ≠ ≤ ≥
    (0x2580, 0x2600),  # blocks and shapes
    (0x2713, 0x2718),  # ticks and crosses
    (0x3000, 0x3100),  # Chinese punctuation, kana
    (0xFF00, 0xFFF0),  # full-width forms
)
RARE_SPANS: Final = (
    (0x3400, 0x4DC0),  # Chinese characters, extension A
    (0x4E00, 0xA000),  # all others in common use in East Asia
    (0x20000, 0x32000),  # extensions B and later, as far as the source has them
)


def wanted() -> set[int]:
    """Return the code points: the spans, and what each language's `fonts.toml` asks for."""
    found = {point for first, after in SPANS for point in range(first, after)}
    for language in LANGUAGES:
        hints = language.table("fonts")
        found |= set(map(ord, hints.get("characters", "")))
        for each in hints.get("sets", ()):
            found |= set(_of_set(each["codec"], each["first"], each["after"]))
    return found


def rare() -> set[int]:
    """Return the code points of the second font: Chinese characters that the first one leaves out."""
    return {point for first, after in RARE_SPANS for point in range(first, after)} - wanted()


def _of_set(codec: str, first_lead: int, after_lead: int) -> Iterator[int]:
    for lead in range(first_lead, after_lead):
        for trail in range(0x40, 0xFF):
            character = bytes((lead, trail)).decode(codec, errors="ignore")
            if len(character) == 1:
                yield ord(character)


def subset(source: str, points: AbstractSet[int], called: str) -> TTFont:
    """Return the source's face for Simplified Chinese, cut to `points`, with TrueType outlines and our name."""
    font = TTFont(source, fontNumber=SIMPLIFIED_FACE)
    options = Options(layout_features=[], hinting=False, notdef_outline=True)
    options.name_IDs, options.name_languages = list(KEPT_NAMES), [0x409]
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx", "DSIG"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=points)
    subsetter.subset(font)
    _to_truetype(font)
    _rename(font, called)
    return font


def _to_truetype(font: TTFont) -> None:
    """Turn the outlines to quadratic ones: several PDF libraries take no others."""
    drawn, order, glyphs = font.getGlyphSet(), font.getGlyphOrder(), {}
    for name in order:
        pen = TTGlyphPen(drawn)
        drawn[name].draw(Cu2QuPen(pen, MAX_ERROR_UNITS, reverse_direction=True))
        glyphs[name] = pen.glyph()
    font["loca"], font["glyf"] = newTable("loca"), newTable("glyf")
    font["glyf"].glyphs, font["glyf"].glyphOrder = glyphs, order
    del font["CFF "]
    _as_truetype_header(font["maxp"])
    font["post"].formatType = 3.0
    font.sfntVersion = "\x00\x01\x00\x00"


def _as_truetype_header(maximum: Any) -> None:
    maximum.tableVersion, maximum.maxZones = 0x00010000, 1
    for name in ("TwilightPoints", "Storage", "FunctionDefs", "InstructionDefs", "StackElements"):
        setattr(maximum, f"max{name}", 0)
    maximum.maxSizeOfInstructions = maximum.maxComponentElements = 0


def _rename(font: TTFont, called: str) -> None:
    """Give the changed font a name of its own, so that it is never mistaken for an installed Noto."""
    compact = called.replace(" ", "")
    names = {FAMILY: called, STYLE: "Regular", UNIQUE: f"{called}; of Noto Sans CJK SC 2.004"}
    for number, words in {**names, FULL: called, POSTSCRIPT: f"{compact}-Regular"}.items():
        font["name"].setName(words, number, 3, 1, 0x409)


if __name__ == "__main__":
    subset(sys.argv[1], wanted(), FONT_NAME).save(FONT_PATH)
    subset(sys.argv[1], rare(), RARE_FONT_NAME).save(RARE_FONT_PATH)
