"""Is it money that is meant? What a money verb is done to decides: "send me a joke" and "invest in love" are not for us."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from handlers.phrases.tokens import Token

_VERBS: Final[dict[str, tuple[str, ...]]] = {
    "borrow": ("BORROW", "JIE", "LEND_ME", "GIVE_ME"),
    "repay": ("REPAY", "HUAN", "PAY", "SETTLE"),
    "invest": ("INVEST", "SAVE", "CUN", "TOU", "PUT", "BUY", "ADD"),
    "withdraw": ("WITHDRAW", "TAKE", "QU"),
    "send": ("SEND", "MOVE", "PAY", "GIVE", "FA"),
    "request": ("REQUEST", "SHOU", "ASK", "XIANG", "RANG", "BILL"),
    "topup": ("TOPUP", "ADD", "CHONG"),
}
"""The tags whose object is looked at, by intent."""

_MONEY: Final = (
    "SUM", "MONEY", "LOAN", "DEBT", "INSTALMENT", "LOANWORD", "PRODUCT", "WALLET", "TERM", "ALL", "OWE", "BALANCE", "BANK",
)  # fmt: skip
_SKIPPED: Final = (
    "FILL", "DET", "MY", "ME", "WO", "I", "IT", "TO", "FROM", "INTO", "IN", "GEI", "BA", "OF", "ASPECT", "WANT", "YOU", "BACK", "OUT", "AND",
)  # fmt: skip
_LINKS: Final = ("TO", "FROM", "INTO", "IN", "OF", "WITH")
_SELF_CONTAINED: Final = 2
"""Characters of a Chinese verb that has its object inside (借钱, 还款, 转账): what follows it is no object of it."""

_PEOPLE: Final = ("WHO", "KIN", "THIRD")
_FOREIGN: Final = ("FOREIGN", "JUST_BROWSE")
_BREAKS: Final = ("STOP", "FOR", "PURPOSE", "NOTE")
COUNTED_THINGS_BELOW: Final = 100
"""A bare number below this before an unknown word counts things ("5 eggs"), not money."""


def is_about_money(intent: str, tokens: Sequence[Token]) -> bool:
    """Tell whether the verb of a money intent is done to money, a product or (for a payment) to a person."""
    verbs = _VERBS.get(intent)
    if verbs is None:
        return True
    if intent in ("topup", "invest") and _paid_for_others(tokens):
        return False
    places = [place for place, token in enumerate(tokens) if token.has(*verbs)]
    if not places or _has_its_object(intent, tokens[places[0]]):
        return True
    return not _foreign_object(intent, tokens[places[0] + 1 :])


def _has_its_object(intent: str, verb: Token) -> bool:
    return (
        intent != "invest"
        and not verb.text.isascii()
        and len(verb.text.replace(" ", "")) >= _SELF_CONTAINED
        and not verb.has("LEND_ME")
    )


def _paid_for_others(tokens: Sequence[Token]) -> bool:
    """Tell whether a top-up or an investment is of something foreign, said before the verb ("给游戏充值") or after "for my"."""
    for link, thing in pairwise(tokens):
        if link.has("GEI", "FOR", "BA") and thing.has(*_FOREIGN) and not thing.has(*_MONEY):
            return True
    return False


def _foreign_object(intent: str, following: Sequence[Token]) -> bool:
    """Tell whether what follows a verb, up to the end of its clause, is a thing that is not money."""
    if intent == "request" and any(token.has("SUM", "MONEY") for token in following):
        return False
    person = intent in ("send", "request")
    clause = _clause(following, notes=person)
    skipped = _SKIPPED if person else (*_SKIPPED, "THIRD")
    content = [token for token in clause if not token.has(*skipped)]
    if not content:
        return False
    first = content[0]
    if first.has(*_FOREIGN) and not first.has(*_MONEY):
        return not (person and any(token.has("SUM") for token in content[1:]) and _named(content))
    if person:
        return _is_thing_for_a_person(first, content, clause)
    if first.has("SUM"):
        return _counts_things(content, clause)
    if first.has("X") and intent == "invest":
        return not any(token.has("PRODUCT", "MONEY") for token in content)
    if first.has("X", "OTHER"):
        return not any(token.has(*_MONEY) and not _is_card(intent, token) for token in content)
    return _linked_foreign(clause)


def _is_card(intent: str, token: Token) -> bool:
    """Paying off a bank's card is not repaying a loan of ours."""
    return intent == "repay" and token.has("BANK")


def _clause(following: Sequence[Token], *, notes: bool) -> list[Token]:
    clause: list[Token] = []
    for token in following:
        if token.has(*_BREAKS) or (notes and token.has("NOTEHEAD")):
            break
        clause.append(token)
    return clause


def _named(content: Sequence[Token]) -> bool:
    return any(token.has(*_PEOPLE) for token in content)


def _is_thing_for_a_person(first: Token, content: Sequence[Token], clause: Sequence[Token]) -> bool:
    """For a payment: an unknown word alone is a thing, unless a sum or money goes with it, or it follows "to"."""
    if first.has("SUM"):
        after = [token for token in content[1:] if not token.has(*_PEOPLE)]
        return bool(after) and after[0].has("FOREIGN") and not _named(content) and after[0] is content[1]
    if first.has(*_PEOPLE):
        rest = [token for token in content if not token.has(*_PEOPLE)]
        return bool(rest) and rest[0].has("X", "FOREIGN") and not any(token.has("SUM", "MONEY") for token in content)
    if first.has("X"):
        linked = any(token.has("TO", "GEI") for token in clause[: clause.index(first)])
        return not linked and not any(token.has("SUM", "MONEY") for token in content)
    return False


def _counts_things(content: Sequence[Token], clause: Sequence[Token]) -> bool:
    """Tell whether a number counts things ("borrow 2 books") or buys what is no product ("buy 100 bitcoin")."""
    if len(content) < 2:
        return False
    thing = content[1]
    place = clause.index(content[0])
    adjacent = clause.index(thing) == place + 1 or any(token.has(*_LINKS) for token in clause[place:])
    if thing.has(*_FOREIGN):
        return adjacent and not thing.has(*_MONEY)
    quantity = content[0].quantity
    bare = quantity is not None and quantity.sum is not None and quantity.sum.asset is None
    small = quantity is not None and quantity.sum is not None and max(quantity.sum.values) < COUNTED_THINGS_BELOW
    return thing.has("X") and thing.text.isascii() and bare and small and clause.index(thing) == place + 1


def _linked_foreign(clause: Sequence[Token]) -> bool:
    """Tell whether a preposition leads to something foreign: "invest in Tesla", "put money into gold"."""
    for link, thing in pairwise(clause):
        if link.has("INTO", "IN", "OF") and thing.has(*_FOREIGN) and not thing.has(*_MONEY):
            return True
    return False
