"""References of receipts in a text: "S8F3-K2QW", or a whole receipt that is pasted back."""

from __future__ import annotations

from handlers.phrases.asking import asks_for_a_fact
from handlers.phrases.said import Claim, Said
from handlers.phrases.slots import REFERENCE


def receipt_named(said: Said) -> Claim | None:
    """Claim a text that names one receipt by its reference, pass on one that names none or several.

    "Why has S8F3-K2QW not arrived?" is a question that its topic answers, where that is sure.
    """
    if said.understood.intent == "ask" and said.understood.sure and asks_for_a_fact(said.folded):
        return None
    named = {found.upper() for found in REFERENCE.findall(said.text)}
    return Claim("receipt", {"reference": named.pop()}) if len(named) == 1 else None
