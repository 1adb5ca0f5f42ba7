"""What people agree to is recorded with its version, so words that change have a new one.

A change of one of these texts fails here: raise the version beside it, and write the new digest down.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final

import pytest

from finance_core.customers.consents import Topic
from finance_core.customers.service import TERMS_VERSION
from handlers.joining.consents import WORDING_VERSION as CONSENTS_VERSION
from handlers.loans.first_application import WORDING_VERSION as BUREAU_VERSION
from handlers.loans.loans import DEBIT_VERSION
from handlers.locales import codes, translator
from handlers.privacy.documents.terms import PARAGRAPHS

AGREED_TO: Final = {
    "consents": (CONSENTS_VERSION, (*(f"consents.{topic}" for topic in Topic), "consents.stop")),
    "bureau": (BUREAU_VERSION, ("borrow.ask_bureau",)),
    "debit": (DEBIT_VERSION, ("loans.start_debit", "loans.stop_debit")),
    "terms": (TERMS_VERSION, ("onboarding.terms", *(f"privacy.terms_{name}" for name in PARAGRAPHS))),
}
RECORDED: Final = {
    ("consents", "2026-12-01.2"): "7584a7f1f1f693c8",
    ("bureau", "2026-12-01.2"): "49d97370e8c5f010",
    ("debit", "2026-12-01.2"): "b52f5ac34d48dfe9",
    ("terms", "2026-12-01"): "1d6de560eb994b68",
}
"""Of each version the digest of its words in all languages."""


def digest(keys: Iterable[str]) -> str:
    words = "\n".join(str(translator(code)(key)) for code in codes() for key in keys)
    return hashlib.sha256(words.encode()).hexdigest()[:16]


@pytest.mark.parametrize("name", AGREED_TO)
def test_words_that_are_agreed_to_have_the_version_that_is_recorded_with_them(name: str) -> None:
    version, keys = AGREED_TO[name]
    assert RECORDED.get((name, version)) == digest(keys), f"{digest(keys)}: raise the version of {name}"
