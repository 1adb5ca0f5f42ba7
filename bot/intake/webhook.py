"""The webhook: Telegram pushes updates to us, and proves with a secret header that it is Telegram. No aiogram here."""

from __future__ import annotations

import asyncio
import hmac
import json
import re
from typing import Final

import orjson
import structlog
from fastapi import APIRouter, Request, Response

from bot.dispatch.faults import is_away
from bot.intake.inbox import Inbox

PATH: Final = "/telegram/webhook"
SECRET_HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name, not the secret
BODY_LIMIT_BYTES: Final = 1 << 20
BODY_SECONDS: Final = 10.0
"""An update arrives at once; who takes longer holds a connection open on purpose."""
_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{16,256}")

_log = structlog.get_logger(__name__)


class MissingSecret(ValueError):
    """A webhook without its secret (16 to 256 of A-Z a-z 0-9 _ -) is open to anybody: the service does not start so."""


def webhook_router(inbox: Inbox, secret: str | None, path: str = PATH) -> APIRouter:
    """Return the route that takes Telegram's calls: 200 once the update is stored, so that a failure is sent again.

    403 for a wrong or missing secret (before the body is read), 400 for what is no JSON object, 408 for a body that
    takes longer than ten seconds, 413 above 1 MiB, 503 while the database is away.

    Raises:
        MissingSecret: `secret` is empty or too weak to be one.
    """
    if not _SECRET.fullmatch(secret or ""):
        raise MissingSecret("a webhook needs a secret: 16 to 256 of A-Z a-z 0-9 _ -")
    expected = (secret or "").encode()
    router = APIRouter()

    @router.post(path, include_in_schema=False)
    async def receive(request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "").encode()
        if not hmac.compare_digest(given, expected):
            inbox.counters.add("webhook_refused")
            return Response(status_code=403)
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await _body(request)
        except TimeoutError:
            inbox.counters.add("webhook_slow")
            return Response(status_code=408, headers={"Connection": "close"})
        if body is None:
            return Response(status_code=413)
        return Response(status_code=await _store(inbox, body))

    return router


async def _body(request: Request) -> bytes | None:
    """Return the request's body, None when it is larger than any update."""
    chunks = bytearray()
    async for chunk in request.stream():
        chunks += chunk
        if len(chunks) > BODY_LIMIT_BYTES:
            return None
    return bytes(chunks)


async def _store(inbox: Inbox, body: bytes) -> int:
    update = _read(body)
    if not isinstance(update, dict):
        return 400
    try:
        await inbox.store([update])
    except Exception as error:
        if not is_away(error):
            raise
        _log.warning("webhook_waits", why=type(error).__name__)
        return 503
    return 200


def _read(body: bytes) -> object:
    """Return what a body says; None for what is no JSON. What only the patient reader takes (half a character) is
    stored nowhere, but told: refused, Telegram would bring it again and again, and what comes after it later.
    """
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
