"""What people do in chats: say, share, edit, delete, block. Each act tells the bot what Telegram would tell it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.sandbox import membership, wire
from bot.sandbox.entities import Formatted, utf16_length, with_found
from bot.sandbox.errors import WrongCall
from bot.sandbox.model import Chat, File, Json, Message, Person
from bot.sandbox.pictures import picture_of
from bot.sandbox.telegram_state import TelegramState

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024


def person_of(telegram: TelegramState, person_id: int) -> Person:
    """Return a person.

    Raises:
        WrongCall: 404, nobody has that id.
    """
    if person := telegram.people.get(person_id):
        return person
    raise WrongCall(f"Nobody here has the id {person_id}; GET /sandbox/people lists everybody.", 404)


def chat_of(telegram: TelegramState, chat_id: int) -> Chat:
    """Return a chat.

    Raises:
        WrongCall: 404, there is no such chat.
    """
    if chat := telegram.chats.get(chat_id):
        return chat
    raise WrongCall(f"There is no chat {chat_id}.", 404)


def chat_as(telegram: TelegramState, chat_id: int, person_id: int) -> tuple[Chat, Person]:
    """Return a chat and somebody who is in it.

    Raises:
        WrongCall: 404 for an unknown chat or person, 403 for somebody who is not in that chat.
    """
    chat, person = chat_of(telegram, chat_id), person_of(telegram, person_id)
    if not chat.has(person_id):
        raise WrongCall(f"{person.name} is not in chat {chat_id}.", 403)
    return chat, person


def message_of(telegram: TelegramState, chat: Chat, message_id: int) -> Message:
    """Return a message that is there.

    Raises:
        WrongCall: 404, it never was or was deleted.
    """
    if message := telegram.message(chat.id, message_id):
        return message
    raise WrongCall(f"There is no message {message_id} in chat {chat.id} (any more).", 404)


def say(
    telegram: TelegramState,
    chat_id: int,
    person_id: int,
    text: str,
    reply_to: int | None = None,
    mentions: Sequence[int] = (),
) -> Message:
    """Send a text, in which the first names of `mentions` mention them.

    Raises:
        WrongCall: an empty or too long text, a mention that is not in it, a wrong chat, or one in which nothing can be
            said.
    """
    mentioned = _mentioned(telegram, text.strip(), mentions)
    return _send(telegram, chat_id, person_id, text_content(text, mentioned), reply_to)


def _mentioned(telegram: TelegramState, text: str, people: Sequence[int]) -> list[Json]:
    found: list[Json] = []
    end = 0
    for person in (person_of(telegram, each) for each in people):
        start = text.find(person.first_name, end)
        if start < 0:
            raise WrongCall(f"The text does not mention {person.first_name}, or not in this order.")
        end = start + len(person.first_name)
        offset, length = utf16_length(text[:start]), utf16_length(person.first_name)
        found.append({"type": "text_mention", "offset": offset, "length": length, "user": wire.user(person)})
    return found


def text_content(text: str, entities: Sequence[Json] = ()) -> Json:
    """Return the content of a person's text message, with what Telegram marks in it.

    Raises:
        WrongCall: it is empty or too long.
    """
    text = text.strip()
    if not text:
        raise WrongCall("A message needs some text.")
    if utf16_length(text) > LONGEST_TEXT:
        raise WrongCall(f"A message holds at most {LONGEST_TEXT} characters.")
    formatted = with_found(Formatted(text, list(entities)))
    return {"text": text} | ({"entities": formatted.entities} if formatted.entities else {})


def share_contact(
    telegram: TelegramState, chat_id: int, person_id: int, contact: Json | None, reply_to: int | None
) -> Message:
    """Send one's own contact (None), or somebody else's."""
    own = person_of(telegram, person_id)
    return _send(telegram, chat_id, person_id, {"contact": contact or contact_card(own)}, reply_to)


def contact_card(person: Person) -> Json:
    """Return a `Contact` as Telegram's phones send it: digits without a plus sign, and the holder's id."""
    last = {"last_name": person.last_name} if person.last_name else {}
    names = {"first_name": person.first_name, **last}
    return {"phone_number": person.phone.lstrip("+"), **names, "user_id": person.id}


def send_photo(
    telegram: TelegramState, chat_id: int, person_id: int, image: bytes, caption: str | None, reply_to: int | None
) -> Message:
    """Send a picture.

    Raises:
        WrongCall: the bytes are no picture, or the caption is too long.
    """
    picture = picture_of(image)
    if picture is None:
        raise WrongCall("photo_base64 holds no PNG, JPEG, GIF or WebP picture.")
    words = caption_content(caption)
    chat_as(telegram, chat_id, person_id)
    file = telegram.add_file(
        image, folder="photos", name=f"photo.{picture.suffix}", mime=picture.mime, size=picture.size
    )
    return _send(telegram, chat_id, person_id, photo_content(file) | words, reply_to)


def caption_content(caption: str | None) -> Json:
    """Return the part of a content that stands below a picture, with what Telegram marks in it.

    Raises:
        WrongCall: it is too long.
    """
    if not caption:
        return {}
    if utf16_length(caption) > LONGEST_CAPTION:
        raise WrongCall(f"A caption holds at most {LONGEST_CAPTION} characters.")
    formatted = with_found(Formatted(caption, []))
    return {"caption": caption} | ({"caption_entities": formatted.entities} if formatted.entities else {})


def send_other(telegram: TelegramState, chat_id: int, person_id: int, content: Json, reply_to: int | None) -> Message:
    """Send what has neither words nor a picture: its content is made by `others`."""
    return _send(telegram, chat_id, person_id, content, reply_to)


def photo_content(file: File) -> Json:
    """Return the fields of a message that shows a picture."""
    return {"photo": [wire.photo_size(file)]}


def _send(telegram: TelegramState, chat_id: int, person_id: int, content: Json, reply_to: int | None) -> Message:
    chat, person = chat_as(telegram, chat_id, person_id)
    if chat.migrated_to:
        raise WrongCall(f"The group has become the supergroup {chat.migrated_to}; write there.", 409)
    if reply_to is not None:
        message_of(telegram, chat, reply_to)
    require_may_post(chat, person)
    if chat.type == "private":
        _enter(telegram, person, content)
    telegram.acted(chat)
    as_group = person_id in chat.anonymous
    message = telegram.post(chat, person_id, content, reply_to=reply_to, as_group=as_group)
    chat.read[person_id] = message.message_id
    tell_bot(telegram, chat, message)
    return message


def require_may_post(chat: Chat, person: Person) -> None:
    """Refuse who only reads a channel.

    Raises:
        WrongCall: 403.
    """
    if chat.type == "channel" and not chat.is_admin(person.id):
        raise WrongCall(f"Only an administrator of {chat.title} posts there.", 403)


def _enter(telegram: TelegramState, person: Person, content: Json) -> None:
    """A person's first word opens the chat; `/start` opens it again after a block, as Telegram's Restart does."""
    if person.blocked:
        if not str(content.get("text", "")).startswith("/start"):
            raise WrongCall(f"{person.name} has blocked the bot; unblock it, or say /start.", 409)
        membership.set_blocked(telegram, person, blocked=False)
    if not person.started:
        person.started = True
        telegram.keeper.touch(person)


def tell_bot(telegram: TelegramState, chat: Chat, message: Message, field: str = "message") -> None:
    """Queue a person's message for the bot, if Telegram would give it to the bot."""
    if chat.has(telegram.profile.id) and (chat.type == "private" or _heard_in_group(telegram, chat, message)):
        put_message(telegram, chat, message, field)


def put_message(telegram: TelegramState, chat: Chat, message: Message, field: str = "message") -> None:
    """Queue a message for the bot, a channel's as the kind of update that it has of its own."""
    of_channel = {"message": "channel_post", "edited_message": "edited_channel_post"}
    kind = of_channel[field] if chat.type == "channel" else field
    telegram.updates.put(kind, telegram.message_json(message), chat.id)


def _heard_in_group(telegram: TelegramState, chat: Chat, message: Message) -> bool:
    """With privacy mode a bot hears service messages and what is meant for it; an administrator hears everything."""
    everything = not telegram.state.privacy or chat.is_admin(telegram.profile.id) or message.notice is not None
    return everything or _meant_for_bot(telegram, chat, message)


def _meant_for_bot(telegram: TelegramState, chat: Chat, message: Message) -> bool:
    """Commands, mentions, what was sent through it, and replies to it or to something that was meant for it."""
    if message.via_bot or any(_names_bot(telegram, word) for word in _marked(message.content)):
        return True
    replied = telegram.messages[chat.id].get(message.reply_to or 0)
    if replied is None:
        return False
    return replied.from_id == telegram.profile.id or _meant_for_bot(telegram, chat, replied)


def _marked(content: Json) -> Iterator[str]:
    for text, entities in (("text", "entities"), ("caption", "caption_entities")):
        units = str(content.get(text, "")).encode("utf-16-le")
        for entity in content.get(entities, ()):
            if entity["type"] in ("bot_command", "mention"):
                yield units[entity["offset"] * 2 : (entity["offset"] + entity["length"]) * 2].decode("utf-16-le")


def _names_bot(telegram: TelegramState, word: str) -> bool:
    name = word.partition("@")[2].lower()
    return name == telegram.profile.username.lower() or (word.startswith("/") and not name)


def service(telegram: TelegramState, chat: Chat, by_id: int, content: Json, notice: str) -> Message:
    """Put a service message into a chat and tell the bot. `notice` is the line that people see."""
    message = telegram.post(chat, by_id, content, notice=notice, as_group=by_id in chat.anonymous)
    if chat.has(telegram.profile.id):
        put_message(telegram, chat, message)
    return message


def edit(telegram: TelegramState, chat_id: int, person_id: int, message_id: int, text: str) -> Message:
    """Change a text that one has sent; the bot is told.

    Raises:
        WrongCall: it is not one's own text, or the new one is empty or too long.
    """
    chat, person = chat_as(telegram, chat_id, person_id)
    message = message_of(telegram, chat, message_id)
    if message.from_id != person.id or "text" not in message.content:
        raise WrongCall("Only one's own texts can be edited.", 403)
    telegram.acted(chat)
    message.edited_at = telegram.unix_now()
    message.content = text_content(text)
    telegram.changed(message)
    tell_bot(telegram, chat, message, "edited_message")
    return message


def delete(telegram: TelegramState, chat_id: int, person_id: int, message_id: int) -> None:
    """Delete a message: one's own, any as a group's administrator. Telegram tells the bot nothing.

    Raises:
        WrongCall: it is another's, and one is no administrator.
    """
    chat, person = chat_as(telegram, chat_id, person_id)
    message = message_of(telegram, chat, message_id)
    if message.from_id != person.id and chat.is_moderated and not chat.is_admin(person.id):
        raise WrongCall("Only an administrator deletes what others wrote.", 403)
    telegram.acted(chat)
    telegram.delete(message)


def block(telegram: TelegramState, chat_id: int, person_id: int, *, blocked: bool) -> None:
    """Block the bot, or unblock it.

    Raises:
        WrongCall: the chat is not one's private chat with the bot.
    """
    chat, person = chat_as(telegram, chat_id, person_id)
    if chat.type != "private":
        raise WrongCall("Only in the private chat can the bot be blocked.")
    telegram.acted(chat)
    membership.set_blocked(telegram, person, blocked=blocked)


def read(telegram: TelegramState, chat_id: int, person_id: int) -> None:
    """Note that somebody has seen everything in a chat."""
    chat, person = chat_as(telegram, chat_id, person_id)
    chat.read[person.id] = chat.last_message_id
    telegram.keeper.touch(chat)
