"""Between the state in memory and its store: things are touched while a call is served, and written once at its end."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator
from typing import Any, TypeVar

import orjson

from bot.sandbox.model import BotState, Chat, File, Invite, Message, Person, Update, Webhook
from bot.sandbox.store import Store

Thing = TypeVar("Thing", Person, Chat, Message, File, Invite, Update)
_BY_PERSON = ("members", "read", "asking", "reactions")
"""Fields keyed by a person's id, which JSON keeps as text."""


class Keeper:
    """Loads the state, remembers what was touched, and writes it in one go."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._touched: dict[tuple[str, str], Any] = {}

    def load(self, kind: type[Thing]) -> Iterator[Thing]:
        """Yield everything of one kind."""
        for body in self.store.things(kind.kind):
            yield kind(**_with_numbers(_known(kind, orjson.loads(body))))

    def load_state(self) -> BotState:
        """Return the bot's state, or that of a new bot. Update ids begin at the hour of birth, so that they never
        restart, even when the file is lost.
        """
        for body in self.store.things(BotState.kind):
            fields = _known(BotState, orjson.loads(body))
            return BotState(**fields | {"webhook": Webhook(**fields["webhook"])})
        return BotState(last_update_id=int(time.time()))

    def touch(self, thing: Thing | BotState) -> None:
        """Have a thing written at the next flush."""
        self._touched[thing.kind, thing.key] = thing

    def forget(self, thing: Thing) -> None:
        """Have a thing removed at the next flush."""
        self._touched[thing.kind, thing.key] = None

    def flush(self) -> None:
        """Write what was touched."""
        if not self._touched:
            return
        touched, self._touched = self._touched, {}
        self.store.write([(*name, _body(thing)) for name, thing in touched.items()])


def _body(thing: object) -> bytes | None:
    return None if thing is None else orjson.dumps(thing, option=orjson.OPT_NON_STR_KEYS)


def _known(kind: type, fields: dict[str, Any]) -> dict[str, Any]:
    """Pass over what an older version kept besides."""
    known = {field.name for field in dataclasses.fields(kind)}
    return {name: value for name, value in fields.items() if name in known}


def _with_numbers(fields: dict[str, Any]) -> dict[str, Any]:
    for name in _BY_PERSON:
        if name in fields:
            fields[name] = {int(person): value for person, value in fields[name].items()}
    return fields
