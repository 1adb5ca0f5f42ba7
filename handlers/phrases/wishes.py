"""Wishes in words for what a command or a button opens: "change my PIN", 注销账户, "no more offers", 退订.

Such a text says nothing else; a question about it ("how do I change my PIN") and what tells of trouble are topics. A
wish that a topic is about as well names it, so that either is found by it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final, cast, get_args

from handlers.locales import languages
from handlers.locales.languages import Language
from handlers.phrases.frames import Intent

TOPIC_OF: Final = {
    "change_pin": "pin.change",
    "forgot_pin": "pin.forgotten",
    "change_phone": "phone.changed",
    "move_account": "account.other_account",
    "identity": "identity.how",
    "limits": "limits.what",
    "privacy": "privacy.what_you_know",
    "my_data": "privacy.what_you_know",
    "close_account": "account.close",
    "prices": "fees.what",
    "own_limits": "loan.opt_out",
    "unlock": "loan.why_stopped",
}
"""Topics whose answers lead to the same."""

LONGEST_WISH: Final = 80
"""Characters of a text that may be one of these wishes: whoever writes more says more."""

_ASKED_FOR: Final = frozenset({"lock", "unlock", "bills", "help"})
"""Wishes that a question mark leaves what they are."""

_EDGES: Final = " \t\n.,;!?~"
_QUESTION_MARK: Final = "?"
_NEVER: Final = "(?!)"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wished, and the words of `wishes.toml` that say so."""

    intent: Intent
    words: str


def wish_in(folded: str) -> Wish | None:
    """Return what a folded text wishes that says nothing but one of these wishes; None for any other."""
    if len(folded) > LONGEST_WISH:
        return None
    asks = folded.rstrip().endswith(_QUESTION_MARK)
    for language in languages.LANGUAGES:
        edges, wishes = _compiled(language)
        said = folded.strip(_EDGES)
        for edge in edges:
            said = edge.sub("", said).strip(_EDGES)
        for intent, words in wishes:
            if words.fullmatch(said) and (intent in _ASKED_FOR or not asks):
                return Wish(intent, words.pattern)
    return None


@cache
def _compiled(language: Language) -> tuple[tuple[re.Pattern[str], ...], tuple[tuple[Intent, re.Pattern[str]], ...]]:
    """Return what is taken off the edges of a text, and the words of each wish."""
    table = language.table("phrases/wishes")
    before, after = ("|".join(table.get(name, [_NEVER])) for name in ("before", "after"))
    return (
        (re.compile(f"^(?:{before})+"), re.compile(f"(?:{after})+$")),
        tuple((_intent(name), re.compile(words)) for name, said in table.get("wishes", {}).items() for words in said),
    )


def _intent(name: str) -> Intent:
    if name not in get_args(Intent):
        raise ValueError(f"wishes.toml names an unknown intent: {name}")
    return cast("Intent", name)
