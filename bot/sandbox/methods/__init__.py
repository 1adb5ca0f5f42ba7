"""The Bot API's methods: a call parsed by aiogram's own types becomes an act in the town. Importing it loads aiogram."""

from __future__ import annotations

from bot.sandbox.methods import (  # noqa: F401 - each registers its methods
    chats,
    checkout,
    commands,
    edits,
    inline,
    media,
    messages,
    polls,
    receiving,
    reactions,
)
from bot.sandbox.methods.registry import METHODS, Method

__all__ = ["METHODS", "Method"]
