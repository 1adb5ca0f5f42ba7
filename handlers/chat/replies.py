"""What a handler may return besides a plain aiogram method: a method with something to be done about its outcome."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiogram.methods import TelegramMethod
from aiogram.types import InputFile

from handlers.pictures.plot import Plot


@dataclass(frozen=True, slots=True)
class Anchored:
    """A message that is edited later: the id that Telegram gives it is kept for its chat under `name`."""

    method: TelegramMethod[Any]
    name: str


@dataclass(frozen=True, slots=True)
class OrElse:
    """A method, and what to show when Telegram refuses it (a PIN that cannot be deleted, a card that is gone)."""

    method: TelegramMethod[Any]
    otherwise: TelegramMethod[Any]


@dataclass(frozen=True, slots=True)
class Pictured:
    """A picture that is drawn after the commit, and what shows it; what is shown when it cannot be drawn in time."""

    plot: Plot
    with_picture: Callable[[InputFile], TelegramMethod[Any]]
    otherwise: TelegramMethod[Any] | None


@dataclass(frozen=True, slots=True)
class Carries:
    """A card that is the receipt of what it did: once it is shown, these rows of the outbox are not sent.

    `otherwise` is shown in its place where one of them was on its way already, so that the chat has one of the two.
    """

    shown: TelegramMethod[Any] | Anchored | Pictured
    chat_id: int
    receipts: tuple[int, ...]
    otherwise: TelegramMethod[Any] | None


Shown = TelegramMethod[Any] | Anchored | OrElse | Pictured | Carries


def method_of(item: Shown) -> TelegramMethod[Any] | None:
    """Return the method by which something is shown; None for a picture that has no other way."""
    match item:
        case Anchored(method=method) | OrElse(method=method):
            return method
        case Pictured(otherwise=otherwise):
            return otherwise
        case Carries(shown=carrying):
            return method_of(carrying)
    return item


def chat_of(item: Shown) -> int | str | None:
    """Return the chat in which something is shown; None for what is shown in none, as the answer to a tap."""
    if isinstance(item, Carries):
        return item.chat_id
    chat: int | str | None = getattr(method_of(item), "chat_id", None)
    return chat


def is_in_group(item: Shown) -> bool:
    """Say whether something would be said in a group, whose chat ids are negative."""
    chat = chat_of(item)
    return isinstance(chat, int) and chat < 0
