"""What was written and can't be read as words of a language that is spoken here: only emoji, other scripts, too long.

Pure. What such a text is called here names the sentence that answers it (`unread.<kind>`).
"""

from __future__ import annotations

import unicodedata
from typing import Final

from handlers.phrases.normalise import fold
from handlers.phrases.words import Words

LONG_CHARACTERS: Final = 500
"""A text that is longer and not understood is asked for in a sentence."""

_SWEARING: Final = Words("manners", "swearing")
_OTHER_LANGUAGES: Final = Words("manners", "other_languages")
_THANKS: Final = Words("manners", "thanks")
_SCRIPTS: Final = ("LATIN", "CJK", "FULLWIDTH", "HALFWIDTH LATIN")
"""How the names of letters begin that are read here."""


def unread(text: str) -> str | None:
    """Return why a text that was not understood can't be: `emoji`, `language`, `swearing` or `long`; None: it might.

    `thanks` is what asks for nothing.
    """
    letters = [letter for letter in text if letter.isalpha()]
    if not any(each.isalnum() for each in text) and any(unicodedata.category(each) == "So" for each in text):
        return "emoji"
    folded = fold(text)
    if _THANKS.search(folded):
        return "thanks"
    if _is_of_another_script(letters) or _OTHER_LANGUAGES.search(folded):
        return "language"
    if _SWEARING.search(folded):
        return "swearing"
    return "long" if len(text) > LONG_CHARACTERS else None


def _is_of_another_script(letters: list[str]) -> bool:
    """Say whether most letters are of a script that neither language has: such as Cyrillic or kana."""
    others = sum(not unicodedata.name(letter, "").startswith(_SCRIPTS) for letter in letters)
    return 2 * others > len(letters)
