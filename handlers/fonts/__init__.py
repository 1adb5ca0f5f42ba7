"""The font of pictures and documents, Chinese included, so that they look alike on a bare machine; and a second one for
the characters of rare names, which only a document that needs it reads.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

FONT_NAME: Final = "Susu Sans"
FONT_PATH: Final = Path(__file__).with_name("SusuSans-Regular.ttf")
"""TrueType outlines, which every picture and PDF library reads. What it covers: README.md beside it."""

RARE_FONT_NAME: Final = "Susu Sans Rare"
RARE_FONT_PATH: Final = Path(__file__).with_name("SusuSansRare-Regular.ttf")
"""The Chinese characters that the first font leaves out: 䶮, 𬱟, 𠮷."""
