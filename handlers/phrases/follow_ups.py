"""What goes on from the question before: "and for 6 months?", "why?", 那一万呢. Pure: last topic and slots in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from handlers.phrases.slots import LONGEST_COUNT, Slot, fill
from handlers.phrases.tokens import tokenise
from handlers.phrases.words import Words

Followed = tuple[str, dict[str, str]]
"""A topic and what it is asked with."""

LONGEST: Final = 40
"""Characters of a text that goes on from another; one that is longer says for itself what it is about."""

_GOES_ON: Final = Words("asking", "goes_on")
_ONLY_WHY: Final = Words("asking", "only_why")
_WHY_OF: Final = {
    "loan.limit_how_much": "loan.limit_why_low",
    "loan.limit_raise": "loan.limit_why_low",
    "loan.borrow_again": "loan.not_offered",
    "loan.how_to_apply": "loan.not_offered",
    "fees.what": "fees.why_charged",
    "identity.how": "identity.why",
    "repay.records": "repay.amount_wrong",
    "repay.when_due": "repay.amount_wrong",
}
"""What "why?" asks after a topic; after any other it is the topic itself, told again."""

_BESIDE: Final = (
    "FILL",
    "STOP",
    "QM",
    "AND",
    "DET",
    "FOR",
    "IN",
    "IS",
    "IF",
    "WHAT",
    "HOW",
    "TO",
    "WITH",
    "IT",
    "GREET",
)
_ASKS: Final = ("WHAT", "WHO_Q", "HOWMUCH")
_OF_AN_ACT: Final = ("PAY", "SEND", "MOVE", "GIVE", "TAKE", "FA", "GEI", "COST", "MONEY", "I", "WO", "ME", "END")
"""Words of any payment, which name none: what is paid, to whom, what it costs."""
_SAID: Final = ("SUM", "TERM", "WHEN", "WHO", "FUND")
_TERM: Final = frozenset({"count", "unit"})


def follows(folded: str, topic: str, slots: Mapping[str, str]) -> Followed | None:
    """Return what a text asks that goes on from `topic`, asked with `slots`; None where it stands for itself.

    After `loan.interest` of 3,000 "and for 6 months?" is `loan.interest` of 3,000 over 6; "why?" after
    `loan.limit_how_much` is `loan.limit_why_low`.
    """
    if len(folded.strip()) > LONGEST:
        return None
    if _ONLY_WHY.search(folded):
        return _WHY_OF.get(topic, topic), dict(slots)
    rest = _rest(folded)
    if rest == folded and not is_bare(folded):
        return None
    said = {name: str(value) for name, value in _said(rest, topic, slots).items()}
    if not said:
        return None
    return topic, _joined(slots, said)


def is_bare(folded: str) -> bool:
    """Say whether a text is nothing but sums, terms, days, people and small words: "6 months?", 那6个月呢."""
    return all(token.has(*_SAID, *_BESIDE) for token in tokenise(_rest(folded)))


def asks_of_this(folded: str) -> bool:
    """Say whether a question names nothing, so that it is about what lies before its writer: "what am I paying?"."""
    tokens = tokenise(folded)
    asks = any(token.has(*_ASKS) for token in tokens)
    return asks and all(token.has(*_ASKS, *_OF_AN_ACT, *_BESIDE) for token in tokens)


def _rest(folded: str) -> str:
    """Return a text without the words that go on from another, of which two may come together: "and over 12?"."""
    return _GOES_ON.without(_GOES_ON.without(folded))


def _said(rest: str, topic: str, before: Mapping[str, str]) -> dict[str, Slot]:
    """Return the slots of a text; a bare small number is a count after a loan, or where one was said before."""
    found = fill("ask", tokenise(rest), rest).slots
    amount = str(found.get("amount", ""))
    is_count = (
        amount.isdecimal()
        and int(amount) <= LONGEST_COUNT
        and (topic.startswith("loan.") or {"count", "amount"} <= before.keys())
    )
    if is_count and "asset" not in found and "count" not in found:
        found = {name: value for name, value in found.items() if name != "amount"} | {"count": amount}
    return found


def _joined(before: Mapping[str, str], said: Mapping[str, str]) -> dict[str, str]:
    """Put what is said in the place of what was; another count without a unit keeps the unit."""
    replaced = _TERM if "unit" in said else frozenset()
    return {name: value for name, value in before.items() if name not in replaced} | dict(said)
