"""Wanting no more offers, in words: "stop", "unsubscribe", 退订."""

from __future__ import annotations

from typing import Final

from handlers.phrases.said import Claim, Said
from handlers.phrases.words import Words

_STOP: Final = Words("offers", "stop")


def no_more_offers(said: Said) -> Claim | None:
    """Claim a text that says nothing but that no more offers are wanted, pass on any other."""
    return Claim("offers_stop") if _STOP.search(said.folded) else None
