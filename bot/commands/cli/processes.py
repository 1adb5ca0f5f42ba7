"""Running Susu on this machine: everything, or one process of it; and looking whether it can run here."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from bot.commands.cli.shared import FAILED, AsJson, settings_of, show, tell

if TYPE_CHECKING:
    from bot.settings import Settings

Supervised = Annotated[bool, typer.Option("--supervised", hidden=True)]
Port = Annotated[int | None, typer.Option(help="The port of the sandbox and its chat page (SUSU_SANDBOX_PORT).")]


def demo(
    port: Port = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Start over: forget every person, message and amount.")
    ] = False,
) -> None:
    """Run everything on this machine, with a sandbox in Telegram's place, and print the chat page's address."""
    from bot.processes import hosting

    settings = settings_of(logs=False, sandbox_port=port)
    if fresh:
        hosting.wipe(settings)
    asyncio.run(hosting.demo(settings, tell))


def run() -> None:
    """Run everything on this machine, against the real Telegram (or SUSU_TELEGRAM_API_URL)."""
    from bot.processes import hosting

    asyncio.run(hosting.run(settings_of(logs=False), tell))


def bot(supervised: Supervised = False) -> None:
    """Run one bot process: intake and dispatch."""
    from bot.processes.run import run_bot

    _run_process(
        "bot",
        lambda settings: run_bot(settings, wait=supervised),
        settings_of(logs=False),
        supervised=supervised,
        loads="bot.processes.conversation",
    )


def worker(supervised: Supervised = False) -> None:
    """Run one worker process: the scheduler and delivery."""
    from bot.processes.run import run_worker

    _run_process(
        "worker",
        lambda settings: run_worker(settings, wait=supervised),
        settings_of(logs=False),
        supervised=supervised,
        loads="bot.delivery.loop",
    )


def web(supervised: Supervised = False) -> None:
    """Run the web process that Telegram's webhook calls."""
    from bot.processes.run import run_web

    _run_process(
        "web", lambda settings: run_web(settings, wait=supervised), settings_of(logs=False), supervised=supervised
    )


def sandbox(
    port: Port = None,
    supervised: Supervised = False,
    with_book: Annotated[bool, typer.Option("--demo", hidden=True)] = False,
) -> None:
    """Run the sandbox alone: a Bot API server and its chat page, for any bot."""
    from bot.processes.hosting import require_free_port
    from bot.processes.run import run_sandbox

    settings = settings_of(logs=False, sandbox_port=port)
    require_free_port(settings.sandbox_port)
    _run_process(
        "page",
        lambda settings: run_sandbox(settings, tell=tell, demo=with_book),
        settings,
        supervised=supervised,
        loads="bot.sandbox.app",
    )


def doctor(as_json: AsJson = False) -> None:
    """Say what works on this machine and what does not, and how to mend it."""
    from bot.commands.doctor import examine

    findings = asyncio.run(examine(settings_of()))
    lines = [f"{finding.mark} {finding.name}: {finding.words}" for finding in findings]
    show({"findings": [finding.as_json() for finding in findings]}, "\n".join(lines), as_json=as_json)
    if not all(finding.ok for finding in findings):
        raise SystemExit(FAILED)


def _run_process(
    name: str, body: Callable[[Settings], Awaitable[None]], settings: Settings, *, supervised: bool, loads: str = "bot"
) -> None:
    """Run a process until it is told to stop. What it `loads` takes seconds, during which a signal ends it at once."""
    from bot.logs import configure_logging
    from bot.processes.loading import load
    from bot.processes.supervisor import end_with_parent

    configure_logging(level=settings.log_level, fmt=settings.log_format, process=name)
    if supervised:
        end_with_parent()
    load(loads)
    asyncio.run(_until_told(body(settings)))


async def _until_told(body: Awaitable[None]) -> None:
    """Run `body` to its end, or cancel it on SIGTERM or SIGINT and let it clean up."""
    import signal

    task = asyncio.ensure_future(body)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    signalled = asyncio.ensure_future(stop.wait())
    await asyncio.wait([task, signalled], return_when=asyncio.FIRST_COMPLETED)
    for each in (task, signalled):
        each.cancel()
    await asyncio.wait([task])
    if not task.cancelled():
        task.result()
    _leave_at_once()


def _leave_at_once() -> NoReturn:
    """End the process, whose work is done and put away, though a thread may still be loading a library."""
    import logging
    import os

    logging.shutdown()
    sys.stdout.flush()
    os._exit(0)
