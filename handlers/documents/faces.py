"""The typefaces of papers: what each of them covers, and one cut down to the characters of one paper.

The PDF library reads a font by Python, which for ten thousand glyphs takes longer than all else of a paper; HarfBuzz
cuts it first, in a millisecond.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import uharfbuzz

from handlers.fonts import FONT_PATH, RARE_FONT_PATH


@cache
def covered(path: Path) -> frozenset[int]:
    """Return the code points that a font has."""
    return frozenset(_face(path).unicodes)


@cache
def covered_by_all() -> frozenset[int]:
    """Return the code points that the fonts have between them."""
    return covered(FONT_PATH) | covered(RARE_FONT_PATH) | covered(dejavu())


def dejavu() -> Path:
    """Return the font for what ours lack, which matplotlib brings."""
    spec = find_spec("matplotlib")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).with_name("mpl-data") / "fonts" / "ttf" / "DejaVuSans.ttf"


def cut(path: Path, points: AbstractSet[int], into: Path) -> Path:
    """Write a font with nothing but `points` of another into a folder, and return where: the same bytes each time."""
    wanted = uharfbuzz.SubsetInput()
    wanted.unicode_set.update(points & covered(path))
    wanted.flags |= uharfbuzz.SubsetFlags.NOTDEF_OUTLINE
    written = into / path.name
    written.write_bytes(uharfbuzz.subset(_face(path), wanted).blob.data)
    return written


@cache
def _face(path: Path) -> uharfbuzz.Face:
    return uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path)))
