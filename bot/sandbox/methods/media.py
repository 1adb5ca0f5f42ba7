"""Pictures, documents, albums, and fetching what was uploaded."""

from __future__ import annotations

import mimetypes
import secrets
from typing import Any

from aiogram.methods import GetFile, SendDocument, SendMediaGroup, SendPhoto
from aiogram.types import BufferedInputFile, InputFile

from bot.sandbox import wire
from bot.sandbox.errors import Refusal, bad_request
from bot.sandbox.methods.common import caption_content, hand_over, open_chat, plain_fields, replied_to
from bot.sandbox.methods.registry import plain, serves
from bot.sandbox.model import File, Json
from bot.sandbox.pictures import picture_of
from bot.sandbox.telegram_state import TelegramState

LARGEST_PHOTO_BYTES = 10 * 1024 * 1024
LARGEST_DOWNLOAD_BYTES = 20 * 1024 * 1024
ALBUM_SIZES = range(2, 11)


@serves(SendPhoto)
def send_photo(telegram: TelegramState, call: SendPhoto) -> Json:
    """Send a picture."""
    open_chat(telegram, call.chat_id)
    caption = caption_content(call.caption, call.parse_mode, call.caption_entities)
    content = {"photo": [wire.photo_size(photo_file(telegram, call.photo))]} | caption
    return telegram.message_json(
        hand_over(telegram, call, content | ({"has_media_spoiler": True} if call.has_spoiler else {}))
    )


@serves(SendDocument)
def send_document(telegram: TelegramState, call: SendDocument) -> Json:
    """Send a document."""
    open_chat(telegram, call.chat_id)
    caption = caption_content(call.caption, call.parse_mode, call.caption_entities)
    content = {"document": wire.document(document_file(telegram, call.document))} | caption
    return telegram.message_json(hand_over(telegram, call, content))


@serves(SendMediaGroup)
def send_media_group(telegram: TelegramState, call: SendMediaGroup) -> list[Json]:
    """Send an album: pictures, or documents, not both."""
    chat = open_chat(telegram, call.chat_id)
    if len(call.media) not in ALBUM_SIZES:
        raise bad_request("there must be 2-10 items in the media group")
    kinds = {str(item.type) for item in call.media}
    if not kinds <= {"photo", "document"}:
        raise Refusal(501, f"Not Implemented: the sandbox has no media of type {', '.join(sorted(kinds))}")
    if len(kinds) > 1:
        raise bad_request("document can't be mixed with other media types")
    contents = [media_content(telegram, item) for item in call.media]
    reply_to = replied_to(telegram, chat, call)
    telegram.limits.spend(chat.id, len(contents), paid=plain(call.allow_paid_broadcast) is True)
    album = {"media_group_id": str(secrets.randbits(53))} | plain_fields(call)
    sent = [telegram.post(chat, telegram.profile.id, content | album, reply_to=reply_to) for content in contents]
    return [telegram.message_json(message) for message in sent]


def media_content(telegram: TelegramState, item: Any) -> Json:
    """Return the content of an `InputMediaPhoto` or `InputMediaDocument`, its caption included.

    Raises:
        Refusal: no picture, an unknown file, or a wrong caption.
    """
    caption = caption_content(item.caption, item.parse_mode, item.caption_entities)
    if item.type == "photo":
        return {"photo": [wire.photo_size(photo_file(telegram, item.media))]} | caption
    return {"document": wire.document(document_file(telegram, item.media))} | caption


def photo_file(telegram: TelegramState, given: str | InputFile) -> File:
    """Return the file of a picture that was uploaded, or that the bot knows by its id.

    Raises:
        Refusal: no picture, too big, or unknown.
    """
    if isinstance(given, str):
        known = _known(telegram, given)
        if not known.width:
            raise bad_request("can't use file of type Document as Photo")
        return known
    upload = _uploaded(given)
    if len(upload.data) > LARGEST_PHOTO_BYTES:
        raise Refusal(413, "Request Entity Too Large")
    picture = picture_of(upload.data)
    if picture is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    return telegram.add_file(
        upload.data, folder="photos", name=f"photo.{picture.suffix}", mime=picture.mime, size=picture.size
    )


def document_file(telegram: TelegramState, given: str | InputFile) -> File:
    """Return the file of a document that was uploaded, or that the bot knows by its id.

    Raises:
        Refusal: empty, or unknown.
    """
    if isinstance(given, str):
        known = _known(telegram, given)
        if known.width:
            raise bad_request("can't use file of type Photo as Document")
        return known
    upload = _uploaded(given)
    name = upload.filename or "file"
    mime = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return telegram.add_file(upload.data, folder="documents", name=name, mime=mime)


def _uploaded(given: InputFile) -> BufferedInputFile:
    if not isinstance(given, BufferedInputFile) or not given.data:
        raise bad_request("file must be non-empty")
    return given


def _known(telegram: TelegramState, given: str) -> File:
    """The sandbox fetches nothing from outside, so a URL fails as an unreachable one does."""
    if given.startswith(("http://", "https://")):
        raise bad_request("failed to get HTTP URL content")
    if known := telegram.files.get(given):
        return known
    raise bad_request("wrong file identifier/HTTP URL specified")


@serves(GetFile)
def get_file(telegram: TelegramState, call: GetFile) -> Json:
    """Return where a file can be fetched."""
    known = telegram.files.get(call.file_id)
    if known is None:
        raise bad_request("invalid file_id")
    if known.size > LARGEST_DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    return wire.file(known)
