"""The one font of pictures and documents, Chinese included, so that they look alike on a bare machine."""

from __future__ import annotations

from pathlib import Path
from typing import Final

FONT_NAME: Final = "Susu Sans"
FONT_PATH: Final = Path(__file__).with_name("SusuSans-Regular.ttf")
"""TrueType outlines, which every picture and PDF library reads. What it covers: README.md beside it."""
