"""The Bot API's methods: a call, parsed by aiogram's types, becomes a change of the sandbox's state. Loads aiogram."""

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
    reactions,
    receiving,
)
from bot.sandbox.methods.registry import METHODS, Method

__all__ = ["METHODS", "Method"]
