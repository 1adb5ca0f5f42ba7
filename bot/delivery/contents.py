"""From a claimed notice to the screen that is sent: sealed values opened, the person's wishes added, rendered."""

from __future__ import annotations

from typing import Protocol

from finance_core.kernel.json import JsonObject
from finance_core.notices import opened
from finance_core.notices.claims import Claim
from finance_core.storage.cipher import Cipher
from handlers.chat.screens.base import Screen
from handlers.chat.screens.outgoing import in_words
from handlers.notices.rendering import leading_to


class Render(Protocol):
    """What makes a notice's screen; `discreet` is for who wants no sums on a lock screen."""

    def __call__(self, kind: str, params: JsonObject, language: str, *, discreet: bool) -> Screen: ...


def screen_of(claim: Claim, render: Render, cipher: Cipher | None) -> Screen:
    """Return what `claim` shows its person.

    Raises:
        Exception: what `render` raises on an unknown kind or a missing param; a value that does not open.
    """
    screen = render(claim.kind, opened(claim.params, cipher), claim.language, discreet=claim.discreet)
    shown = leading_to(screen, claim.ids[0])
    return in_words(shown) if claim.plain else shown
