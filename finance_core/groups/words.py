"""What somebody said in a group that goes on in private: kept until they follow the link, at the longest for a day."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Final

from sqlalchemy import text
from sqlmodel import col, delete

from finance_core.groups.models import GroupWords
from finance_core.groups.personal import words_associated_data
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from finance_core.schedule.steps import Step
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import SYSTEM, Unit, Units

KEPT_FOR: Final = timedelta(hours=24)
_ANYTHING_OLD: Final = "SELECT FROM group_words"
_FORGET: Final = text("DELETE FROM group_words WHERE said_at <= :until")


async def keep(unit: Unit, cipher: Cipher, customer_id: int, intent: str, slots: Mapping[str, str]) -> str:
    """Keep what somebody meant, and what they said of it; return the token that a link to it carries."""
    token = secrets.token_urlsafe(9)
    said = json.dumps([intent, dict(slots)], ensure_ascii=False).encode()
    sealed = cipher.encrypt(said, words_associated_data(token))
    unit.session.add(GroupWords(token=token, customer_id=customer_id, sealed=sealed, said_at=unit.now))
    await unit.session.flush()
    return token


async def kept(unit: Unit, cipher: Cipher, customer_id: int, token: str) -> tuple[str, dict[str, str]]:
    """Return what somebody meant and said. Raises NotFound: `link`: too long ago, or said by somebody else."""
    found = await unit.session.get(GroupWords, token)
    if found is None or found.customer_id != customer_id or found.said_at <= unit.now - KEPT_FOR:
        raise NotFound(ErrorCode.LINK)
    intent, slots = json.loads(cipher.decrypt(found.sealed, words_associated_data(token)))
    return str(intent), dict(slots)


async def drop(unit: Unit, token: str) -> None:
    """Forget words that were acted on: their link does it once."""
    await unit.session.execute(delete(GroupWords).where(col(GroupWords.token) == token))


async def _forget(units: Units, _on: date) -> None:
    async with units.begin(SYSTEM) as unit:
        await unit.session.execute(_FORGET, {"until": unit.now - KEPT_FOR})


FORGET: Final = Step("groups.forget", time(21), "open", "groups", _forget, _ANYTHING_OLD, rank=984)
