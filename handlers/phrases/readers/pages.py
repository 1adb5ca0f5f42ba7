"""Questions of a product, which its own page answers: its yield, its rate, its risk. Nothing is moved by them."""

from __future__ import annotations

import re
from typing import Final

from handlers.phrases.readers.saving import DEPOSIT
from handlers.phrases.readers.sources import asks_what_was_earned, names_change_plus
from handlers.phrases.said import Claim, Said

_ASKING: Final = ("help", "out_of_scope", "invest", "balance", "history")
_TERMS: Final = re.compile(
    r"\b(?:yield|rates?|interest|returns?|pays?|earns?|risk|risky|safe|guaranteed|how does|what is)\b"
    r"|收益率|年化|利率|风险|安全|保本|是什么|怎么样|介绍"
)
_YIELD: Final = re.compile(r"\b(?:7|seven)[- ]day yield\b|七日年化")
_A_DEPOSIT: Final = re.compile(r"\b(?:\d{2,3}[- ]days?|a|an?) deposit\b")
_MATURES: Final = re.compile(r"\b(?:mature|matures|maturity|end|ends|come back|comes back)\b|到期|什么时候到")
_MINE: Final = re.compile(r"\bmy\b|我的")
_RISK_CLASS: Final = re.compile(
    r"\b(?:my )?risk (?:class|profile|level|questionnaire|test|questions)\b|风险(?:测评|评估|等级|承受|问卷)"
)


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
