"""Texts that name a person and nothing else: "/block @ana", "block @ana", 把@ana拉黑."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from handlers.phrases.said import Claim, Said
from handlers.phrases.words import Words

_BLOCK: Final = Words("blocking", "block")
_SAID: Final = Words("blocking", "said")
_LIST: Final = Words("blocking", "list")
_MARKS: Final = " .,!?;:\n"


def person_named(intent: str) -> Callable[[Said], Claim]:
    """Return the reader of "/block @ana": the intent, with the slot `payee` where somebody is named."""

    def read(said: Said) -> Claim:
        _, _, name = said.text.strip().partition(" ")
        return Claim(intent, {"payee": name.strip()} if name.strip() else {})

    return read


def blocking(said: Said) -> Claim | None:
    """Claim a text that blocks a person, or asks whom one has blocked (unblocking is done there); pass on any other."""
    if _LIST.search(said.folded):
        return Claim("blocked")
    if not _BLOCK.search(said.folded):
        return None
    return Claim("block", {"payee": _SAID.without(said.folded).strip(_MARKS)})
