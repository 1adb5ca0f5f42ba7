"""People who are mentioned without a @username: Telegram's `text_mention`, which carries who is meant, not a name.

In the text that readers read, such a mention stands as a stand-in, a @name of ours: who is meant and a keyed hash over
that, in letters alone, for digits would be read as sums. Nobody can make one up: without the secret it finds nobody.
It holds in later turns as well, where a form or a link carries it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from aiogram.enums import MessageEntityType
from aiogram.types import Message, MessageEntity

from finance_core.customers.models import Customer
from finance_core.customers.queries import by_telegram_id, by_username
from finance_core.storage.cipher import Cipher
from handlers.chat.meaning import Meaning
from handlers.chat.talk import Talk
from handlers.chat.who_talks import written_in

_PREFIX: Final = "@at__"
"""No @username of Telegram's has two underscores in a row."""
_STAND_IN: Final = re.compile(rf"{_PREFIX}([a-p]{{1,16}})z([a-p]{{16}})", re.IGNORECASE)
_LETTERS: Final = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
_DIGITS: Final = str.maketrans("abcdefghijklmnop", "0123456789abcdef")
_PEOPLE: Final = frozenset({"payee", "payees", "people", "packet_people", "paid", "guarantor"})
"""Slots that say who is meant; in all others a mention is words."""


def read_in(message: Message, talk: Talk) -> str:
    """Return what is written in a message, a stand-in for each mention; how each was written is noted in `talk`."""
    units = written_in(message).encode("utf-16-le")
    for entity in sorted(_mentions(message), key=lambda each: each.offset, reverse=True):
        start, end = 2 * entity.offset, 2 * (entity.offset + entity.length)
        before, name, after = (part.decode("utf-16-le") for part in (units[:start], units[start:end], units[end:]))
        assert entity.user is not None, "a text_mention has a user"
        stand_in = stand_in_for(entity.user.id, talk.cipher)
        talk.mentioned[stand_in] = name
        units = f"{_apart(before)}{stand_in}{_apart(after, before=True)}".encode("utf-16-le")
    return units.decode("utf-16-le")


def _mentions(message: Message) -> list[MessageEntity]:
    entities = (message.entities if message.text else message.caption_entities) or []
    return [each for each in entities if each.type == MessageEntityType.TEXT_MENTION and each.user is not None]


def _apart(text: str, *, before: bool = False) -> str:
    """Return a text that stands beside a stand-in, apart from it: 请小明吃饭 has no spaces."""
    touches = bool(text) and re.match(r"[\w@]", text[0] if before else text[-1]) is not None
    if not touches:
        return text
    return f" {text}" if before else f"{text} "


def stand_in_for(telegram_id: int, cipher: Cipher) -> str:
    """Return the @name that stands for who has this Telegram id."""
    return f"{_PREFIX}{f'{telegram_id:x}'.translate(_LETTERS)}z{_proofs(telegram_id, cipher)[0]}"


def _proofs(telegram_id: int, cipher: Cipher) -> list[str]:
    return [each.hex()[:16].translate(_LETTERS) for each in cipher.fingerprints(f"mention:{telegram_id}")]


async def person_named(talk: Talk, name: str) -> Customer | None:
    """Return who holds a @username, given with or without the @, or whom a stand-in means; None for nobody."""
    found = _STAND_IN.fullmatch(name.strip())
    if found is None:
        return await by_username(talk.unit, name, talk.cipher)
    telegram_id = int(found[1].lower().translate(_DIGITS), 16)
    if found[2].lower() not in _proofs(telegram_id, talk.cipher) or telegram_id >= 2**63:
        return None
    return await by_telegram_id(talk.unit, telegram_id)


def as_written(talk: Talk, text: str) -> str:
    """Return a text as the person wrote it: names where stand-ins are, … where one was mentioned in another turn."""
    return _STAND_IN.sub(lambda found: talk.mentioned.get(found[0].lower(), "…"), text)


def in_words(talk: Talk, meaning: Meaning) -> Meaning:
    """Return a meaning whose stand-ins are left where they say who is meant; notes and titles have the names."""
    slots = {name: said if name in _PEOPLE else as_written(talk, said) for name, said in meaning.slots.items()}
    return replace(meaning, slots=slots)
