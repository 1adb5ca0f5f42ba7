"""Slips of the finger in the words that matter: "borow", "blance", "trasnfer"."""

# ruff: noqa: SIM905 -- lists of words read better as text

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from rapidfuzz.distance import OSA

CORE: Final = """
borrow borrowing loan loans lend repay repayment balance withdraw withdrawal transfer invest investment instalment
installment instalments installments transactions transaction history statement statements settings language cancel
deposit savings wallet money payment request circle months month weeks topup recharge redeem outstanding interest
chinese english notifications reminders please password change help send account
""".split()
"""The words that are worth mending; each is in the lexicon or in the grammar of terms."""

REAL_WORDS: Final = frozenset(
    """
    accounts balanced balances barrow borrows burrow cancels cancer chance changed changer changes charge circled
    circles deposits incest infest interested interests internet invent invests languages money moneys monkey mooney
    moth moths mouth mouths passwords payments pleased pleases recharged relay remainder remainders reminder repays
    replay reply requests saving seating sittings transfers wallets weaks withdrawals withdrawn withdrew
    """.split()
)
"""Words that are right as they are, though a letter away from one above."""

LONG_WORD: Final = 8
"""Letters from which two slips are forgiven."""

SHORTEST: Final = 4
"""Letters a word must have to be taken for a slip of another."""


class Speller:
    """Mends words that are one slip (two in long words) from a core word and are none of the known words."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = frozenset(known) | REAL_WORDS

    def correct(self, word: str) -> str:
        """Return the core word that `word` was meant to be, or `word` itself."""
        if len(word) < SHORTEST or word in self._known:
            return word
        for core in CORE:
            if core[0] == word[0] and _is_slip(word, core):
                return core
        return word


def _is_slip(word: str, core: str) -> bool:
    """One slip; in short words only letters that changed places; two in words of eight letters or more."""
    if len(core) <= SHORTEST:
        return len(word) == len(core) and sorted(word) == sorted(core) and OSA.distance(word, core) == 1
    allowed = 2 if len(core) >= LONG_WORD else 1
    return OSA.distance(word, core, score_cutoff=allowed) <= allowed
