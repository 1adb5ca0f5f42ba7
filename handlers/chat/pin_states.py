"""The states in which a PIN is awaited: one to confirm a card with, or a new one."""

from __future__ import annotations

from aiogram.fsm.state import State, StatesGroup


class PinEntry(StatesGroup):
    """The PIN of a confirmed card is awaited; the intent's token and version are in the state's data."""

    awaited = State()


class PinSetup(StatesGroup):
    """A new PIN is typed, then typed again; only its hash is kept in between."""

    first = State()
    again = State()
