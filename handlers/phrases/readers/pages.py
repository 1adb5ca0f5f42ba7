"""The page of one's risk class, asked for by its name: "my risk class", 风险测评. Nothing is moved by it."""

from __future__ import annotations

from typing import Final

from handlers.phrases.said import Claim, Said
from handlers.phrases.words import Words

_RISK_CLASS: Final = Words("pages", "risk_class")


def risk_class_asked_for(said: Said) -> Claim | None:
    """Claim a text that names one's risk class or its questions, pass on any other, and where a sum is said."""
    is_act = "amount" in said.understood.slots or said.understood.candidates
    return Claim("risk") if not is_act and _RISK_CLASS.search(said.folded) else None
