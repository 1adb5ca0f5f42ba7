"""How people come to telegram: strangers one by one, and the demo's people and their group at the first start."""

from __future__ import annotations

from dataclasses import replace

from bot.sandbox.acts import person_of
from bot.sandbox.errors import WrongCall
from bot.sandbox.groups import found_group, found_pair
from bot.sandbox.model import Person
from bot.sandbox.people import (
    CHIDI_ID,
    DEMO_PEOPLE,
    LUNCH_ID,
    LUNCH_TITLE,
    PAIR,
    SUNDAY_CIRCLE_ADMINS,
    SUNDAY_CIRCLE_ID,
    SUNDAY_CIRCLE_MEMBERS,
    SUNDAY_CIRCLE_TITLE,
)
from bot.sandbox.telegram_state import TelegramState

PEOPLE_AT_MOST = 100_000
_PHONE_DIGITS = 6


def move_in(
    telegram: TelegramState,
    first_name: str,
    *,
    last_name: str | None = None,
    username: str | None = None,
    language_code: str | None = None,
    phone: str | None = None,
) -> Person:
    """Let a stranger move in. Without a phone they get one of a range that is valid and theirs alone.

    Raises:
        WrongCall: the username is taken, or the sandbox is full.
    """
    if len(telegram.people) >= PEOPLE_AT_MOST:
        raise WrongCall(f"The telegram is full: it holds {PEOPLE_AT_MOST} people.", 409)
    username = username.removeprefix("@") if username else None
    _require_free(telegram, username)
    person_id = telegram.next_person_id()
    phone = phone or f"+447400{person_id % 10**_PHONE_DIGITS:0{_PHONE_DIGITS}}"
    person = Person(person_id, first_name, phone, last_name, username, language_code)
    telegram.add_person(person)
    return person


def rename(telegram: TelegramState, person_id: int, **names: str | None) -> Person:
    """Call somebody otherwise: `first_name`, `last_name` and `username`, as far as they are given.

    Raises:
        WrongCall: unknown, without a name, or the username is taken.
    """
    person = person_of(telegram, person_id)
    if "username" in names:
        username = (names["username"] or "").removeprefix("@") or None
        if username and username.lower() != (person.username or "").lower():
            _require_free(telegram, username)
        person.username = username
    person.first_name = names.get("first_name") or person.first_name
    person.last_name = names.get("last_name", person.last_name) or None
    telegram.keeper.touch(person)
    telegram.hub.publish(None, "people")
    return person


def _require_free(telegram: TelegramState, username: str | None) -> None:
    taken = {person.username.lower() for person in telegram.people.values() if person.username}
    if username and username.lower() in taken | {telegram.profile.username.lower()}:
        raise WrongCall(f"The username @{username} is taken.", 409)


def settle_demo(telegram: TelegramState) -> None:
    """Let the demo's people and their groups in, if it is still empty; Ana and 博 also talk without the bot."""
    if not telegram.people:
        for person in DEMO_PEOPLE:
            telegram.add_person(replace(person))
        found_group(
            telegram,
            SUNDAY_CIRCLE_TITLE,
            list(SUNDAY_CIRCLE_MEMBERS),
            [*SUNDAY_CIRCLE_ADMINS, telegram.profile.id],
            chat_id=SUNDAY_CIRCLE_ID,
        )
        found_group(telegram, LUNCH_TITLE, list(SUNDAY_CIRCLE_MEMBERS), [CHIDI_ID], chat_id=LUNCH_ID)
    found_pair(telegram, *PAIR)
    telegram.keeper.flush()
