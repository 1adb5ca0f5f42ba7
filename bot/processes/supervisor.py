"""Starts the processes of a deployment on this machine, keeps them running, and stops them all.

A child holds the read end of a pipe from here as its standard input: when this process dies, whichever way, the pipe
closes and the child ends itself (`end_with_parent`). It is in a group of its own, so that Ctrl-C reaches us alone.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

DRAIN_TIMEOUT_SECONDS: Final = 8.0
"""What a child gets after SIGTERM; the whole service is down 10 s after it was told."""

HEALTHY_AFTER_SECONDS: Final = 5.0
"""By then a child serves: whoever dies later was not dying of its start, and is started again without delay."""
FIRST_PAUSE_SECONDS: Final = 0.5
LONGEST_PAUSE_SECONDS: Final = 15.0
WRONG_CALL: Final = 2
"""A child's exit status that starting again cannot mend: bad settings, a wrong call."""
NOT_STARTED: Final = 71
"""What stands for a status where there was no process: the machine had no room for one (`EX_OSERR`)."""

_LAST_WORDS_BYTES: Final = 2000
Tell = Callable[[str], None]


class GaveUp(Exception):
    """A child says at its first start that its call or the settings are wrong; the text holds its last words."""


@dataclass(frozen=True, slots=True)
class Program:
    """One child: its name and the words after `susu`."""

    name: str
    words: Sequence[str]
    log: Path | None = None
    """The file that hears it; None: our own stderr."""
    after: asyncio.Event | None = None
    """What it waits for before its first start, so that something else has the machine to itself."""


@dataclass(slots=True)
class Child:
    """Keeps one program running: starts it again after a crash, later each time, for ever, until told to stop."""

    program: Program
    environment: Mapping[str, str]
    tell: Tell
    process: asyncio.subprocess.Process | None = None
    crashes: int = 0
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    async def keep_running(self) -> None:
        """Run the program until `stop`, however often it ends: what kills it may pass, and others need not wait.

        Raises:
            GaveUp: it says at its first start that its call or the settings are wrong.
        """
        loop = asyncio.get_running_loop()
        if self.program.after is not None:
            await self.program.after.wait()
        first = True
        while not self.stopping.is_set():
            started = loop.time()
            status = await self._run_once()
            if self.stopping.is_set():
                return
            if first and status == WRONG_CALL:
                raise GaveUp(f"{self.program.name} ended with status {status}.{self._last_words()}")
            first = False
            self.crashes = 1 if loop.time() - started > HEALTHY_AFTER_SECONDS else self.crashes + 1
            self._say(f"{self.program.name} ended with status {status} and is started again.{self._last_words()}")
            await asyncio.sleep(pause_seconds(self.crashes))

    async def stop(self) -> None:
        """Ask it to end, wait while it drains, then insist. Idempotent."""
        self.stopping.set()
        if self.process is None or self.process.returncode is not None:
            return
        self.process.terminate()
        try:
            await asyncio.wait_for(self.process.wait(), DRAIN_TIMEOUT_SECONDS)
        except TimeoutError:
            self._say(f"{self.program.name} did not end in {DRAIN_TIMEOUT_SECONDS:.0f} s and was killed.")
            self.process.kill()
            await self.process.wait()

    async def _run_once(self) -> int:
        try:
            await self._start()
        except OSError as error:  # no memory, no room for its log: that may pass
            self._say(f"{self.program.name} cannot be started: {error}.")
            return NOT_STARTED
        assert self.process is not None
        if self.stopping.is_set():
            self.process.terminate()
        return await self.process.wait()

    async def _start(self) -> None:
        with _opened(self.program.log) as log:
            self.process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", *self.program.words),
                stdin=asyncio.subprocess.PIPE,
                stdout=log,
                stderr=log,
                env=dict(self.environment),
                process_group=0,
            )

    def _say(self, line: str) -> None:
        """Tell whoever listens; a terminal that is gone keeps nobody from being started again."""
        with contextlib.suppress(OSError, ValueError):
            self.tell(line)

    def _last_words(self) -> str:
        if self.program.log is None or not self.program.log.exists():
            return ""
        with self.program.log.open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - _LAST_WORDS_BYTES))
            words = log.read().decode(errors="replace").strip()
        return f" Its last words (more in {self.program.log}):\n{words}"


def _opened(path: Path | None) -> AbstractContextManager[IO[bytes] | None]:
    if path is None:
        return nullcontext()
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("ab")


def pause_seconds(crashes: int) -> float:
    """Return how long to wait after so many crashes in a row: half a second, doubling, bounded."""
    return min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * float(2 ** min(crashes - 1, 10)))


async def supervise(
    programs: Sequence[Program],
    *,
    environment: Mapping[str, str],
    beside: Callable[[], Awaitable[None]],
    tell: Tell,
) -> None:
    """Run `programs` at once, and `beside` (which prepares what they wait for, then watches), until told to stop.

    Ends on SIGINT, SIGTERM or SIGHUP, or when a program's call is wrong or `beside` fails; every child has ended by
    then. A program that crashes again and again is started again for ever, and leaves the others alone.

    Raises:
        GaveUp: a program says at its first start that its call is wrong. Whatever else `beside` raises.
    """
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, told.set)
    children = [Child(program, environment, tell) for program in programs]
    running = [asyncio.ensure_future(child.keep_running()) for child in children]
    preparing = asyncio.ensure_future(beside())
    stop = asyncio.ensure_future(told.wait())
    try:
        done, _ = await asyncio.wait([*running, preparing, stop], return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        await _end(children, [*running, preparing, stop])


async def _end(children: Sequence[Child], tasks: Sequence[asyncio.Future[Any]]) -> None:
    await asyncio.gather(*(child.stop() for child in children))
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def end_with_parent() -> None:
    """Make this process end when the one that started it does: its standard input is a pipe that closes then."""

    def watch() -> None:
        while os.read(0, 1024):
            pass
        os.kill(os.getpid(), signal.SIGTERM)
        threading.Event().wait(DRAIN_TIMEOUT_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, name="end-with-parent", daemon=True).start()
