"""What the topic model is made from: patterns of all languages, phrases of the commands, and their hash.

Each language has `topics.toml` (what people ask), `commands.toml` (ways to give a command) and `everyday.toml` (what is
none of ours), by label; `commands.jsonl` are phrases as people wrote them. A label is a topic (`repay.early`),
`command.<intent>` or `out_of_scope`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from handlers.locales.languages import LANGUAGES, Language
from handlers.phrases.topics.sampling import Dress

COMMANDS: Final = Path(__file__).parent.parent / "commands.jsonl"
"""Phrases that people wrote, a JSON object a line: text, lang, intent, slots, and the topic of an `ask`."""

OUT_OF_SCOPE: Final = "out_of_scope"
COMMAND: Final = "command."
_FILES: Final = ("topics.toml", "commands.toml", "everyday.toml")
_MADE_BY: Final = ("features.py", "meanings.py", "sampling.py")
"""Code on which the model hangs as it does on the patterns."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One way of saying what a label is."""

    label: str
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """A text as somebody wrote it, with its label."""

    label: str
    language: str
    text: str


def patterns() -> list[Pattern]:
    """Return all patterns, in the order of the files."""
    return [
        Pattern(label, language.code, text)
        for language in LANGUAGES
        for name in _FILES
        for label, table in language.table(name.removesuffix(".toml")).items()
        for text in table["patterns"]
    ]


def phrases() -> Iterator[Phrase]:
    """Yield the phrases that people wrote, each with its label; commands with a slash are left out."""
    for line in COMMANDS.read_text("utf-8").splitlines():
        row = json.loads(line)
        if not row["text"].lstrip().startswith("/"):
            yield Phrase(_label(row), row["lang"], row["text"])


def _label(row: dict[str, Any]) -> str:
    if row["intent"] == "ask":
        return str(row["topic"])
    return OUT_OF_SCOPE if row["intent"] == OUT_OF_SCOPE else f"{COMMAND}{row['intent']}"


def dress_of(language: Language) -> Dress:
    """Return how the phrases of a language are varied."""
    return Dress(**language.table("phrases/drawing"))


def hash_of_sources() -> str:
    """Return the hash of all that the model is made from, but for a file of `--also`."""
    made = sha256()
    for language in LANGUAGES:
        names = (*_FILES, "fold.toml", *(f"phrases/{name}.toml" for name in ("reduced", "drawing", "alike")))
        for path in (language.folder / name for name in names):
            made.update(path.read_bytes() if path.exists() else b"")
    for path in (COMMANDS, Path(__file__).with_name("also.toml"), *map(Path(__file__).with_name, _MADE_BY)):
        made.update(path.read_bytes())
    return made.hexdigest()
