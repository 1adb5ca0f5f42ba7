"""A small language for sequences of tags, compiled to regular expressions.

    "MOVE ~ FROM PRODUCT"    tags in order; "~" lets up to six tokens lie between, but no end of a clause
    "A|B"                    either tag        "A?"  maybe        "A*"  any number        "!A"  the next is not A
    "^" and "$"              start and end of the text, "..." any tokens at all

A tag string is the text's tokens, each written " /TAG/TAG/", so a token with two tags meets patterns of both.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from handlers.phrases.tokens import Token

_GAP: Final = r"(?: (?!\S*/END/)\S+){0,6}?"

_FIXED: Final = {"~": _GAP, "^": "^", "$": "$", "...": r"(?: \S+)*?"}

GROUPS: Final[dict[str, str]] = {
    "$SELF": "I|WO|ME|MY",
    "$PERSON": "WHO|KIN|THIRD|X",
    "$SOFT": "FILL|DET|GREET|AND|I|WO|ME|MY|WANT|CAN|YOU|ALL|QM|STOP|GIVE_ME|IS|IT|TO|GEI|BA",
    "$PADDING": "FILL|DET|GREET|AND|QM|STOP|YOU|I|WO|MY|ME|WANT|IS|CAN|SHOW|GIVE_ME|IT",
    "$LENDER": "YOU|WALLET",
    "$VERB": (
        "BORROW|JIE|LEND_ME|LEND|REPAY|HUAN|PAY|SETTLE|INVEST|SAVE|CUN|TOU|PUT|BUY|MOVE|SEND|FA|GIVE|TAKE|QU|WITHDRAW|"
        "REQUEST|TOPUP|ADD|CHONG|SHOU|BILL|SELL|MOVE_IN"
    ),
    "$VALUE": "SUM|MONEY|ALL|IT",
    "$DEBT": "LOAN|DEBT|INSTALMENT|LOANWORD|OWE",
}
"""Names for sets of tags that patterns use."""


def tag_string(tokens: Sequence[Token]) -> str:
    """Return the tags of `tokens` in the form that compiled patterns read."""
    return "".join(f" /{'/'.join(sorted(token.tags))}/" for token in tokens)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern: `needs` are sets of tags of which each must have one in the text, `expression` decides."""

    needs: tuple[frozenset[str], ...]
    expression: re.Pattern[str]

    def occurs(self, tags: str, present: frozenset[str]) -> bool:
        """Tell whether it occurs in a tag string whose tags are `present`."""
        if any(need.isdisjoint(present) for need in self.needs):
            return False
        return self.expression.search(tags) is not None


@cache
def compiled(pattern: str) -> Pattern:
    """Return a pattern of tags, compiled."""
    words = pattern.split()
    needs = tuple(frozenset(_tags(word).split("|")) for word in words if _is_needed(word))
    return Pattern(needs, re.compile("".join(_element(word) for word in words)))


def _is_needed(word: str) -> bool:
    return word not in _FIXED and word[0] != "!" and word[-1] not in "?*"


def _element(word: str) -> str:
    if word in _FIXED:
        return _FIXED[word]
    if word.startswith("!"):
        return rf"(?! \S*/(?:{_tags(word[1:])})/)"
    repeat = word[-1] if word[-1] in "?*" else ""
    return rf"(?: \S*/(?:{_tags(word.rstrip('?*'))})/\S*){repeat}"


def _tags(names: str) -> str:
    return "|".join(GROUPS.get(name, name) for name in names.split("|"))


def found(pattern: str, tokens: Sequence[Token]) -> bool:
    """Tell whether `pattern` occurs in `tokens`."""
    return compiled(pattern).occurs(tag_string(tokens), tags_of(tokens))


def tags_of(tokens: Sequence[Token]) -> frozenset[str]:
    """Return all tags that `tokens` have."""
    return frozenset(tag for token in tokens for tag in token.tags)
