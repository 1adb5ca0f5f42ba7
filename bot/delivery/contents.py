"""From a claimed notice to the screen that is sent: sealed values opened, the person's wishes added, rendered."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from finance_core.notices.claims import Claim
from finance_core.storage.cipher import Cipher
from handlers.chat.screens.base import Screen

Render = Callable[[str, dict[str, Any], str], Screen]
"""(kind, params, language) → the screen. `params["discreet"]` is true for who wants no sums on a lock screen."""


def screen_of(claim: Claim, render: Render, cipher: Cipher | None) -> Screen:
    """Return what `claim` shows its person.

    Raises:
        Exception: what `render` raises on an unknown kind or a missing param; a value that does not open.
    """
    params: dict[str, Any] = opened(claim.params, cipher)
    if claim.discreet:
        params = params | {"discreet": True}
    return render(claim.kind, params, claim.language)


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
