"""Questions of a product, which its own page answers: its yield, its rate, its risk. Nothing is moved by them."""

from __future__ import annotations

from typing import Final

from handlers.phrases.readers.saving import DEPOSIT
from handlers.phrases.readers.sources import asks_what_was_earned, names_change_plus
from handlers.phrases.said import Claim, Said
from handlers.phrases.words import Words

_ASKING: Final = ("help", "out_of_scope", "invest", "balance", "history")
_TERMS: Final = Words("pages", "terms")
_YIELD: Final = Words("pages", "yield")
_A_DEPOSIT: Final = Words("pages", "a_deposit")
_MATURES: Final = Words("pages", "matures")
_MINE: Final = Words("pages", "mine")
_RISK_CLASS: Final = Words("pages", "risk_class")


def page_asked_for(said: Said) -> Claim | None:
    """Claim a question of a product for the intent whose page answers it, pass when none is asked.

    "is change plus risky" and 七日年化多少 are `invest`, 定期利率 `deposit`, "when will my deposit mature" `deposits`,
    风险测评 `risk`. A sentence with a sum in it is no such question.
    """
    folded, understood = said.folded, said.understood
    if "amount" in understood.slots or understood.candidates:
        return None
    if _RISK_CLASS.search(folded):
        return Claim("risk")
    if understood.intent not in _ASKING or asks_what_was_earned(folded):
        return None
    page = _page(folded)
    return Claim(page) if page is not None else None


def _page(folded: str) -> str | None:
    is_of_deposits = DEPOSIT.search(folded) or _A_DEPOSIT.search(folded)
    if is_of_deposits and (_MATURES.search(folded) or _MINE.search(folded)):
        return "deposits"
    if not _TERMS.search(folded):
        return None
    if is_of_deposits:
        return "deposit"
    return "invest" if names_change_plus(folded) or _YIELD.search(folded) else None
