"""The languages that are spoken here: one line each, and a folder with all that is a language's own.

A folder `<code>/` holds the texts (`*.po`), the words by what they mean to the frames (`lexicon.toml`), the words that
readers look for (`phrases/<reader>.toml`), how days, lists and large figures are written (`formats.toml`), and where it
needs them what the font must have (`fonts.toml`) and characters that are written in two ways (`fold.toml`). No other
place has a list of languages.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

FOLDER: Final = Path(__file__).parent


@dataclass(frozen=True, eq=False)
class Language:
    """One language: its code (ISO 639), its name in its own words, as its button says, and what its writing needs.

    `script` decides how its numerals are read (in Han 3w is 30,000) and whether words have spaces between them.
    """

    code: str
    name: str
    script: Literal["Latin", "Han"] = "Latin"
    direction: Literal["ltr", "rtl"] = "ltr"
    root: Path = FOLDER

    @property
    def folder(self) -> Path:
        """Where all that is its own is."""
        return self.root / self.code

    def table(self, name: str) -> dict[str, Any]:
        """Return one of its TOML files, empty when it has none of that name."""
        path = self.folder / f"{name}.toml"
        return tomllib.loads(path.read_text("utf-8")) if path.exists() else {}


LANGUAGES: tuple[Language, ...] = (
    Language("en", "English"),
    Language("zh", "中文", script="Han"),
)
"""The first is spoken to who understands none of them."""


def codes() -> tuple[str, ...]:
    """Return the codes of all languages."""
    return tuple(language.code for language in LANGUAGES)


def language_of(code: str | None) -> Language:
    """Return the language of a code such as "zh" or Telegram's "zh-hans"; the first for one that is not spoken here."""
    wanted = (code or "").split("-")[0].lower()
    return next((language for language in LANGUAGES if language.code == wanted), LANGUAGES[0])


@cache
def formats_of(language: Language) -> dict[str, Any]:
    """Return how a language writes days, lists and large figures."""
    return language.table("formats")
