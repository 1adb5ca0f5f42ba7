"""A day ahead for which an act is said: "send @bo 50 tomorrow". Not a day that names what is paid, or by when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from handlers.phrases.readers.moments import names_a_month
from handlers.phrases.tokens import Token
from handlers.phrases.words import Words

_BOUND_BEFORE: Final = Words("waiting", "before")
_BOUND_AFTER: Final = Words("waiting", "after")
_POSSESSIVE: Final = ("'s", "的")
_NOUN: Final = ("NOTEHEAD", "FOREIGN", "X", "INSTALMENT", "DEBT", "LOAN", "LOANWORD")
_PAYING_BACK: Final = ("REPAY", "HUAN", "PAY", "SETTLE", "INSTALMENT")


def later_day(
    intent: str, tokens: Sequence[Token], folded: str, explained: Sequence[tuple[int, int]]
) -> tuple[int, int] | None:
    """Return where a text says that its act is for a day ahead, None where it is for now.

    `explained` are the spans of a payee and a note. "by Friday" and 月底前 are kept by acting now; "next month's rent"
    and 3月房租 say what for; "borrow 300 and pay back on Friday" says when it comes back, "borrow 300 for Friday" why.
    """
    if intent == "borrow" and any(token.has(*_PAYING_BACK) for token in tokens):
        return None
    for place, token in enumerate(tokens):
        if intent == "borrow" and token.has("FOR", "PURPOSE"):
            return None
        is_free = not any(start <= token.start < end for start, end in explained)
        if token.has("LATER") and is_free and not _is_bound(token, tokens[place + 1 :], folded):
            return token.start, token.end
    return None


def _is_bound(token: Token, following: Sequence[Token], folded: str) -> bool:
    """Say whether a day bounds the act, or belongs to a noun: it is no day to act on."""
    if _BOUND_BEFORE.search(folded, 0, token.start) or _BOUND_AFTER.match(folded, token.end):
        return True
    if not following:
        return False
    is_month = names_a_month(token.text) and following[0].has(*_NOUN)
    return following[0].text in _POSSESSIVE or is_month
