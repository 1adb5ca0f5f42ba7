"""What has changed for somebody who cannot pay, from their own words: "I lost my job", 生病住院."""

from __future__ import annotations

import re
from typing import Final

from finance_core.loans.contact.rules import HardshipReason
from handlers.phrases.normalise import fold

_WORDS: Final = {
    HardshipReason.JOB: r"\bjobs?\b|laid off|\bfired\b|redundant|unemployed|out of work|失业|工作|被裁|辞退|开除|下岗",
    HardshipReason.ILLNESS: r"\bill\b|illness|\bsick\b|hospital|surgery|accident|disease|病|住院|手术|受伤|车祸",
    HardshipReason.BUSINESS: r"\bbusiness\b|\bshop\b|\bstall\b|\bsales\b|customers|harvest|生意|店|摊|收成|客户",
    HardshipReason.LATE_PAY: r"salary|wages?\b|paid late|late pay|pay day|payday|owes? me|工资|发薪|欠薪|货款没",
}


def reason_in(text: str) -> HardshipReason | None:
    """Return what a text says has changed, None when it says nothing of it (or several things)."""
    folded = fold(text)
    found = [reason for reason, words in _WORDS.items() if re.search(words, folded)]
    return found[0] if len(found) == 1 else None
