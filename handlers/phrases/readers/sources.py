"""Where money is said to come from, Change Plus or the wallet, and whether what it earned is asked about."""

from __future__ import annotations

import re
from typing import Final

from handlers.phrases.said import Claim, Said
from handlers.phrases.words import Words

CHANGE_PLUS, WALLET = "plus", "wallet"
"""Sources, as a slot says them."""

_PAID_FROM: Final = Words("sources", "paid_from", re.IGNORECASE)
_CHANGE_PLUS: Final = Words("sources", "change_plus", re.IGNORECASE)
_REDEEMS: Final = Words("sources", "redeems", re.IGNORECASE)
_BANK: Final = Words("sources", "bank", re.IGNORECASE)
_EVERYTHING: Final = Words("sources", "everything", re.IGNORECASE)
_EARNED: Final = Words("sources", "earned", re.IGNORECASE)


def but_for_change_plus(text: str) -> str | None:
    """Return a payment "from change plus" without these words, to be read as any other; None without them."""
    without = _PAID_FROM.without(text)
    return without if without != text else None


def means_everything(text: str) -> bool:
    """Say whether all there is is meant: "put everything into change plus", 全部转出."""
    return _EVERYTHING.search(text) is not None


def names_change_plus(text: str) -> bool:
    """Say whether a text names Change Plus."""
    return _CHANGE_PLUS.search(text) is not None


def taken_from(text: str) -> str | None:
    """Return the source of what is taken out, None when the text does not say it: "redeem 300" is of Change Plus."""
    if names_change_plus(text) or _REDEEMS.search(text):
        return CHANGE_PLUS
    return WALLET if _BANK.search(text) else None


def source(said: Said) -> dict[str, str]:
    """Return the slot that says out of what is taken, none when the text does not say it."""
    found = taken_from(said.text)
    return {"source": found} if found is not None else {}


def asks_what_was_earned(text: str) -> bool:
    """Say whether a question of one's balance is one of income: 昨天赚了多少, "how much did I earn"."""
    return _EARNED.search(text) is not None


def earned(said: Said) -> Claim | None:
    """Claim a question of what was earned for *My money*, where the grammar reads one of one's balance or nothing."""
    is_open = said.understood.intent in ("balance", "out_of_scope", "ask")
    return Claim("money") if is_open and asks_what_was_earned(said.text) else None


def names_earnings(said: Said) -> Claim | None:
    """Claim what asks what was earned whatever else it may be: nobody is called so."""
    return Claim("money") if asks_what_was_earned(said.text) else None
