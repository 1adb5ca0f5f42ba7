"""Is it money that is meant? What a money verb is done to decides: "send me a joke" and "invest in love" are not."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from handlers.phrases.tokens import Token

_VERBS: Final[dict[str, tuple[str, ...]]] = {
    "borrow": ("BORROW", "JIE", "LEND_ME", "GIVE_ME"),
    "repay": ("REPAY", "HUAN", "PAY", "SETTLE"),
    "promise": ("REPAY", "HUAN", "PAY", "SETTLE"),
    "invest": ("INVEST", "SAVE", "CUN", "TOU", "PUT", "BUY", "ADD"),
    "withdraw": ("WITHDRAW", "TAKE", "QU"),
    "send": ("SEND", "MOVE", "PAY", "GIVE", "FA"),
    "request": ("REQUEST", "SHOU", "ASK", "XIANG", "RANG", "BILL"),
    "topup": ("TOPUP", "ADD", "CHONG"),
}
"""The tags whose object is looked at, by intent."""

VERBS: Final = tuple(dict.fromkeys(tag for tags in _VERBS.values() for tag in tags))
"""The tags of all acts."""

_MONEY: Final = (
    "SUM", "MONEY", "LOAN", "DEBT", "INSTALMENT", "LOANWORD", "PRODUCT", "WALLET", "TERM", "ALL", "OWE", "BALANCE",
    "BANK",
)  # fmt: skip
_SKIPPED: Final = (
    "FILL", "DET", "MY", "ME", "WO", "I", "IT", "TO", "FROM", "INTO", "IN", "GEI", "BA", "OF", "ASPECT", "WANT",
    "YOU", "YOUR", "BACK", "OUT", "AND",
)  # fmt: skip
_LINKS: Final = ("TO", "FROM", "INTO", "IN", "OF", "WITH")
_PEOPLE: Final = ("WHO", "KIN", "THIRD")
_BREAKS: Final = ("STOP", "FOR", "PURPOSE", "NOTE")
_TO_PEOPLE: Final = ("send", "request")

SELF_CONTAINED: Final = 2
"""Characters of a Chinese verb that has its object inside (借钱, 还款, 转账): what follows it is no object of it."""

COUNTED_THINGS_BELOW: Final = 100
"""A bare number below this before an unknown word counts things ("5 eggs"), not money."""

FEW_THINGS_BELOW: Final = 10
"""A bare number below this before an unknown plural counts what somebody is given ("3 reasons")."""


def is_about_money(intent: str, tokens: Sequence[Token]) -> bool:
    """Tell whether the first verb of a money intent is done to money, a product or (for a payment) to a person."""
    verbs = _VERBS.get(intent, ())
    if intent in ("topup", "invest") and _is_for_something_foreign(tokens):
        return False
    place = next((place for place, token in enumerate(tokens) if token.has(*verbs)), None)
    if place is None:
        return True
    following = tokens[place + 1 :]
    if intent == "request" and any(token.has("SUM", "MONEY") for token in following):
        return True
    clause = _clause(intent, following)
    content = _content(intent, clause)
    if not content:
        return True
    if _has_its_object(intent, tokens[place]):
        return intent in _TO_PEOPLE or not _is_foreign(content[0])
    return not _is_foreign_object(intent, content, clause)


def _has_its_object(intent: str, verb: Token) -> bool:
    if intent == "invest" or verb.has("LEND_ME") or verb.text.isascii():
        return False
    return len(verb.text.replace(" ", "")) >= SELF_CONTAINED


def _is_for_something_foreign(tokens: Sequence[Token]) -> bool:
    """Tell whether a top-up or an investment is for something foreign: "给游戏充值", "recharge 50 for my phone"."""
    return any(link.has("GEI", "FOR", "BA") and _is_foreign(thing) for link, thing in pairwise(tokens))


def _is_foreign(token: Token) -> bool:
    return token.has("FOREIGN", "JUST_BROWSE") and not token.has(*_MONEY)


def _clause(intent: str, following: Sequence[Token]) -> list[Token]:
    """What follows a verb, up to a mark, a purpose or a note."""
    breaks = (*_BREAKS, "NOTEHEAD") if intent in _TO_PEOPLE else _BREAKS
    end = next((place for place, token in enumerate(following) if token.has(*breaks)), len(following))
    return list(following[:end])


def _content(intent: str, clause: Sequence[Token]) -> list[Token]:
    skipped = _SKIPPED if intent in _TO_PEOPLE else (*_SKIPPED, "THIRD")
    return [token for token in clause if not token.has(*skipped)]


def _is_foreign_object(intent: str, content: Sequence[Token], clause: Sequence[Token]) -> bool:
    if intent in _TO_PEOPLE:
        return _gives_several(content) or _is_thing_for_a_person(content, clause)
    first = content[0]
    if _is_foreign(first) or (clause[0].has("YOUR") and not first.has(*_MONEY)):
        return True
    if first.has("SUM"):
        return _counts_things(content, clause)
    if first.has("X", "OTHER"):
        is_of_things = first.has("OTHER") and len(content) > 1 and _is_foreign(content[1])
        return is_of_things or not any(_rescues(intent, token) for token in content)
    return any(link.has("INTO", "IN", "OF") and _is_foreign(thing) for link, thing in pairwise(clause))


def _rescues(intent: str, token: Token) -> bool:
    """Tell whether a later word shows that money was meant after all: "get a quick loan", "clear that silly debt".

    Paying off a bank's card is not repaying a loan of ours, and an unknown thing to invest in stays unknown.
    """
    if intent == "invest":
        return token.has("PRODUCT", "MONEY")
    return token.has(*_MONEY) and not (intent in ("repay", "promise") and token.has("BANK"))


def _is_thing_for_a_person(content: Sequence[Token], clause: Sequence[Token]) -> bool:
    """Tell of a payment whether a thing is given: an unknown word, unless money goes with it or it follows "to"."""
    first, rest = content[0], [token for token in content if not token.has(*_PEOPLE)]
    named = len(rest) < len(content)
    if first.has("SUM"):
        return not named and len(content) > 1 and content[1].has("FOREIGN")
    if any(token.has("SUM", "MONEY") for token in content):
        return _is_foreign(first) and not named
    if first.has("X"):
        return not any(token.has("TO", "GEI") for token in clause[: clause.index(first)])
    return bool(rest) and (_is_foreign(rest[0]) or rest[0].has("X", "FOREIGN"))


def _counts_things(content: Sequence[Token], clause: Sequence[Token]) -> bool:
    """Tell whether a number counts things ("borrow 2 books") or buys what is no product ("buy 100 bitcoin")."""
    number, *things = content
    if not things or any(token.has("PRODUCT", "WALLET", "LOAN", "TERM") for token in things):
        return False
    place = clause.index(number)
    adjacent = clause.index(things[0]) == place + 1
    if things[0].has("FOREIGN", "JUST_BROWSE"):
        return _is_foreign(things[0]) and (adjacent or any(token.has(*_LINKS) for token in clause[place:]))
    return adjacent and things[0].has("X") and things[0].text.isascii() and _is_small_bare_number(number)


def _gives_several(content: Sequence[Token]) -> bool:
    """Tell whether somebody is given a few things, and no money: "give her 3 reasons"."""
    return any(
        number.has("SUM")
        and _is_small_bare_number(number, FEW_THINGS_BELOW)
        and things.has("X")
        and things.text.isascii()
        and things.text.endswith("s")
        for number, things in pairwise(content)
    )


def _is_small_bare_number(token: Token, below: int = COUNTED_THINGS_BELOW) -> bool:
    said = token.quantity.sum if token.quantity else None
    return said is not None and said.asset is None and max(said.values, default=0) < below
