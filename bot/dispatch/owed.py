"""Replies as they are kept with their update until they have been shown: a process that dies over them loses none.

They are what handlers return, so Python's own form carries them, sealed like everything that a person may read. It is
opened only when the seal is ours, and then makes nothing but values of our own and of aiogram's kinds.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Sequence
from enum import Enum
from typing import Any, Final

import structlog

from bot.dispatch.associated_data import owed_associated_data
from finance_core.storage.cipher import Cipher
from handlers.chat.replies import Shown

_OURS: Final = ("aiogram", "handlers", "finance_core")
_PLAIN: Final = frozenset(
    {
        ("builtins", "frozenset"),
        ("builtins", "set"),
        ("datetime", "date"),
        ("datetime", "datetime"),
        ("datetime", "timedelta"),
        ("datetime", "timezone"),
        ("decimal", "Decimal"),
        ("functools", "partial"),
    }
)
_BUILDERS: Final = "handlers.chat.methods"
"""Whose functions may be called too: they make methods."""

_log = structlog.get_logger(__name__)


def sealed(cipher: Cipher, bot_id: int, update_id: int, shown: Sequence[Shown]) -> bytes | None:
    """Return replies as they are kept; None where there are none, or none that can be kept."""
    if not shown:
        return None
    try:
        plain = pickle.dumps(list(shown))
    except Exception:  # noqa: BLE001 - what cannot be kept is still shown, unless this process dies
        _log.exception("replies_not_kept", update_id=update_id)
        return None
    return cipher.encrypt(plain, owed_associated_data(bot_id, update_id))


def opened(cipher: Cipher, bot_id: int, update_id: int, owed: bytes) -> list[Shown]:
    """Return replies that were kept. Raises whatever reading them raises: another key's, another version's."""
    plain = cipher.decrypt(owed, owed_associated_data(bot_id, update_id))
    replies: list[Shown] = _Reader(io.BytesIO(plain)).load()
    return replies


class _Reader(pickle.Unpickler):
    """Finds our classes, aiogram's and plain values: nothing that does anything."""

    def find_class(self, module_name: str, global_name: str, /) -> Any:
        if (module_name, global_name) == ("builtins", "getattr"):
            return _member  # how Python 3.11 writes a member of an enum
        found = super().find_class(module_name, global_name)
        if (module_name, global_name) in _PLAIN or _is_ours(found):
            return found
        raise pickle.UnpicklingError(f"{module_name}.{global_name} is none of ours")


def _is_ours(found: Any) -> bool:
    module = str(getattr(found, "__module__", ""))
    return module.partition(".")[0] in _OURS if isinstance(found, type) else module == _BUILDERS


def _member(kind: type[Enum], name: str) -> Enum:
    return kind[name]
