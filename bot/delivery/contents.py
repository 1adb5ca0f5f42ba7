"""From a claimed notice to the screen that is sent: sealed values opened, the person's wishes added, rendered."""

from __future__ import annotations

import base64
from typing import Any, Protocol

from finance_core.kernel.json import JsonObject
from finance_core.notices.claims import Claim
from finance_core.storage.cipher import Cipher
from handlers.chat.screens.base import Screen


class Render(Protocol):
    """What makes a notice's screen; `discreet` is for who wants no sums on a lock screen."""

    def __call__(self, kind: str, params: JsonObject, language: str, *, discreet: bool) -> Screen: ...


def screen_of(claim: Claim, render: Render, cipher: Cipher | None) -> Screen:
    """Return what `claim` shows its person.

    Raises:
        Exception: what `render` raises on an unknown kind or a missing param; a value that does not open.
    """
    return render(claim.kind, opened(claim.params, cipher), claim.language, discreet=claim.discreet)


def opened(value: Any, cipher: Cipher | None) -> Any:
    """Return `value` with each `{"sealed", "place"}` in it (see `notices.sealed`) replaced by its plain text."""
    if isinstance(value, list):
        return [opened(item, cipher) for item in value]
    if not isinstance(value, dict):
        return value
    if value.keys() != {"sealed", "place"}:
        return {name: opened(item, cipher) for name, item in value.items()}
    if cipher is None:
        raise ValueError("a sealed value, and no key to open it")
    return cipher.decrypt(base64.b64decode(value["sealed"]), value["place"]).decode()
