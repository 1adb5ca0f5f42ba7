"""The render process: pictures drawn by a process of their own, one at a time, so that no conversation waits for one.

matplotlib takes two seconds to load and holds the interpreter up while it draws. So a *render process*
(`handlers.pictures.render_process`) does it: started with the first picture or by `warm_up_soon`, started anew when it
died or took too long, and gone with its owner, whose end it sees as the end of its input. What people send is made anew
there too (`remake`): it gets none of the service's settings, so that a picture which takes it over finds no secret.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import pickle
import sys
from typing import Final

import structlog

from handlers.pictures.photograph import MOST_BYTES, Photograph, Unusable
from handlers.pictures.plot import Plot
from handlers.pictures.render_process import DRAWN, LENGTH, UNUSABLE

LONGEST_QUEUE: Final = 32
"""More pictures than this do not wait; who asks then gets the words alone."""
PATIENCE_SECONDS: Final = 6.0
"""How long one waits for a picture, its turn included, once the renderer stands."""
STARTING_SECONDS: Final = 20.0
"""How long one waits for a render process that is not there yet."""
CLOSING_SECONDS: Final = 2.0
MOST_ANSWERED_BYTES: Final = 2 * MOST_BYTES
"""No picture of ours is as large: who answers more is not trusted any further."""
_SETTINGS: Final = "SUSU_"

_log = structlog.get_logger(__name__)


class NotDrawn(Exception):
    """There is no picture: too many are asked for, it took too long, or drawing failed. The text says which."""


class NotRemade(Exception):
    """Nothing was made of a picture that was sent: `why`."""

    def __init__(self, why: Unusable) -> None:
        super().__init__(why.value)
        self.why = why


class RenderProcess:
    """Draws pictures. Belongs to one event loop; `close` ends its process."""

    def __init__(self, patience_seconds: float = PATIENCE_SECONDS, starting_seconds: float = STARTING_SECONDS) -> None:
        self._patience_seconds = patience_seconds
        self._starting_seconds = starting_seconds
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._starting: asyncio.Task[asyncio.subprocess.Process] | None = None
        self._warming: asyncio.TimerHandle | None = None

    async def draw(self, plot: Plot) -> bytes:
        """Return a plot as a PNG.

        Raises:
            NotDrawn: it cannot be had, or not in time.
        """
        return await self._asked(plot)

    async def drawn(self, plot: Plot) -> bytes | None:
        """Return a plot as a PNG; None where it cannot be had in time."""
        try:
            return await self.draw(plot)
        except NotDrawn as failure:
            _log.warning("picture_not_drawn", why=str(failure)[:200])
            return None

    async def remake(self, content: bytes) -> bytes:
        """Return a picture that somebody sent as a JPEG made anew of its pixels.

        Raises:
            NotRemade: it is no picture, too large or too small; it takes too long.
        """
        if len(content) > MOST_BYTES:
            raise NotRemade(Unusable.TOO_LARGE)
        try:
            return await self._asked(Photograph(content))
        except NotDrawn as failure:
            _log.warning("picture_not_remade", why=str(failure)[:200])
            raise NotRemade(Unusable.LATER) from failure

    async def _asked(self, asked: Plot | Photograph) -> bytes:
        if self._waiting >= LONGEST_QUEUE:
            raise NotDrawn("too many pictures wait")
        self._waiting += 1
        try:
            async with asyncio.timeout(self._starting_seconds):
                await self._ready()
            async with asyncio.timeout(self._patience_seconds), self._turn:
                return await self._drawn(asked)
        except TimeoutError:
            raise NotDrawn("it took too long") from None
        finally:
            self._waiting -= 1

    def warm_up_soon(self, after_seconds: float) -> None:
        """Start the renderer after a while, when what else starts has had the processor: no picture waits then."""
        self._warming = asyncio.get_running_loop().call_later(after_seconds, self._renderer)

    async def close(self) -> None:
        """End the renderer. What is asked for afterwards starts another one."""
        if self._warming is not None:
            self._warming.cancel()
        starting, self._starting = self._starting, None
        if starting is None:
            return
        if not starting.done():
            starting.cancel()
        with contextlib.suppress(Exception, asyncio.CancelledError):
            await _end(await starting)

    def _renderer(self) -> asyncio.Task[asyncio.subprocess.Process]:
        """Return the start of the renderer, done or still going on: who gives up waiting for it does not stop it."""
        if self._starting is None:
            self._starting = asyncio.create_task(_started(), name="renderer")
            self._starting.add_done_callback(_log_failure)
        return self._starting

    async def _drawn(self, asked: Plot | Photograph) -> bytes:
        """Hand it over and take the picture. A render process that is left in the middle is of no more use."""
        renderer = await self._ready()
        try:
            return await _exchange(renderer, asked)
        except (OSError, EOFError) as error:
            await self.close()
            raise NotDrawn(f"the renderer is gone: {type(error).__name__}") from error
        except asyncio.CancelledError:
            self._starting = None
            renderer.kill()
            await asyncio.shield(renderer.wait())
            raise

    async def _ready(self) -> asyncio.subprocess.Process:
        try:
            return await asyncio.shield(self._renderer())
        except (NotDrawn, OSError) as error:
            self._starting = None
            raise NotDrawn(f"the renderer does not start: {error}") from error


def _log_failure(starting: asyncio.Task[asyncio.subprocess.Process]) -> None:
    if not starting.cancelled() and (error := starting.exception()) is not None:
        _log.warning("render_process_not_started", why=f"{type(error).__name__}: {error}")


async def _started() -> asyncio.subprocess.Process:
    """Start a render process and wait until it has drawn its first picture."""
    renderer = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "handlers.pictures.render_process",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={name: value for name, value in os.environ.items() if not name.startswith(_SETTINGS)},
    )
    try:
        await _answer(renderer)
    except EOFError:
        raise NotDrawn(f"it ended with status {await renderer.wait()}") from None
    except BaseException:
        await _end(renderer)
        raise
    return renderer


async def _exchange(renderer: asyncio.subprocess.Process, asked: Plot | Photograph) -> bytes:
    assert renderer.stdin is not None
    content = pickle.dumps(asked)
    renderer.stdin.write(LENGTH.pack(len(content)) + content)
    await renderer.stdin.drain()
    return await _answer(renderer)


async def _answer(renderer: asyncio.subprocess.Process) -> bytes:
    """Return the picture that the renderer gives.

    Raises:
        NotDrawn: its words of a failure. NotRemade: why nothing is made of a picture. EOFError: it is gone.
    """
    assert renderer.stdout is not None
    kind = await renderer.stdout.readexactly(len(DRAWN))
    (length,) = LENGTH.unpack(await renderer.stdout.readexactly(LENGTH.size))
    if length > MOST_ANSWERED_BYTES:
        raise EOFError("it answers too much")
    content = await renderer.stdout.readexactly(length)
    if kind == UNUSABLE:
        raise NotRemade(Unusable(content.decode()))
    if kind != DRAWN:
        raise NotDrawn(content.decode())
    return content


async def _end(renderer: asyncio.subprocess.Process) -> None:
    """Let the renderer see the end of its input; end it when it is busy and does not look."""
    if renderer.stdin is not None:
        renderer.stdin.close()
    try:
        async with asyncio.timeout(CLOSING_SECONDS):
            await renderer.wait()
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            renderer.kill()
        await renderer.wait()
