"""What each process is made of. Every one runs until it is cancelled, and drains before it returns.

Imports are inside the functions: the chat page answers before anything is loaded that it does not need.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from bot.processes.loading import load
from bot.settings import SANDBOX_TOKEN, Settings

if TYPE_CHECKING:
    from uvicorn import Server

    from bot.sandbox.clock import Traveller

_STARTED_POLL_SECONDS: Final = 0.02
_WARM_UP_AFTER_SECONDS: Final = 20.0
"""When the render process is started: after the worker, which starts once the bot is awake, has had the processor."""


async def run_bot(settings: Settings, *, wait: bool = False) -> None:
    """Intake and dispatch: stores updates (by long poll, unless a webhook brings them) and answers them."""
    from bot.database import opened
    from bot.dispatch.engine import Dispatch
    from bot.intake.inbox import Inbox
    from bot.intake.poll import Poller
    from bot.intake.webhook import PATH
    from bot.processes.conversation import conversation_bot, conversation_dispatcher, set_commands, take_webhook
    from bot.processes.pictures import picture_preparer
    from bot.processes.rails import rail_of
    from bot.processes.render_process import RenderProcess
    from bot.processes.support import support_of
    from bot.sandbox.people import DEMO_PIN
    from handlers.chat.faults import Faults, Languages
    from handlers.chat.prepare import pin_preparer
    from handlers.friends.late import late_answer
    from handlers.groups.admins import admins_preparer
    from handlers.groups.asked_members import members_preparer

    async with opened(settings, wait=wait, pool_size=settings.dispatchers + 4) as database:
        bot, languages = conversation_bot(settings.bot_token, settings.telegram_api_url), Languages()
        renderer = RenderProcess()
        dispatcher = conversation_dispatcher(
            database.cipher, languages, settings.institution, rail_of(settings), support_of(settings)
        )
        ready = late_answer(dispatcher["ended_packets"], languages)
        dispatch = Dispatch(
            database.units,
            bot,
            dispatcher,
            database.cipher,
            [
                pin_preparer(database.units, database.cipher, allowed=DEMO_PIN if is_sandbox(settings) else None),
                picture_preparer(bot, renderer.remake),
                admins_preparer(database.units, bot),
                members_preparer(database.units, bot),
            ],
            Faults(languages),
            ready=ready,
            workers=settings.dispatchers,
            render_process=renderer,
        )
        poller = Poller(database.units, bot, Inbox(database.units, database.cipher, bot.id, dispatch.counters), ready)
        try:
            await dispatch.start()
            await set_commands(bot)
            dispatch.render_process.warm_up_soon(_WARM_UP_AFTER_SECONDS)
            if settings.webhook_url is None:
                await poller.run()
            else:
                await take_webhook(bot, settings.webhook_url + PATH, settings.webhook_password)
                await asyncio.Event().wait()
        finally:
            await dispatch.stop()
            await bot.session.close()


async def run_worker(settings: Settings, *, wait: bool = False) -> None:
    """The scheduler and delivery: what happens by itself, and what is pushed."""
    from bot.clock_watch import ClockWatch, clock_of
    from bot.database import opened
    from bot.delivery.attachments import Attachments
    from bot.delivery.brief import BriefMessages
    from bot.delivery.limiter import Pacer
    from bot.delivery.loop import Delivery
    from bot.delivery.pacing import Pacing
    from bot.delivery.push import delivery_bot
    from bot.delivery.recalls import Recalls
    from bot.erasures import ErasureList
    from bot.processes.render_process import RenderProcess
    from bot.scheduler import Scheduler
    from finance_core.business_day.tick import moves_are_due
    from finance_core.lines import CALENDAR
    from handlers.notices.rendering import board_screen, render

    async with opened(settings, wait=wait) as database:
        pacer = Pacer(Pacing(per_second=settings.sends_per_second))
        bot, renderer = delivery_bot(settings.bot_token, settings.telegram_api_url, pacer), RenderProcess()
        delivery = Delivery(
            database.units,
            bot,
            render,
            database.cipher,
            lambda unit: moves_are_due(unit, CALENDAR),
            Attachments(database.units, database.cipher).attached,
            partial(board_screen, database.cipher),
            renderer.drawn,
        )
        async with closing(renderer.close), asyncio.TaskGroup() as together:
            together.create_task(until_cancelled(delivery.run(), delivery.stop))
            together.create_task(Scheduler(database.units, CALENDAR, guarded=not is_sandbox(settings)).run())
            together.create_task(BriefMessages(database.units, bot).keep())
            together.create_task(Recalls(database.units, bot).keep())
            together.create_task(ErasureList(database.units, settings.erasure_list).keep())
            if not is_sandbox(settings):
                together.create_task(ClockWatch(database.units, clock_of(settings.telegram_api_url)).run())


async def run_web(settings: Settings, *, wait: bool = False) -> None:
    """The web process of a deployment that Telegram pushes updates to."""
    import uvicorn

    from bot.database import opened
    from bot.processes.web import create_app

    async with opened(settings, wait=wait) as database:
        app = create_app(database, bot_id=int(settings.bot_token.partition(":")[0]), secret=settings.webhook_password)
        config = uvicorn.Config(app, settings.web_host, settings.web_port, log_config=None, access_log=False)
        await served(uvicorn.Server(config))


async def run_sandbox(settings: Settings, *, tell: Callable[[str], None], demo: bool = False) -> None:
    """The sandbox and its page; with `demo`, its people and the book's time, once the database is there."""
    from bot.sandbox.app import STORE_NAME, create_sandbox_app
    from bot.sandbox.serving import SandboxServer
    from bot.sandbox.store import Store

    traveller = AwaitedTraveller() if demo else None
    store = Store(settings.data_dir / STORE_NAME)
    app = create_sandbox_app(store, traveller=traveller, token=SANDBOX_TOKEN, demo=demo)
    server = SandboxServer(app, port=settings.sandbox_port)
    tell(f"Chat page and Bot API: http://127.0.0.1:{settings.sandbox_port}")
    try:
        async with asyncio.TaskGroup() as together:
            together.create_task(served(server))
            if traveller is not None:
                together.create_task(traveller.keep_time(settings, server))
    finally:
        store.close()


class AwaitedTraveller:
    """Whoever will own business time: asked before the database is there, it answers once it is."""

    def __init__(self) -> None:
        self._arrived: asyncio.Future[Traveller] = asyncio.get_running_loop().create_future()

    async def keep_time(self, settings: Settings, server: Server) -> None:
        """Follow the book's time from when the page is served, as loading what that takes would hold the page up."""
        while not server.started:  # noqa: ASYNC110 - uvicorn has a flag and no event
            await asyncio.sleep(_STARTED_POLL_SECONDS)
        travelling = await asyncio.to_thread(load, "bot.demo.travelling")
        await travelling.keep_time(settings, self._arrived)

    async def now(self) -> dict[str, Any]:
        """As the one who is awaited."""
        return await (await asyncio.shield(self._arrived)).now()

    async def advance(self, target: datetime) -> dict[str, Any]:
        """As the one who is awaited."""
        return await (await asyncio.shield(self._arrived)).advance(target)


@asynccontextmanager
async def closing(close: Callable[[], Awaitable[None]]) -> AsyncIterator[None]:
    """Close something at the end of the block."""
    try:
        yield
    finally:
        await close()


async def served(server: Server) -> None:
    """Serve until cancelled, then let what is being answered be answered."""
    serving = asyncio.ensure_future(server.serve())
    try:
        await asyncio.shield(serving)
    finally:
        server.should_exit = True
        await serving


async def until_cancelled(running: Awaitable[None], stop: Callable[[], Awaitable[None]]) -> None:
    """Await what runs for ever; when cancelled, stop it its own way and let it finish."""
    task = asyncio.ensure_future(running)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await stop()
        await task
        raise


def is_sandbox(settings: Settings) -> bool:
    """Whether a sandbox of this machine stands in Telegram's place: nobody's money is at stake."""
    token = settings.telegram_token
    return token is not None and token.get_secret_value() == SANDBOX_TOKEN
