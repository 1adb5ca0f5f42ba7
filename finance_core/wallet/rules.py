"""Pure rules of the wallet."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from finance_core.kernel.errors import InvalidInput
from finance_core.kernel.money import CNY, Money

ACCEPT_WITHIN: Final = timedelta(hours=24)
NOTE_CHARACTERS: Final = 140
MAXIMUM: Final = Money.of(1_000_000, CNY)
"""The most that one movement takes in or out: beyond it a typing error is likelier than a wish."""


def checked_amount(amount: Money) -> Money:
    """Return `amount` if it is a sensible one. Raises InvalidInput: `amount_not_positive`, `amount_too_large`."""
    if amount.amount <= 0:
        raise InvalidInput("amount_not_positive")
    if amount > MAXIMUM:
        raise InvalidInput("amount_too_large", maximum=MAXIMUM)
    return amount


def trimmed_note(note: str) -> str:
    """Return a note on one line, cut to its length."""
    return " ".join(note.split())[:NOTE_CHARACTERS]
