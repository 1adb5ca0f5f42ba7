"""What every request passes: only this machine may call, and what a call changed is written before its answer."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1", "testserver"})


class Gate:
    """Refuses a foreign `Host` (a name that was turned to this machine) or `Origin` (another site's page)."""

    def __init__(self, app: ASGIApp, before_answer: Callable[[], None]) -> None:
        self._app = app
        self._before_answer = before_answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        if not (_is_ours(headers.get(b"host")) and _is_ours(headers.get(b"origin"), whole=True)):
            await _refuse(send)
            return

        async def send_written(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._before_answer()
            await send(message)

        await self._app(_as_json(scope), receive, send_written)


def _as_json(scope: Scope) -> Scope:
    """The people's side speaks JSON only, so a body without that name (curl's `-d`) is JSON too."""
    if not scope["path"].startswith("/sandbox/"):
        return scope
    headers = [(name, value) for name, value in scope["headers"] if name != b"content-type"]
    return {**scope, "headers": [*headers, (b"content-type", b"application/json")]}


def _is_ours(value: bytes | None, *, whole: bool = False) -> bool:
    """Say whether a `Host` (or, `whole`, an `Origin`) names this machine; one that is not sent does."""
    if value is None:
        return True
    text = value.decode("latin-1")
    try:
        return urlsplit(text if whole else f"//{text}").hostname in LOOPBACK_NAMES
    except ValueError:
        return False


async def _refuse(send: Send) -> None:
    body = orjson.dumps({"error": "The sandbox answers only to this machine: call it by localhost or 127.0.0.1."})
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": body})
