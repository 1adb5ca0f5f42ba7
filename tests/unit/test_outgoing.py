"""What is sent to show a screen: decided once, and the same on the wire from either library."""

from __future__ import annotations

import json
from typing import Any
from unicodedata import category

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.methods import SendMessage
from babel.messages.catalog import Message
from telegram.ext import ExtBot
from telegram.request import BaseRequest, RequestData

from bot.delivery.limiter import Pacer, Ticket
from bot.delivery.push import push
from finance_core.notices import Urgency
from handlers.chat.methods import as_method
from handlers.chat.screens.base import Button, File, Screen
from handlers.chat.screens.outgoing import CAPTION_CHARACTERS, InlineKeyboard, Kind, in_words, keyboard_of, outgoing
from handlers.locales import codes
from handlers.locales.translator import read_catalogues
from handlers.pictures.plot import Shares

TOKEN = "1:" + "a" * 35
CHAT = 7
LONG = "x" * (CAPTION_CHARACTERS + 1)
BUTTONS = ((Button("Pay", "do:repay:loan=5"), Button("Read", url="https://example.org/")), (Button("Menu", "do:menu"),))
KEYS = (("Share my phone",), ("Later", "Never"))
FILE = File("statement.csv", b"date,amount\n")
PLOT = Shares("My money", "", (), "")
SCREENS = {
    "text": Screen("<b>Hi</b> &amp; welcome"),
    "buttons": Screen("Pay?", BUTTONS),
    "keyboard": Screen("Phone?", keyboard=KEYS),
    "contact": Screen("Phone?", keyboard=KEYS, contact_label="Share my phone"),
    "contact label alone": Screen("Phone?", contact_label="Share my phone"),
    "removal": Screen("Thanks", remove_keyboard=True),
    "keyboard and buttons": Screen("Both", BUTTONS, keyboard=KEYS),
    "removal and buttons": Screen("Both", BUTTONS, remove_keyboard=True),
    "photo": Screen("A picture", BUTTONS, photo=FILE),
    "long photo": Screen(LONG, BUTTONS, photo=FILE),
    "document": Screen("A paper", BUTTONS, document=FILE),
    "document without words": Screen("", document=FILE),
    "long document": Screen(LONG, document=FILE),
}


class Wire(BaseRequest):
    """Takes down what python-telegram-bot would send."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, dict[str, Any]]] = []

    read_timeout = 1.0

    async def initialize(self) -> None:
        pass

    async def shutdown(self) -> None:
        pass

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: Any, **__: Any
    ) -> tuple[int, bytes]:
        assert request_data is not None
        files = {name: (file[0], file[1]) for name, file in (request_data.multipart_data or {}).items()}
        self.sent.append((url.rpartition("/")[2], _wire(dict(request_data.json_parameters), list(files.values()))))
        message = {"message_id": len(self.sent), "date": 0, "chat": {"id": CHAT, "type": "private"}}
        return 200, json.dumps({"ok": True, "result": message}).encode()


def _wire(values: dict[str, Any], files: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return what is sent with its JSON read, so that neither the order of names nor spaces count."""
    read = {name: _read(value) for name, value in values.items() if not str(value).startswith("attach://")}
    return read | ({"files": files} if files else {})


def _read(value: Any) -> Any:
    try:
        return json.loads(value)
    except (TypeError, ValueError):
        return value


async def by_push(screen: Screen) -> list[tuple[str, dict[str, Any]]]:
    wire = Wire()
    turns: list[int] = []

    async def turn() -> None:
        turns.append(len(wire.sent))

    bot = ExtBot(TOKEN, request=wire, get_updates_request=Wire(), rate_limiter=Pacer())
    last = await push(bot, CHAT, screen, Ticket(Urgency.RECEIPT, turn))
    assert (last, turns) == (len(wire.sent), [0])
    return wire.sent


def by_dispatch(screen: Screen) -> list[tuple[str, dict[str, Any]]]:
    bot, session, sent = Bot(TOKEN), AiohttpSession(), []
    for item in outgoing(screen):
        method = as_method(CHAT, item)
        files: dict[str, Any] = {}
        values = {
            name: session.prepare_value(value, bot=bot, files=files)
            for name, value in method.model_dump(warnings=False).items()
        }
        said = {name: str(value) for name, value in values.items() if value is not None}
        sent.append((method.__api_method__, _wire(said, [(file.filename, file.data) for file in files.values()])))
    return sent


@pytest.mark.parametrize("name", SCREENS)
async def test_both_libraries_send_the_same(name: str) -> None:
    assert await by_push(SCREENS[name]) == by_dispatch(SCREENS[name])


def test_a_reply_keyboard_goes_before_buttons_and_is_gone_after_one_use() -> None:
    (_, values), *_ = by_dispatch(SCREENS["keyboard and buttons"])
    assert values["reply_markup"] == {
        "keyboard": [[{"text": "Share my phone"}], [{"text": "Later"}, {"text": "Never"}]],
        "resize_keyboard": True,
        "one_time_keyboard": True,
    }
    assert by_dispatch(SCREENS["removal and buttons"])[0][1]["reply_markup"] == {"remove_keyboard": True}
    assert keyboard_of(SCREENS["contact label alone"]) is None


def test_words_that_are_longer_than_a_caption_follow_with_the_buttons() -> None:
    picture, words = outgoing(Screen(LONG, BUTTONS, picture=PLOT))
    assert (picture.kind, picture.text, picture.keyboard, picture.otherwise) == (Kind.PHOTO, "", None, None)
    assert (words.kind, words.text, words.keyboard) == (Kind.TEXT, LONG, InlineKeyboard(BUTTONS))


async def test_a_picture_that_nobody_draws_comes_as_its_words() -> None:
    screen = Screen("My money", BUTTONS, picture=PLOT)
    (picture,) = outgoing(screen)
    assert picture.otherwise is not None
    assert isinstance(as_method(CHAT, picture.otherwise), SendMessage)
    assert await by_push(screen) == by_dispatch(Screen("My money", BUTTONS))


def test_in_words_a_screen_has_neither_picture_nor_emoji_and_says_the_same() -> None:
    buttons = ((Button("🧺 Trader", "do:borrow"), Button("Pay out now: all ⟳", "part:1"), Button("👍", "up")),)
    text = "✅ <b>¥5.00</b> is in your wallet 🎉\n☀️ Income by day\n▓▓░░\n⚠️ Not yet: 20 → 30\n●○ ☐ № 5"
    screen = in_words(Screen(text, buttons, picture=PLOT, notes=("⚡ Lightning",)))
    assert screen.text == "<b>¥5.00</b> is in your wallet\nIncome by day\nNot yet: 20 → 30\n●○ ☐ № 5"
    assert [button.text for button in screen.buttons[0]] == ["Trader", "Pay out now: all", "👍"]
    assert [button.data for button in screen.buttons[0]] == ["do:borrow", "part:1", "up"]
    assert (screen.picture, screen.notes) == (None, ("Lightning",))


@pytest.mark.parametrize("language", codes())
def test_no_text_of_ours_has_an_emoji_in_words(language: str) -> None:
    texts = [text for area in read_catalogues(language).values() for message in area for text in _texts_of(message)]
    left = {letter for text in texts for letter in in_words(Screen(text)).text if category(letter) == "So"}
    assert left <= set("№℃☐☑©®°👍👎"), "only what stands for a word, and labels of nothing else"


def _texts_of(message: Message) -> tuple[str, ...]:
    return tuple(message.string) if isinstance(message.string, list | tuple) else (str(message.string),)
