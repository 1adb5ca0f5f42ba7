"""The Bot API's HTTP: which token, which method, what goes wrong on request, the answer, a line in the log."""

from __future__ import annotations

import asyncio
import inspect
import logging
import secrets
import time
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.sandbox.errors import Refusal
from bot.sandbox.faults import DEFAULT_SLOW_SECONDS, DEFAULT_TIMEOUT_SECONDS, Fault
from bot.sandbox.forms import Sent, Upload, sent_with
from bot.sandbox.loader import Loader
from bot.sandbox.model import Json
from bot.sandbox.telegram_state import TelegramState

LOGGED_TEXT_CHARACTERS = 8_192
log = logging.getLogger(__name__)


class Lost(Response):
    """No answer: the connection is cut in the middle of one."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI's signature
        headers = [(b"content-type", b"application/json"), (b"content-length", b"2")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        raise ConnectionAbortedError("the answer was lost on request")


class BotApiFirst:
    """Hands the Bot API's paths over before the web framework looks at them: rates are measured on them."""

    def __init__(self, app: ASGIApp, api: BotApi) -> None:
        self._app = app
        self._api = api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"] if scope["type"] == "http" else ""
        if path.startswith("/bot"):
            response = await self._api.serve(Request(scope, receive))
        elif path.startswith("/file/bot"):
            response = await self._api.file(Request(scope, receive))
        else:
            await self._app(scope, receive, send)
            return
        await response(scope, receive, send)


class BotApi:
    """Serves `/bot{token}/{method}` and `/file/bot{token}/{path}`."""

    def __init__(self, telegram: TelegramState, loader: Loader) -> None:
        self.telegram = telegram
        self.loader = loader
        self.called = 0

    async def serve(self, request: Request) -> Response:
        """Answer one call."""
        token, _, method = request.url.path.removeprefix("/bot").partition("/")
        try:
            self._check_call(token, request.method)
            sent = await sent_with(request)
        except Refusal as refusal:
            return _answer(refusal.body(), refusal.code)
        return await self._serve(method, sent, request)

    async def file(self, request: Request) -> Response:
        """Answer with a file's bytes."""
        token, _, path = request.url.path.removeprefix("/file/bot").partition("/")
        try:
            self._check_call(token, request.method)
        except Refusal as refusal:
            return _answer(refusal.body(), refusal.code)
        found = next((file for file in self.telegram.files.values() if file.path == path), None)
        if found is None:
            return _answer(Refusal(404, "Not Found").body(), 404)
        return Response(self.telegram.file_content(found), media_type=found.mime)

    def _check_call(self, token: str, verb: str) -> None:
        if verb not in ("GET", "POST"):
            raise Refusal(405, "Method Not Allowed")
        if not secrets.compare_digest(token.encode(), self.telegram.profile.token.encode()):
            raise Refusal(401, "Unauthorized")

    async def _serve(self, name: str, sent: Sent, request: Request) -> Response:
        started = time.perf_counter()
        fault = self.telegram.faults.for_call(name, _chat_id(sent.fields))
        await _delay(fault, ("slow",), request)
        if fault is not None and fault.kind == "timeout_before":
            await _delay(fault, ("timeout_before",), request)
            self._note(name, sent, {"lost": "nothing happened"}, started)
            return Lost()
        body = await self._outcome(name, sent, fault)
        self.telegram.keeper.flush()
        lost = fault is not None and fault.kind == "timeout_after"
        self._note(name, sent, body | {"lost": "it happened"} if lost else body, started)
        if lost:
            await _delay(fault, ("timeout_after",), request)
            return Lost()
        return _answer(body, body.get("error_code", 200))

    async def _outcome(self, name: str, sent: Sent, fault: Fault | None) -> Json:
        if fault is not None and (refused := fault.refusal()):
            return refused.body()
        try:
            return {"ok": True, "result": await self.execute(name, sent.fields, sent.files)}
        except Refusal as refusal:
            return refusal.body()
        except Exception:
            log.exception("the sandbox failed at %s", name)
            return Refusal(500, "Internal Server Error").body()

    async def execute(self, name: str, fields: Json, files: dict[str, Upload]) -> Any:
        """Carry out a call, and return its result.

        Raises:
            Refusal: it is not known here, or not possible.
        """
        loaded = await self.loader.ready()
        method = loaded.METHODS.get(name.lower())
        if method is None:
            raise Refusal(501, f"Not Implemented: the sandbox does not have the method {name}")
        if self.telegram.clock.travelling:
            await self.telegram.clock.read()  # what falls due on the way is dated by the instant it fell due at
        result = method.serve(self.telegram, method.parse(fields, files))
        return await result if inspect.isawaitable(result) else result

    def _note(self, name: str, sent: Sent, answer: Json, started: float) -> None:
        self.called += 1
        files = {key: f"<{file.name}, {len(file.content)} bytes>" for key, file in sent.files.items()}
        self.telegram.calls.append(
            {
                "n": self.called,
                "method": self.loader.known_as(name),
                "parameters": {key: _short(value) for key, value in sent.fields.items()} | files,
                "answer": answer,
                "instant": self.telegram.clock.now().isoformat(),
                "milliseconds": round((time.perf_counter() - started) * 1000, 3),
            }
        )


def _short(value: Any) -> Any:
    return value[:LOGGED_TEXT_CHARACTERS] if isinstance(value, str) else value


def _chat_id(fields: Json) -> int | None:
    try:
        return int(fields["chat_id"])
    except (KeyError, TypeError, ValueError):
        return None


async def _delay(fault: Fault | None, kinds: tuple[str, ...], request: Request) -> None:
    """Keep the caller waiting as long as the fault says, or until it has gone."""
    if fault is None or fault.kind not in kinds:
        return
    default = DEFAULT_SLOW_SECONDS if fault.kind == "slow" else DEFAULT_TIMEOUT_SECONDS
    deadline = time.monotonic() + (default if fault.delay_seconds is None else fault.delay_seconds)
    gone = asyncio.create_task(_disconnected(request))
    try:
        await asyncio.wait({gone}, timeout=max(0.0, deadline - time.monotonic()))
    finally:
        gone.cancel()


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _answer(body: Json, status: int = 200) -> Response:
    return Response(orjson.dumps(body, option=orjson.OPT_NON_STR_KEYS), status, media_type="application/json")
