"""Slips of the finger in the words that matter: "borow", "blance", "trasnfer"."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from rapidfuzz.distance import OSA

CORE: Final = (
    "borrow borrowing loan loans lend repay repayment balance withdraw withdrawal transfer invest investment instalment "
    "installment instalments installments transactions transaction history statement statements settings language cancel "
    "deposit savings wallet money payment request circle months month weeks topup recharge redeem outstanding interest "
    "chinese english notifications reminders please password change help send account"
).split()
"""The words that are worth mending; each is in the lexicon or in the grammar of terms."""

REAL_WORDS: Final = frozenset(
    "relay replay reply barrow burrow sorrow invent infest insect incest harvest cancer canter circled monkey honey money's mouth "
    "mouths charge charged chance chances changed changes pavement moment wallets pallet weak weaks weds lean load loaf "
    "loam lead leads lens land blend bend fend mend spend sent sand sends sender lender story stories lone lance salience "
    "valance bequest quest loans's seating sittings saving savings' interested interests internet helped helps hello held "
    "hell heap kelp yelp pleased pleases pleaded lease accounts accounted account's transferred transfers withdrew withdrawn "
    "investor investors invested invests request's requests requested deposits deposited statement's languages balances "
    "balanced moths moth money weekly weekday monthly monthly recharged redeemed redeemer scent send-off loan's loaned loner "
    "loaned chine trans former sent lent rent bent went tent cent dent vent month's monday moneys mooney pleasure plead passwords circles "
    "circus cancels cancelled canceled cancelling borrowed borrower borrows historic english's englishman reminder remainder remainders "
    "installed installs investing payments paymasters topic topics help's hemp heal health repaid repays repeal repeat repair ready "
    "languish outstand weds week's meek seek peek leek lobe loath load roan moan lona's land sand end lends withdrawals changer changing hinge".split()
)
"""Words that are right as they are, though a letter away from one above."""

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
    allowed = 2 if len(core) >= 8 else 1
    return OSA.distance(word, core, score_cutoff=allowed) <= allowed
