"""What the questions about risk hold on people: their answers, and what they were shown before they bought."""

from __future__ import annotations

from typing import Final

from finance_core.storage.personal import Held, Kept, Personal, Why, rows_of

PERSONAL: Final = Personal(
    held=(
        Held(
            "assessment",
            Why.CONTRACTS,
            Kept.FOR_GOOD,
            rows_of("assessment", "questionnaire, answers, score, risk_class, taken_at, valid_until"),
        ),
        Held(
            "disclosure",
            Why.CONTRACTS,
            Kept.FOR_GOOD,
            rows_of("disclosure", "product, product_version, risk, language, text, figures, confirmed_at"),
        ),
    )
)
