"""`susu demo` and `susu run`: the whole service on this machine, as one command that Ctrl-C ends."""

from __future__ import annotations

import asyncio
import importlib
import os
import shutil
import socket
import time
import urllib.request
from collections.abc import Callable, Mapping
from typing import Final

from bot.processes.supervisor import Program, Tell, supervise
from bot.settings import PREFIX, SANDBOX_TOKEN, BadSettings, Settings

LOOPBACK: Final = "127.0.0.1"
DEMO_INSTITUTION: Final = "Susu Demo Microfinance Ltd"
"""Who lends in the demo, unless SUSU_INSTITUTION says."""

_OURS: Final = ("sandbox", "logs", "secret_key")
_POLL_SECONDS: Final = 0.2
WORKER_AT_THE_LATEST_SECONDS: Final = 20.0
_DIRECT: Final = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def wipe(settings: Settings) -> None:
    """Delete what Susu keeps in the data folder, and nothing else in it. Raises ServerError while it is in use."""
    from finance_core.storage.server import EmbeddedServer

    EmbeddedServer(settings.postgres_home).wipe()
    for name in _OURS:
        path = settings.data_dir / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


async def demo(settings: Settings, tell: Tell) -> None:
    """Run everything, the sandbox included, until told to stop. The page answers first; the bot wakes up behind it.

    Raises:
        BadSettings: the sandbox's port is taken, or a secret is missing that every process needs.
    """
    require_free_port(settings.sandbox_port)
    settings.secrets()
    address = f"http://{LOOPBACK}:{settings.sandbox_port}"
    logs = settings.data_dir / "logs"
    shutil.rmtree(logs, ignore_errors=True)
    page_answers, bot_is_awake = asyncio.Event(), asyncio.Event()
    programs = [
        Program("page", ("sandbox", "--demo", "--supervised"), logs / "page.log"),
        Program("bot", ("bot", "--supervised"), logs / "bot.log", after=page_answers),
        *(
            Program(name, ("bot", "--supervised"), logs / f"{name}.log", after=bot_is_awake)
            for name in more_bots(settings)
        ),
        Program("worker", ("worker", "--supervised"), logs / "worker.log", after=bot_is_awake),
    ]
    tell("Susu is waking up.")
    announcing = asyncio.create_task(_tell_when_ready(address, page_answers, bot_is_awake, tell))
    try:
        await supervise(
            programs,
            environment=demo_environment(settings, address),
            beside=lambda: _prepare_and_watch(settings, demo=True),
            tell=tell,
        )
    finally:
        announcing.cancel()
        tell("Susu has stopped." + ("" if settings.database_url else f" Its data stays in {settings.data_dir}/."))


async def run(settings: Settings, tell: Tell) -> None:
    """Run the service against the Bot API server of the settings, until told to stop.

    Raises:
        BadSettings: the token is missing, or a secret that every process needs.
    """
    _ = settings.bot_token, settings.secrets()
    names = ("web", "bot", "worker") if settings.webhook_url else ("bot", "worker")
    programs = [Program(name, (name, "--supervised")) for name in names]
    programs += [Program(name, ("bot", "--supervised")) for name in more_bots(settings)]
    await supervise(programs, environment=os.environ, beside=lambda: _prepare_and_watch(settings), tell=tell)


def more_bots(settings: Settings) -> list[str]:
    """Return the names of the bots beside the first: they share its work, and answer while it is started again."""
    return [f"bot-{number}" for number in range(2, settings.bots + 1)]


def demo_environment(settings: Settings, address: str) -> Mapping[str, str]:
    """Return the children's environment: the sandbox in Telegram's place, whatever else is set."""
    return {
        **os.environ,
        f"{PREFIX}TELEGRAM_API_URL": address,
        f"{PREFIX}TELEGRAM_TOKEN": SANDBOX_TOKEN,
        f"{PREFIX}SANDBOX_PORT": str(settings.sandbox_port),
        f"{PREFIX}DATA_DIR": str(settings.data_dir),
        f"{PREFIX}WEBHOOK_URL": "",
        f"{PREFIX}RAIL": "sandbox",
        f"{PREFIX}INSTITUTION": settings.institution or DEMO_INSTITUTION,
        "NO_PROXY": ",".join(filter(None, (os.environ.get("NO_PROXY"), LOOPBACK, "localhost"))),
    }


async def _prepare_and_watch(settings: Settings, *, demo: bool = False) -> None:
    """Load what the database takes (in a thread: Ctrl-C is heard meanwhile), prepare it, and keep it running."""
    await asyncio.to_thread(importlib.import_module, "bot.demo.seed" if demo else "bot.database")
    from bot.database import attached_meanwhile, kept_alive, prepare
    from bot.demo.seed import found_demo
    from bot.logs import configure_logging

    configure_logging(level="warning" if demo else settings.log_level, fmt=settings.log_format)
    async with attached_meanwhile(settings) as (url, server), kept_alive(server):
        await prepare(settings, url, found_demo if demo else None)
        await asyncio.Event().wait()


def require_free_port(port: int) -> None:
    """Raises BadSettings when something listens on the loopback `port` already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            hint = f"is another Susu running? Choose another: {PREFIX}SANDBOX_PORT={port + 1} make demo"
            raise BadSettings([f"port {port} is taken; {hint}"]) from None


async def _tell_when_ready(address: str, page_answers: asyncio.Event, bot_is_awake: asyncio.Event, tell: Tell) -> None:
    """Say when the page answers and when the bot does; each has the machine's two cores to itself until then."""
    started = time.monotonic()
    await _until(lambda: _fetch(f"{address}/") is not None)
    page_answers.set()
    tell(f"\n    Chat page   {address}\n\nThe page is there after {time.monotonic() - started:.0f} s; the bot follows.")
    asyncio.get_running_loop().call_later(WORKER_AT_THE_LATEST_SECONDS, bot_is_awake.set)
    await _until(lambda: '"bot":true' in (_fetch(f"{address}/sandbox/health") or "").replace(" ", ""))
    bot_is_awake.set()
    tell(f"The bot is awake after {time.monotonic() - started:.0f} s. Ctrl-C stops everything.")


async def _until(condition: Callable[[], bool]) -> None:
    while not await asyncio.to_thread(condition):  # noqa: ASYNC110 - it is another process that changes
        await asyncio.sleep(_POLL_SECONDS)


def _fetch(address: str) -> str | None:
    try:
        with _DIRECT.open(address, timeout=2) as answer:
            return str(answer.read().decode())
    except (OSError, ValueError):
        return None
