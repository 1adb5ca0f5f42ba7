"""References of receipts in a text: "S8F3-K2QW", or a whole receipt that is pasted back."""

from __future__ import annotations

import re
from typing import Final

from handlers.phrases.said import Claim, Said

_REFERENCE: Final = re.compile(r"(?<![A-Za-z0-9])S[A-Z2-9]{3}-[A-Z2-9]{4}(?![A-Za-z0-9])", re.IGNORECASE)


def receipt_named(said: Said) -> Claim | None:
    """Claim a text that names one receipt by its reference, pass on one that names none or several."""
    named = {found.upper() for found in _REFERENCE.findall(said.text)}
    return Claim("receipt", {"reference": named.pop()}) if len(named) == 1 else None
