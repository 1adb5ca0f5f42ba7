"""aiogram's conversation state on PostgreSQL, in the very transaction that the handler works in.

What a handler sets is kept in memory until the end of its update and written once, so that a refusal forgets it and a
commit keeps it with the money.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final

import orjson
from aiogram.fsm.state import State
from aiogram.fsm.storage.base import DEFAULT_DESTINY, BaseStorage, StateType, StorageKey
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.dispatch.associated_data import conversation_associated_data
from finance_core.storage.cipher import Cipher

_EMPTY: Final = b"{}"
_PLAIN_JSON: Final = (
    orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_SUBCLASS
)
_READ = text(
    "SELECT state, data FROM conversation"
    " WHERE bot_id = :bot_id AND chat_id = :chat_id AND user_id = :user_id AND thread_id = :thread_id"
)
WRITE: Final = (
    "INSERT INTO conversation (bot_id, chat_id, user_id, thread_id, state, data, changed_at)"
    " VALUES (:bot_id, :chat_id, :user_id, :thread_id, :state, :data, clock_timestamp())"
    " ON CONFLICT (bot_id, chat_id, user_id, thread_id) DO UPDATE"
    " SET state = excluded.state, data = excluded.data, changed_at = excluded.changed_at"
)
_WRITE = text(WRITE)
_FORGET = text(
    "DELETE FROM conversation"
    " WHERE bot_id = :bot_id AND chat_id = :chat_id AND user_id = :user_id AND thread_id = :thread_id"
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a conversation stands: the state's name and the data as JSON."""

    state: str | None = None
    data: bytes = _EMPTY

    @property
    def is_blank(self) -> bool:
        return self.state is None and self.data == _EMPTY

    def values(self) -> dict[str, Any]:
        """Return a copy of the data."""
        values: dict[str, Any] = orjson.loads(self.data)
        return values


def opened(cipher: Cipher, key: StorageKey, state: str | None, data: bytes | None) -> Standing:
    """Return what a row of `conversation` holds; one that no secret opens any more is forgotten."""
    if not data:
        return Standing(state)
    opened = cipher.opened(data, _associated_data(key))
    return Standing(state, opened) if opened is not None else Standing()


class Memory:
    """The conversations that one update touches: read at most once, written together by `save`."""

    def __init__(self, session: AsyncSession, cipher: Cipher, known: Mapping[StorageKey, Standing]) -> None:
        self._session = session
        self._cipher = cipher
        self._known = dict(known)
        self._now: dict[StorageKey, Standing] = {}

    async def read(self, key: StorageKey) -> Standing:
        """Return where the conversation stands, what this update has set included."""
        if key in self._now:
            return self._now[key]
        if key not in self._known:
            row = (await self._session.execute(_READ, _row(key))).one_or_none()
            self._known[key] = opened(self._cipher, key, row.state, row.data) if row else Standing()
        return self._known[key]

    def write(self, key: StorageKey, standing: Standing) -> None:
        self._now[key] = standing

    async def save(self) -> None:
        """Write what changed, in the transaction."""
        last = await self.save_but_last()
        if last is not None:
            await self._session.execute(_WRITE, last)

    async def save_but_last(self) -> dict[str, Any] | None:
        """Write what changed but for the last conversation that stands somewhere.

        Returns the values of `WRITE` for that one: the statement that ends the update may write it too.
        """
        last: dict[str, Any] | None = None
        for key, standing in self._now.items():
            if standing == self._known.get(key):
                continue
            if standing.is_blank:
                await self._session.execute(_FORGET, _row(key))
            else:
                if last is not None:
                    await self._session.execute(_WRITE, last)
                sealed = self._cipher.encrypt(standing.data, _associated_data(key))
                last = {**_row(key), "state": standing.state, "data": sealed}
        return last


_current: ContextVar[Memory] = ContextVar("conversation_memory")


@contextmanager
def remembering(memory: Memory) -> Iterator[None]:
    """Make `memory` what the storage reads and writes, within the block."""
    token = _current.set(memory)
    try:
        yield
    finally:
        _current.reset(token)


class PostgresStorage(BaseStorage):
    """The storage for aiogram's `Dispatcher`. Works only while an update is handled: elsewhere it raises LookupError.

    Data is plain JSON (strings, whole numbers, lists, mappings by string): anything else is a TypeError when it is set.
    """

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        memory, standing = await _recall(key)
        memory.write(key, Standing(state.state if isinstance(state, State) else state, standing.data))

    async def get_state(self, key: StorageKey) -> str | None:
        return (await _recall(key))[1].state

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        memory, standing = await _recall(key)
        memory.write(key, Standing(standing.state, orjson.dumps(dict(data), option=_PLAIN_JSON)))

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        return (await _recall(key))[1].values()

    async def close(self) -> None:
        """Nothing to close: the transaction is not ours."""


async def _recall(key: StorageKey) -> tuple[Memory, Standing]:
    if key.destiny != DEFAULT_DESTINY or key.business_connection_id is not None:
        raise ValueError("conversations are kept for a person in a chat, without destinies or business connections")
    memory = _current.get()
    return memory, await memory.read(key)


def _row(key: StorageKey) -> dict[str, int]:
    return {
        "bot_id": key.bot_id,
        "chat_id": key.chat_id,
        "user_id": key.user_id,
        "thread_id": key.thread_id or 0,
    }


def _associated_data(key: StorageKey) -> str:
    return conversation_associated_data(_row(key))
