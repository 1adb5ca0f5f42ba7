"""What people send besides texts, contacts and pictures: voices, stickers, places, documents, messages passed on."""

from __future__ import annotations

from bot.sandbox import wire
from bot.sandbox.errors import WrongCall
from bot.sandbox.model import Json, Message
from bot.sandbox.telegram_state import TelegramState

VOICE_SECONDS = 3
STICKER_SIDE = 512
FURTHEST_NORTH, FURTHEST_EAST = 90.0, 180.0
_SILENCE = b"OggS"
_PASSED_ON = ("text", "entities", "caption", "caption_entities", "photo", "document", "voice", "sticker", "location")


def voice(telegram: TelegramState) -> Json:
    """Return the content of a voice message of some seconds."""
    kept = telegram.add_file(_SILENCE, folder="voice", name="voice.oga", mime="audio/ogg")
    ids = {"file_id": kept.id, "file_unique_id": kept.unique_id, "file_size": kept.size}
    return {"voice": {**ids, "duration": VOICE_SECONDS, "mime_type": kept.mime}}


def sticker(telegram: TelegramState) -> Json:
    """Return the content of a sticker."""
    kept = telegram.add_file(_SILENCE, folder="stickers", name="sticker.webp", mime="image/webp")
    ids = {"file_id": kept.id, "file_unique_id": kept.unique_id, "file_size": kept.size}
    sides = {"width": STICKER_SIDE, "height": STICKER_SIDE, "is_animated": False, "is_video": False}
    return {"sticker": {**ids, **sides, "type": "regular", "emoji": "🙂"}}


def place(latitude: float, longitude: float) -> Json:
    """Return the content of a place.

    Raises:
        WrongCall: it is nowhere on earth.
    """
    if abs(latitude) > FURTHEST_NORTH or abs(longitude) > FURTHEST_EAST:
        raise WrongCall("location is [latitude, longitude], within 90 and 180 degrees.")
    return {"location": {"latitude": latitude, "longitude": longitude}}


def document(telegram: TelegramState, content: bytes, name: str) -> Json:
    """Return the content of a document."""
    kept = telegram.add_file(content, folder="documents", name=name, mime="application/octet-stream")
    return {"document": wire.document(kept)}


def forwarded(telegram: TelegramState, original: Message) -> Json:
    """Return the content of a message that is passed on, with who wrote it and when."""
    content = {name: value for name, value in original.content.items() if name in _PASSED_ON}
    if not content:
        raise WrongCall(f"Message {original.message_id} can't be passed on.")
    return content | {"forward_origin": {**_origin(telegram, original), "date": original.date}}


def _origin(telegram: TelegramState, original: Message) -> Json:
    chat = telegram.chats[original.chat_id]
    if chat.type == "channel":
        return {"type": "channel", "chat": telegram.chat_json(chat), "message_id": original.message_id}
    return {"type": "user", "sender_user": telegram.user(original.from_id)}
