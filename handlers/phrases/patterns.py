"""A small language for sequences of tags, compiled to regular expressions.

    "MOVE ~ FROM PRODUCT"    tags in order; "~" lets up to six tokens lie between, but no end of a clause
    "A|B"                    either tag        "A?"  maybe        "A*"  any number        "!A"  the next is not A
    "^" and "$"              start and end of the text, "..." any tokens at all

A tag string is the text's tokens, each written " /TAG/TAG/", so a token with two tags meets patterns of both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from handlers.phrases.tokens import Token

_GAP: Final = r"(?: (?!\S*/STOP/)\S+){0,6}?"

GROUPS: Final[dict[str, str]] = {
    "$SELF": "I|WO|ME|MY",
    "$PERSON": "WHO|KIN|THIRD|X",
    "$SOFT": "FILL|DET|GREET|AND|I|WO|ME|MY|WANT|CAN|YOU|ALL|QM|STOP|GIVE_ME|IS|IT|TO|GEI|BA",
    "$PADDING": "FILL|DET|GREET|AND|QM|STOP|YOU|I|WO|MY|ME|WANT|IS|CAN|SHOW|GIVE_ME|IT",
    "$LENDER": "YOU|WALLET",
    "$VERB": (
        "BORROW|JIE|LEND_ME|LEND|REPAY|HUAN|PAY|SETTLE|INVEST|SAVE|CUN|TOU|PUT|BUY|MOVE|SEND|FA|GIVE|TAKE|QU|WITHDRAW|"
        "REQUEST|TOPUP|ADD|CHONG|SHOU"
    ),
    "$VALUE": "SUM|MONEY|ALL|IT",
    "$DEBT": "LOAN|DEBT|INSTALMENT|LOANWORD|OWE",
}
"""Names for sets of tags that patterns use."""


def tag_string(tokens: Sequence[Token]) -> str:
    """Return the tags of `tokens` in the form that compiled patterns read."""
    return "".join(f" /{'/'.join(sorted(token.tags))}/" for token in tokens)


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Return the regular expression of a pattern of tags."""
    return re.compile("".join(_element(word) for word in pattern.split()))


def _element(word: str) -> str:
    fixed = {"~": _GAP, "^": "^", "$": "$", "...": r"(?: \S+)*?"}
    if word in fixed:
        return fixed[word]
    if word.startswith("!"):
        return rf"(?! \S*/(?:{_tags(word[1:])})/)"
    repeat = word[-1] if word[-1] in "?*" else ""
    return rf"(?: \S*/(?:{_tags(word.rstrip('?*'))})/\S*){repeat}"


def _tags(names: str) -> str:
    return "|".join(GROUPS.get(name, name) for name in names.split("|"))


def found(pattern: str, tags: str) -> bool:
    """Tell whether `pattern` occurs in a tag string."""
    return compiled(pattern).search(tags) is not None
