"""A Bot API call's fields and files out of an HTTP request: query, form, multipart or JSON."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import parse_qsl

import orjson
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from bot.sandbox.errors import Refusal, bad_request
from bot.sandbox.model import Json

LARGEST_UPLOAD_BYTES = 50 * 1024 * 1024
MOST_FIELDS = 1_000


class Upload(NamedTuple):
    """A file as it came."""

    name: str
    content: bytes


class Sent(NamedTuple):
    """What came with a call. Form fields are text; JSON's have their types."""

    fields: Json
    files: dict[str, Upload]


async def sent_with(request: Request) -> Sent:
    """Return a call's fields (the body's before the query's) and files.

    Raises:
        Refusal: 413 for too much, 400 for a body that cannot be read.
    """
    if int(request.headers.get("content-length") or 0) > LARGEST_UPLOAD_BYTES:
        raise Refusal(413, "Request Entity Too Large")
    query: Json = dict(request.query_params)
    if request.method == "GET":
        return Sent(query, {})
    body = await _body(request)
    return Sent(query | body.fields, body.files)


async def _body(request: Request) -> Sent:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        try:
            return await _multipart(request)
        except HTTPException as wrong:
            raise bad_request(f"can't parse the form: {wrong.detail}") from wrong
    raw = await request.body()
    if kind == "application/json":
        return Sent(_json(raw), {})
    return Sent(_form(raw), {})


def _form(raw: bytes) -> Json:
    try:
        return dict(parse_qsl(raw.decode(errors="replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError as wrong:
        raise bad_request("can't parse the form: too many fields") from wrong


def _json(raw: bytes) -> Json:
    try:
        fields = orjson.loads(raw or b"{}")
    except orjson.JSONDecodeError as wrong:
        raise bad_request("can't parse JSON object") from wrong
    if not isinstance(fields, dict):
        raise bad_request("expected a JSON object")
    return fields


async def _multipart(request: Request) -> Sent:
    fields: Json = {}
    files: dict[str, Upload] = {}
    async with request.form(max_files=MOST_FIELDS, max_fields=MOST_FIELDS, max_part_size=LARGEST_UPLOAD_BYTES) as form:
        for name, value in form.multi_items():
            if isinstance(value, UploadFile):
                files[name] = Upload(value.filename or name, await value.read())
            else:
                fields[name] = value
    return Sent(fields, files)
