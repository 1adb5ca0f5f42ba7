"""The states in which something secret is awaited: a PIN, a recovery code, a document with its pictures."""

from __future__ import annotations

from typing import Final

from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup


class PinEntry(StatesGroup):
    """The PIN of a confirmed card is awaited; the intent's token and version are in the state's data."""

    awaited = State()


class PinSetup(StatesGroup):
    """At joining a PIN is typed, then typed again; only its hash is kept in between."""

    first = State()
    again = State()


class NewPin(StatesGroup):
    """Another PIN is typed, then typed again: the old one was given before, or a reset was agreed to."""

    first = State()
    again = State()


NEW_PIN: Final = "new_pin"
"""Under which the state's data says why another PIN is typed: `CHANGE` or `RESET`."""
CHANGE, RESET = "change", "reset"


class Proving(StatesGroup):
    """A reset of the PIN is proved: the phone again, then a recovery code or a selfie."""

    phone = State()
    code = State()
    selfie = State()


class Moving(StatesGroup):
    """An account is moved to this Telegram: its phone, then its PIN."""

    phone = State()
    pin = State()


class NewPhone(StatesGroup):
    """Another phone is shared; the PIN was given before."""

    phone = State()


class Papers(StatesGroup):
    """A document is handed in: its number, until when it is valid, its picture, a selfie."""

    number = State()
    expires = State()
    document = State()
    selfie = State()


class OfferPicture(StatesGroup):
    """An offer gets a picture, which stays in the chat."""

    awaited = State()


def _names(*states: State) -> frozenset[str]:
    return frozenset(state.state for state in states if state.state is not None)


FIRST: Final = _names(PinSetup.first, NewPin.first)
AGAIN: Final = _names(PinSetup.again, NewPin.again)
SECRET_PICTURES: Final = _names(Papers.document, Papers.selfie, Proving.selfie)
PICTURED: Final = SECRET_PICTURES | _names(OfferPicture.awaited)
"""States that a picture answers."""
TYPED: Final = _names(PinEntry.awaited, Moving.pin, Proving.code, Papers.number) | FIRST | AGAIN | SECRET_PICTURES
"""States in which what is sent is a secret, or meant to be one: it does not stay in the chat, whatever comes of it."""


AFTER_JOINING: Final = "after_joining"
"""Under which a conversation's data has the link that is opened once somebody has joined."""


async def leave_step(state: FSMContext) -> None:
    """Clear a conversation, but for the link by which somebody came who has not joined yet."""
    link = (await state.get_data()).get(AFTER_JOINING)
    await state.clear()
    if link is not None:
        await state.update_data({AFTER_JOINING: link})
