"""Replies kept until they are shown: they come back as they were, sealed, and nothing else comes in with them."""

from __future__ import annotations

import pickle
import subprocess
from typing import Any

import pytest
from aiogram.methods import AnswerCallbackQuery, DeleteMessage, SendMessage
from aiogram.types import BufferedInputFile
from cryptography.exceptions import InvalidTag

from bot.dispatch.associated_data import owed_associated_data
from bot.dispatch.owed import opened, sealed
from handlers.chat.methods import as_edit, as_shown
from handlers.chat.replies import Anchored, Carries, OrElse, Pictured, Shown
from handlers.chat.screens.base import Screen
from handlers.chat.screens.outgoing import outgoing
from handlers.locales.languages import Language
from tests.builders import CIPHER
from tests.unit.test_outgoing import CHAT, SCREENS


def told(shown: Shown) -> Any:
    """What is shown, as plain values."""
    match shown:
        case Anchored(method, name):
            return told(method), name
        case OrElse(method, otherwise):
            return told(method), told(otherwise)
        case Carries(carrying, chat_id, receipts, otherwise):
            return told(carrying), chat_id, receipts, otherwise and told(otherwise)
        case Pictured(plot, with_picture, otherwise):
            return plot, told(with_picture(BufferedInputFile(b"drawn", "p"))), otherwise and told(otherwise)
        case Carries(carrying, chat_id, receipts, otherwise):
            return told(carrying), chat_id, receipts, otherwise and told(otherwise)
    values = shown.model_dump(warnings=False)
    files = {name: vars(value) for name, value in values.items() if isinstance(value, BufferedInputFile)}
    return shown.__api_method__, values | files


def kept_and_read(shown: list[Shown]) -> list[Shown]:
    kept = sealed(CIPHER, 7, 1, shown)
    assert kept is not None
    return opened(CIPHER, 7, 1, kept)


def test_a_card_that_carries_receipts_is_read_as_it_was_kept() -> None:
    edit, below = as_edit(CHAT, 7, Screen("paid")), as_edit(CHAT, 7, Screen("below"))
    shown: list[Shown] = [Carries(edit, CHAT, (1, 2), below)]
    assert [told(each) for each in kept_and_read(shown)] == [told(each) for each in shown]


@pytest.mark.parametrize("name", SCREENS)
def test_every_kind_of_screen_is_read_as_it_was_kept(name: str) -> None:
    shown = [as_shown(CHAT, item) for item in outgoing(SCREENS[name])]
    assert [told(each) for each in kept_and_read(shown)] == [told(each) for each in shown]


def test_what_is_done_besides_sending_is_read_as_it_was_kept() -> None:
    say = SendMessage(chat_id=CHAT, text="delete it yourself")
    shown: list[Shown] = [
        AnswerCallbackQuery(callback_query_id="1", text="noted", show_alert=True),
        OrElse(DeleteMessage(chat_id=CHAT, message_id=5), say),
        Anchored(say, "board"),
        as_edit(CHAT, 5, Screen("edited")),
    ]
    assert [told(each) for each in kept_and_read(shown)] == [told(each) for each in shown]


def test_nothing_shown_is_nothing_kept() -> None:
    assert sealed(CIPHER, 7, 1, []) is None


def test_replies_moved_to_another_update_are_not_shown() -> None:
    kept = sealed(CIPHER, 7, 1, [SendMessage(chat_id=CHAT, text="for Ana")])
    assert kept is not None
    with pytest.raises(InvalidTag):
        opened(CIPHER, 7, 2, kept)


class Sly:
    """Would run what it names when it is read."""

    def __init__(self, *call: Any) -> None:
        self.call = call

    def __reduce__(self) -> Any:
        return self.call[0], self.call[1:]


@pytest.mark.parametrize(
    "sly",
    [
        Sly(subprocess.getoutput, "true"),
        Sly(eval, "1"),
        Sly(getattr, Language, "__subclasses__"),
    ],
)
def test_nothing_comes_in_that_does_anything(sly: Sly) -> None:
    kept = CIPHER.encrypt(pickle.dumps([sly]), owed_associated_data(7, 1))
    with pytest.raises((pickle.UnpicklingError, KeyError, TypeError)):
        opened(CIPHER, 7, 1, kept)
