"""The sandbox as one web application: the Bot API, the people's side and the page, and what runs beside them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from bot.sandbox.bot_api import BotApi, BotApiFirst
from bot.sandbox.clock import Traveller
from bot.sandbox.controls_api import botfather_routes, control_routes, page_routes
from bot.sandbox.errors import WrongCall
from bot.sandbox.gate import Gate
from bot.sandbox.limits import Limits
from bot.sandbox.loader import Loader
from bot.sandbox.moving_in import settle_demo
from bot.sandbox.people import DEMO_PIN
from bot.sandbox.people_api import change_routes, channel_routes, chat_routes, deal_routes, inline_routes, people_routes
from bot.sandbox.store import Store
from bot.sandbox.telegram_state import Profile, TelegramState
from bot.sandbox.webhook import push_updates

PAGE = Path(__file__).parent / "page"
STORE_NAME = Path("sandbox") / "telegram.sqlite"
"""The sandbox's file, below the data folder."""


def create_sandbox_app(
    store: Store,
    *,
    traveller: Traveller | None = None,
    token: str,
    bot_username: str = "susu_demo_bot",
    institution: str = "Susu",
    demo: bool = False,
    limits: bool = True,
    seed: int = 0,
) -> FastAPI:
    """Return the sandbox, ready to be served. `app.state.telegram` is what it holds.

    Args:
        store: where its state is kept.
        traveller: who owns business time; without one the sandbox travels by itself.
        token: the bot's, `<digits>:<anything>`; the digits are its id.
        demo: let the demo's people in at the first start, and tell the page their PIN.
        limits: answer 429 beyond Telegram's limits; `POST /sandbox/limits` switches it.
        seed: for the chances of faults.
    """
    pin_hint = DEMO_PIN if demo else None
    profile = Profile(token, bot_username, institution, institution, pin_hint)
    telegram = TelegramState(store, profile, traveller=traveller, limits=Limits(enabled=limits), seed=seed)
    if demo:
        settle_demo(telegram)
    loader = Loader()
    api = BotApi(telegram, loader)
    app = FastAPI(
        title="Susu's sandbox",
        lifespan=_beside(telegram, loader, api),
        docs_url=None,
        redoc_url=None,
    )
    app.state.telegram = telegram
    for routes in (
        page_routes(telegram, loader),
        people_routes(telegram),
        channel_routes(telegram),
        chat_routes(telegram),
        change_routes(telegram),
        deal_routes(telegram),
        inline_routes(telegram),
        botfather_routes(telegram),
    ):
        app.include_router(routes)
    app.include_router(control_routes(telegram))
    app.add_middleware(BotApiFirst, api=api)
    app.add_middleware(Gate, before_answer=telegram.keeper.flush)
    if PAGE.is_dir():
        app.mount("/", StaticFiles(directory=PAGE, html=True), name="page")
    _tell_wrong_calls(app)
    return app


def _beside(
    telegram: TelegramState, loader: Loader, api: BotApi
) -> Callable[[FastAPI], contextlib.AbstractAsyncContextManager[None]]:
    @contextlib.asynccontextmanager
    async def beside(app: FastAPI) -> AsyncIterator[None]:
        loader.start()
        pushing = asyncio.create_task(push_updates(telegram, api), name="sandbox: push updates")
        async with telegram.clock.kept_in_step():
            yield
        close_streams(app)
        pushing.cancel()
        await asyncio.gather(pushing, return_exceptions=True)
        telegram.keeper.flush()

    return beside


def close_streams(app: FastAPI) -> None:
    """End the pages' streams and the long poll, so that a server can stop at once."""
    telegram: TelegramState = app.state.telegram
    telegram.hub.close()
    telegram.updates.close()


def _tell_wrong_calls(app: FastAPI) -> None:
    @app.exception_handler(WrongCall)
    async def wrong(_: Request, fault: WrongCall) -> JSONResponse:
        return JSONResponse({"error": fault.sentence}, fault.status)

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, fault: RequestValidationError) -> JSONResponse:
        first = fault.errors()[0]
        if first["type"] == "json_invalid":
            return JSONResponse({"error": "The body is no JSON."}, 422)
        path = ".".join(str(part) for part in first["loc"] if part not in ("body", "query", "path"))
        return JSONResponse({"error": f"{path or 'The body'}: {first['msg']}."}, 422)

    @app.exception_handler(HTTPException)
    async def other(request: Request, fault: HTTPException) -> JSONResponse:
        return JSONResponse({"error": f"{fault.detail}: {request.method} {request.url.path}."}, fault.status_code)
