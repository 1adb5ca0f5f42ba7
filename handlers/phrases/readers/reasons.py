"""What has changed for somebody who cannot pay, from their own words: "I lost my job", 生病住院."""

from __future__ import annotations

from typing import Final

from finance_core.loans.contact.rules import HardshipReason
from handlers.phrases.normalise import fold
from handlers.phrases.words import Words

_WORDS: Final = {
    reason: Words("reasons", reason.value)
    for reason in (HardshipReason.JOB, HardshipReason.ILLNESS, HardshipReason.BUSINESS, HardshipReason.LATE_PAY)
}


def reason_in(text: str) -> HardshipReason | None:
    """Return what a text says has changed, None when it says nothing of it (or several things)."""
    folded = fold(text)
    found = [reason for reason, words in _WORDS.items() if words.search(folded)]
    return found[0] if len(found) == 1 else None
