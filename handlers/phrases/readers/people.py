"""A command that takes a person, and nothing else: all that follows it names them."""

from __future__ import annotations

from collections.abc import Callable

from handlers.phrases.said import Claim, Said


def person_named(intent: str) -> Callable[[Said], Claim]:
    """Return the reader of "/block @ana": the intent, with the slot `payee` where somebody is named."""

    def read(said: Said) -> Claim:
        _, _, name = said.text.strip().partition(" ")
        return Claim(intent, {"payee": name.strip()} if name.strip() else {})

    return read
