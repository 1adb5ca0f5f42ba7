"""Which function serves which method, and how a call's raw fields become aiogram's typed method."""

from __future__ import annotations

import typing
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson
from aiogram.client.default import Default
from aiogram.methods import TelegramMethod
from aiogram.types import BufferedInputFile
from pydantic import BaseModel, ValidationError

from bot.sandbox.errors import Refusal, bad_request
from bot.sandbox.forms import Upload
from bot.sandbox.model import Json
from bot.sandbox.telegram_state import TelegramState

Call = TypeVar("Call", bound="TelegramMethod[Any]")
Result = Json | list[Json] | bool | int
Server = Callable[[TelegramState, Any], Result | Awaitable[Result]]

MISSING_WORDS = {"text": "message text is empty", "chat_id": "chat_id is empty", "user_id": "user_id is empty"}


@dataclass(frozen=True, slots=True)
class Method:
    """One method: its name as Telegram writes it, aiogram's type of the call, and what serves it."""

    name: str
    call: type[TelegramMethod[Any]]
    serve: Server
    structured: frozenset[str]
    """The fields that hold lists and objects, which come as JSON text in a form."""

    def parse(self, fields: Json, uploads: dict[str, Upload]) -> TelegramMethod[Any]:
        """Return the typed call.

        Raises:
            Refusal: 400 for what is missing or has the wrong type.
        """
        files = {name: BufferedInputFile(upload.content, upload.name) for name, upload in uploads.items()}
        decoded = {name: self._decoded(name, value) for name, value in fields.items()}
        try:
            return self.call.model_validate(decoded | self._uploads(decoded, files))
        except ValidationError as wrong:
            raise _refusal(wrong) from wrong

    def _decoded(self, name: str, value: Any) -> Any:
        if name not in self.structured or not isinstance(value, str):
            return value
        try:
            return orjson.loads(value) if value else None
        except orjson.JSONDecodeError as wrong:
            what = "reply keyboard markup" if name == "reply_markup" else name
            raise bad_request(f"can't parse {what} JSON object") from wrong

    def _uploads(self, fields: Json, files: dict[str, BufferedInputFile]) -> Json:
        """Put uploaded files where the call names them: under the field's own name, or `attach://…`."""
        if not files:
            return {}
        direct: Json = {name: file for name, file in files.items() if name in self.call.model_fields}
        for name, value in fields.items():
            if isinstance(value, str) and value.startswith("attach://") and name in self.call.model_fields:
                direct[name] = files.get(value.removeprefix("attach://"), value)
        media = fields.get("media")
        if isinstance(media, list):
            return direct | {"media": [_attached(item, files) for item in media]}
        return direct | ({"media": _attached(media, files)} if isinstance(media, dict) else {})


def _attached(item: Any, files: dict[str, BufferedInputFile]) -> Any:
    named = item.get("media") if isinstance(item, dict) else None
    if isinstance(named, str) and named.startswith("attach://"):
        return {**item, "media": files.get(named.removeprefix("attach://"), named)}
    return item


METHODS: dict[str, Method] = {}


def serves(call: type[Call]) -> Callable[[Callable[[TelegramState, Call], Any]], Callable[[TelegramState, Call], Any]]:
    """Register what serves a method, under aiogram's type of it."""

    def register(serve: Callable[[TelegramState, Call], Any]) -> Callable[[TelegramState, Call], Any]:
        name = call.__api_method__
        METHODS[name.lower()] = Method(name, call, serve, _structured(call))
        return serve

    return register


def _structured(call: type[BaseModel]) -> frozenset[str]:
    call.model_rebuild()  # the fields' types are names until then: see `bot.deferred_models`
    return frozenset(name for name, field in call.model_fields.items() if _is_structured(field.annotation))


def _is_structured(annotation: Any) -> bool:
    """Say whether a field's type is a list or an object, or may be one (`str | InputFile` may not)."""
    if isinstance(annotation, type):
        return issubclass(annotation, BaseModel | list | dict)
    origin = typing.get_origin(annotation)
    if origin is list or origin is dict:
        return True
    return any(_is_structured(part) for part in typing.get_args(annotation))


def _refusal(wrong: ValidationError) -> Refusal:
    first = wrong.errors(include_url=False, include_input=False)[0]
    name = str(first["loc"][0]) if first["loc"] else "call"
    if first["type"] == "missing" and len(first["loc"]) == 1:
        return bad_request(MISSING_WORDS.get(name, f'parameter "{name}" is required'))
    path = ".".join(str(part) for part in first["loc"])
    return bad_request(f"can't parse {path}: {first['msg']}")


def plain(value: Any) -> Any:
    """Return an optional parameter without aiogram's stand-in for "the bot's default"."""
    return None if isinstance(value, Default) else value


def as_json(model: BaseModel) -> Json:
    """Return a typed part of a call as the Bot API writes it, without `Default` values."""
    dumped = model.model_dump(mode="python", by_alias=True, exclude_none=True)
    return typing.cast("Json", _without_defaults(dumped))


def _without_defaults(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_defaults(part) for key, part in value.items() if not isinstance(part, Default)}
    if isinstance(value, list):
        return [_without_defaults(part) for part in value]
    return value
