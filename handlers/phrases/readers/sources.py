"""Where money is said to come from, Change Plus or the wallet, and whether what it earned is asked about."""

from __future__ import annotations

import re
from typing import Final

from handlers.phrases.said import Claim, Said

CHANGE_PLUS, WALLET = "plus", "wallet"
"""Sources, as a slot says them."""

_PAID_FROM: Final = re.compile(
    r"(?<![a-z])(?:out of|straight from|from|with|using) (?:my |the )?change ?plus(?![a-z])|[从用拿](?:我的?)?零钱通",
    re.IGNORECASE,
)
_CHANGE_PLUS: Final = re.compile(r"(?<![a-z])change ?(?:plus(?![a-z])|\+)|零钱通", re.IGNORECASE)
_REDEEMS: Final = re.compile(r"(?<![a-z])redeem(?![a-z])|赎回", re.IGNORECASE)
_BANK: Final = re.compile(
    r"(?<![a-z])(?:bank|card|atm)s?(?![a-z])|(?<![a-z])cash out|银行|提现|提到卡|卡里|卡上", re.IGNORECASE
)
_EVERYTHING: Final = re.compile(
    r"(?<![a-z])(?:everything|it all|all of it|all (?:of )?my (?:money|balance)|the whole (?:sum|balance))(?![a-z])"
    r"|(?<![a-z])(?:put|take|move|get|withdraw) all(?! of)(?![a-z])|全部|所有|全都|全还",
    re.IGNORECASE,
)
_EARNED: Final = re.compile(
    r"\bhow (?:much )?(?:did|have|do|has|is) (?:i|it|my money|change plus) (?:earn|made?|make|gain|doing)"
    r"|\b(?:my|yesterday'?s|today'?s) (?:income|earnings|gains?|returns)\b|\bincome (?:of |from )?(?:yesterday|today)\b"
    r"|收益(?!率)|赚了?多少",
    re.IGNORECASE,
)


def but_for_change_plus(text: str) -> str | None:
    """Return a payment "from change plus" without these words, to be read as any other; None without them."""
    without = _PAID_FROM.sub(" ", text)
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
    is_open = said.understood.intent in ("balance", "out_of_scope")
    return Claim("money") if is_open and asks_what_was_earned(said.text) else None


def names_earnings(said: Said) -> Claim | None:
    """Claim what asks what was earned whatever else it may be: nobody is called so."""
    return Claim("money") if asks_what_was_earned(said.text) else None
