"""A picture that somebody has sent, to be made anew. Light to load: who hands it over decodes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MOST_BYTES: Final = 10 * 1024 * 1024
MOST_PIXELS: Final = 50_000_000
"""What a phone takes; three bytes each while it is decoded."""
FEWEST_PIXELS_A_SIDE: Final = 200
LONGEST_SIDE_PIXELS: Final = 1_600
"""Of what is kept: a document's small print is still read."""


@dataclass(frozen=True, slots=True)
class Photograph:
    """The bytes as they came. Nothing is known of them."""

    content: bytes


class Unusable(StrEnum):
    """Why nothing is made of a picture; each has its sentence."""

    NO_PICTURE = "no_picture"  # no JPEG, PNG or WebP, or a broken one
    TOO_LARGE = "too_large"  # in bytes or in pixels
    TOO_SMALL = "too_small"  # nobody could read anything on it
    LATER = "later"  # it took too long, or too many wait
