"""What people do with buttons: find one by its label or data, press it, and wait for the bot's answer."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from bot.sandbox.acts import chat_as, message_of, say, share_contact
from bot.sandbox.errors import WrongCall
from bot.sandbox.model import Chat, Json, Message, Person
from bot.sandbox.telegram_state import TelegramState
from bot.sandbox.waiting import Questions

ANSWER_SECONDS = 10.0
"""How long a tap waits for the bot."""
SWITCHES = ("switch_inline_query", "switch_inline_query_current_chat", "switch_inline_query_chosen_chat")
"""Buttons that begin an inline query: the phone lets its owner choose a chat, and tells the bot nothing."""


async def tap(telegram: TelegramState, chat_id: int, person_id: int, message_id: int, button: str) -> Json:
    """Press a button under a message, and wait for the bot's answer.

    A label of a reply keyboard is said, or shares the contact, as in the app.

    Raises:
        WrongCall: no such message or button.
    """
    chat, person = chat_as(telegram, chat_id, person_id)
    message = message_of(telegram, chat, message_id)
    pressed = find_button(message, button)
    if pressed is None:
        raise WrongCall(f"Message {message_id} has no button {button!r}; it has {_labels(message)}.", 404)
    return await press(telegram, chat, person, message, pressed)


async def tap_inline(telegram: TelegramState, inline_message_id: str, person_id: int, button: str) -> Json:
    """Press a button under a message that was sent by inline mode, wherever it is.

    Raises:
        WrongCall: no such message or button, or the person is not in its chat.
    """
    message = telegram.inline_messages.get(inline_message_id)
    if message is None or message.deleted:
        raise WrongCall(f"There is no inline message {inline_message_id!r} (any more).", 404)
    return await tap(telegram, message.chat_id, person_id, message.message_id, button)


async def press(telegram: TelegramState, chat: Chat, person: Person, message: Message, pressed: Json) -> Json:
    """Do what a button does: say a label, tell the bot, lead somewhere, or ask the bot in a chat to be chosen."""
    if message.markup and "keyboard" in message.markup:
        return _press_reply_key(telegram, chat, person, pressed)
    if "callback_data" in pressed:
        return await _press_callback(telegram, chat, person, message, pressed["callback_data"])
    if "url" in pressed:
        return {"answer": None, "url": pressed["url"]}
    if switch := {name: pressed[name] for name in SWITCHES if name in pressed}:
        return {"answer": None, **switch}
    raise WrongCall(f"The button {pressed['text']!r} is not one that can be tapped here.")


def find_button(message: Message, wanted: str) -> Json | None:
    """Return a button by its callback data or label: a present one, or else one that was there before."""
    for markup in (message.markup, *reversed(message.former)):
        buttons = list(_buttons(markup))
        for same in (_has_data, _has_label, _has_similar_label):
            if found := next((button for button in buttons if same(button, wanted)), None):
                return found
    return None


def _buttons(markup: Json | None) -> Iterator[Json]:
    rows: Iterable[Any] = (markup or {}).get("inline_keyboard") or (markup or {}).get("keyboard") or ()
    for row in rows:
        yield from row


def _has_data(button: Json, wanted: str) -> bool:
    return bool(button.get("callback_data") == wanted)


def _has_label(button: Json, wanted: str) -> bool:
    return bool(button["text"] == wanted)


def _has_similar_label(button: Json, wanted: str) -> bool:
    return plain_label(button["text"]) == plain_label(wanted)


def plain_label(label: str) -> str:
    """Return a label in lower case without leading emoji, arrows and white space: "✅ Confirm" is "confirm"."""
    start = next((at for at, character in enumerate(label) if not _is_ornament(character)), 0)
    return " ".join(label[start:].split()).casefold()


def _is_ornament(character: str) -> bool:
    arrow = "\u2190" <= character <= "\u21ff"
    return arrow or character.isspace() or unicodedata.category(character) in ("So", "Sk", "Cf", "Mn", "Me")


def _labels(message: Message) -> str:
    labels = [button["text"] for button in _buttons(message.markup)]
    return ", ".join(labels) if labels else "none"


def _press_reply_key(telegram: TelegramState, chat: Chat, person: Person, pressed: Json) -> Json:
    if pressed.get("request_contact"):
        said = share_contact(telegram, chat.id, person.id, None, None)
    else:
        said = say(telegram, chat.id, person.id, pressed["text"])
    return {"answer": None, "message_id": said.message_id}


async def _press_callback(telegram: TelegramState, chat: Chat, person: Person, message: Message, data: str) -> Json:
    telegram.acted(chat)
    chat.read[person.id] = chat.last_message_id
    question = telegram.questions.ask("callback")
    where = (
        {"inline_message_id": message.inline_id} if message.inline_id else {"message": telegram.message_json(message)}
    )
    tapped = {"id": question.id, "from": telegram.user(person.id), "chat_instance": str(abs(chat.id)), "data": data}
    telegram.updates.put("callback_query", tapped | where, chat.id)
    telegram.keeper.flush()
    return {"answer": await Questions.answered(question, ANSWER_SECONDS)}
