"""An update in hand, opened: what it says, where its conversation stands, and what has come of it so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from aiogram import Bot
from aiogram.fsm.storage.base import StorageKey
from aiogram.types import Update

from bot.dispatch.associated_data import payload_associated_data
from bot.dispatch.conversation import Standing, opened
from bot.dispatch.lanes import Claimed
from finance_core.storage.cipher import Cipher

_NUL: Final = b"\\u0000"


@dataclass(slots=True)
class UpdateContext:
    """One claimed update on its way to a reply."""

    claimed: Claimed
    update: Update
    key: StorageKey
    standing: Standing
    checks: dict[str, Any] = field(default_factory=dict)
    """What the preparers settled."""
    refusal: Exception | None = None
    """Why the handler is not run at all: a preparer refused, or the lane overflowed."""
    overran: bool = False
    """The handler did not end in time. Its connection may be broken off in the middle, so it is not tried again."""
    reference: str | None = None
    error: str | None = None


def open_context(claimed: Claimed, bot: Bot, cipher: Cipher) -> UpdateContext:
    """Decrypt and parse a claimed update. Raises what decrypting or parsing raises."""
    raw = read_update(claimed, bot, cipher)
    key = StorageKey(bot_id=bot.id, chat_id=claimed.chat_id, user_id=claimed.user_id)
    return UpdateContext(
        claimed=claimed,
        update=Update.model_validate(raw, context={"bot": bot}),
        key=key,
        standing=opened(cipher, key, claimed.state, claimed.data),
    )


def read_update(claimed: Claimed, bot: Bot, cipher: Cipher) -> Any:
    """Decrypt a claimed update and return it raw. Raises what decrypting raises, ValueError: it is done."""
    if claimed.payload is None:
        raise ValueError("the update is done: only what it owes is there")
    return _read(cipher.decrypt(claimed.payload, payload_associated_data(bot.id, claimed.update_id)))


def _read(plain: bytes) -> Any:
    """Return the update without NUL characters: PostgreSQL has no place for one, whichever field brings it."""
    raw = orjson.loads(plain)
    return _without_nul(raw) if _NUL in plain else raw


def _without_nul(value: Any) -> Any:
    match value:
        case str():
            return value.replace("\0", "")
        case list():
            return [_without_nul(each) for each in value]
        case dict():
            return {key: _without_nul(each) for key, each in value.items()}
    return value
