"""What a command or a button opens, said in words: "change my PIN", 注销账户, "no more offers", 退订.

Such a text says nothing else; a question about it ("how do I change my PIN") and what tells of trouble are topics. A
command that a topic is about as well names it, so that either is found by it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final, cast, get_args

from handlers.locales import languages
from handlers.locales.languages import Language
from handlers.phrases.frames import Intent
from handlers.phrases.words import Words

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
    "circle_my_turn": "circle.my_turn",
    "circle_who_paid": "circle.what_i_pay",
    "circle_leave": "circle.leave",
    "circle_bid": "circle.bid_cost",
    "offers_stop": "offer.stop",
}
"""Topics whose answers lead to the same."""

LONGEST_COMMAND: Final = 80
"""Characters of a text that may be one of these: whoever writes more says more."""

_ASKED_FOR: Final = frozenset({"lock", "unlock", "bills", "help", "owe", "circle", "circle_my_turn", "circle_who_paid"})
"""What a question mark leaves what they are."""

_SHARES: Final = Words("friends", "circle_shares")
_EDGES: Final = " \t\n.,;!?~"
_QUESTION_MARK: Final = "?"
_NEVER: Final = "(?!)"


@dataclass(frozen=True, slots=True)
class SpokenCommand:
    """What is asked for, and the words of `spoken_commands.toml` that say so."""

    intent: Intent
    words: str


def spoken_command_in(folded: str) -> SpokenCommand | None:
    """Return what a folded text asks for that says nothing but one of these; None for any other."""
    if len(folded) > LONGEST_COMMAND:
        return None
    asks = folded.rstrip().endswith(_QUESTION_MARK)
    for language in languages.LANGUAGES:
        edges, spoken = _compiled(language)
        said = folded.strip(_EDGES)
        for edge in edges:
            said = edge.sub("", said).strip(_EDGES)
        for intent, words in spoken:
            if words.fullmatch(said) and (intent in _ASKED_FOR or not asks):
                return SpokenCommand(intent, words.pattern)
    return None


def counts_shares(folded: str) -> bool:
    """Say whether the number of a folded text counts shares, and is no sum: "buy 5 shares in our circle"."""
    return _SHARES.search(folded) is not None


@cache
def _compiled(language: Language) -> tuple[tuple[re.Pattern[str], ...], tuple[tuple[Intent, re.Pattern[str]], ...]]:
    """Return what is taken off the edges of a text, and the words of each."""
    table = language.table("phrases/spoken_commands")
    before, after = ("|".join(table.get(name, [_NEVER])) for name in ("before", "after"))
    return (
        (re.compile(f"^(?:{before})+"), re.compile(f"(?:{after})+$")),
        tuple((_intent(name), re.compile(words)) for name, said in table.get("spoken", {}).items() for words in said),
    )


def _intent(name: str) -> Intent:
    if name not in get_args(Intent):
        raise ValueError(f"spoken_commands.toml names an unknown intent: {name}")
    return cast("Intent", name)
