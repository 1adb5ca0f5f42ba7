"""Makes a picture anew out of its pixels: nothing else of what was sent is kept. Loads Pillow, in the render process.

The pixels are counted before any is decoded, the formats are few, and what surrounds the pixels (the place where it was
taken, the phone's name, a profile, a thumbnail) is not copied.
"""

from __future__ import annotations

import io
from typing import Final

from PIL import Image, ImageOps

from handlers.pictures.photograph import (
    FEWEST_PIXELS_A_SIDE,
    LONGEST_SIDE_PIXELS,
    MOST_BYTES,
    MOST_PIXELS,
    Photograph,
    Unusable,
)

FORMATS: Final = ("JPEG", "PNG", "WEBP")
QUALITY: Final = 85


class NotUsable(Exception):
    """Nothing is made of a picture; `why` says what is wrong with it."""

    def __init__(self, why: Unusable) -> None:
        super().__init__(why.value)
        self.why = why


def remade(photograph: Photograph) -> bytes:
    """Return a picture as a JPEG of at most 1,600 pixels a side, upright, with nothing in it but its pixels.

    Raises:
        NotUsable: it is no picture, too large or too small.
    """
    if len(photograph.content) > MOST_BYTES:
        raise NotUsable(Unusable.TOO_LARGE)
    try:
        with Image.open(io.BytesIO(photograph.content), formats=FORMATS) as sent:
            return _jpeg(sent)
    except Image.DecompressionBombError:
        raise NotUsable(Unusable.TOO_LARGE) from None
    except (OSError, ValueError, SyntaxError, EOFError, OverflowError):
        raise NotUsable(Unusable.NO_PICTURE) from None


def _jpeg(sent: Image.Image) -> bytes:
    width, height = sent.size
    if width * height > MOST_PIXELS:
        raise NotUsable(Unusable.TOO_LARGE)
    if min(width, height) < FEWEST_PIXELS_A_SIDE:
        raise NotUsable(Unusable.TOO_SMALL)
    sent.draft("RGB", (LONGEST_SIDE_PIXELS, LONGEST_SIDE_PIXELS))  # a JPEG is decoded small at once
    upright = ImageOps.exif_transpose(sent)
    upright.thumbnail((LONGEST_SIDE_PIXELS, LONGEST_SIDE_PIXELS))
    pixels = upright.convert("RGB")
    bare = Image.frombytes("RGB", pixels.size, pixels.tobytes())
    kept = io.BytesIO()
    bare.save(kept, "JPEG", quality=QUALITY)
    return kept.getvalue()
