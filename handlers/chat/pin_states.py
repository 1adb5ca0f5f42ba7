"""The states in which a PIN is awaited: one to confirm a card with, or a new one."""

from __future__ import annotations

from typing import Final

from aiogram.fsm.state import State, StatesGroup


class PinEntry(StatesGroup):
    """The PIN of a confirmed card is awaited; the intent's token and version are in the state's data."""

    awaited = State()


class PinSetup(StatesGroup):
    """A new PIN is typed, then typed again; only its hash is kept in between."""

    first = State()
    again = State()


TYPED: Final = frozenset(state.state for state in (PinEntry.awaited, PinSetup.first, PinSetup.again))
"""States in which what is typed is a PIN, or meant to be one: it does not stay in the chat, whatever comes of it."""
