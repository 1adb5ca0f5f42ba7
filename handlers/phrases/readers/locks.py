"""Locking one's own account, and unlocking it, in words: "unlock my account", 帮我解锁."""

from __future__ import annotations

from typing import Final

from handlers.phrases.said import Claim, Said
from handlers.phrases.words import Words

_UNLOCK: Final = Words("locks", "unlock")
_LOCK: Final = Words("locks", "lock")


def lock_or_unlock(said: Said) -> Claim | None:
    """Claim a text that says nothing but to lock or to unlock the account, pass on any other."""
    if _UNLOCK.search(said.folded):
        return Claim("unlock")
    return Claim("lock") if _LOCK.search(said.folded) else None
