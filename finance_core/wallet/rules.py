"""Pure rules of the wallet."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput
from finance_core.kernel.money import CNY, Money

ACCEPT_WITHIN: Final = timedelta(hours=24)
"""From its delivery on: what nobody has taken by then comes back."""
DELAYS_HOURS: Final = (0, 2, 24)
"""How long a send may be kept back, so that a hasty or a talked-into one can still be cancelled."""
NOTE_CHARACTERS: Final = 140
REQUESTS_WITHIN: Final = timedelta(hours=24)
MOST_REQUESTS: Final = 20
"""What one person may ask for within 24 hours, of everybody together …"""
MOST_REQUESTS_TO_ONE: Final = 3
"""… of one and the same …"""
MOST_STRANGERS_ASKED: Final = 5
"""… and how many requests may go to people whom they have neither paid nor been paid by."""
MAXIMUM: Final = Money.of(1_000_000, CNY)
"""The most that one movement takes in or out: beyond it a typing error is likelier than a wish."""


def checked_amount(amount: Money) -> Money:
    """Return `amount` if it is a sensible one. Raises InvalidInput: `amount_not_positive`, `amount_too_large`."""
    if amount.amount <= 0:
        raise InvalidInput(ErrorCode.AMOUNT_NOT_POSITIVE)
    if amount > MAXIMUM:
        raise InvalidInput(ErrorCode.AMOUNT_TOO_LARGE, maximum=MAXIMUM)
    return amount


def checked_delay(hours: int) -> timedelta:
    """Return how long a send is kept back. Raises InvalidInput: `send_delay`."""
    if hours not in DELAYS_HOURS:
        raise InvalidInput(ErrorCode.SEND_DELAY, hours=", ".join(map(str, DELAYS_HOURS)))
    return timedelta(hours=hours)


def trimmed_note(note: str) -> str:
    """Return a note on one line, cut to its length."""
    return " ".join(note.split())[:NOTE_CHARACTERS].rstrip()
