"""Serves the sandbox on this machine, and stops at once when asked, whatever still listens."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator

import uvicorn
from fastapi import FastAPI

from bot.sandbox.app import close_streams

GRACE_SECONDS = 1
KEEP_ALIVE_SECONDS = 75


class SandboxServer(uvicorn.Server):
    """A server that first ends the pages' streams and the long poll, which would hold it up."""

    def __init__(self, app: FastAPI, *, host: str = "127.0.0.1", port: int = 0) -> None:
        """Prepare to serve on loopback; port 0 takes a free one, see `port`."""
        self._app = app
        config = uvicorn.Config(
            app,
            host=host,
            port=port,
            log_config=None,
            access_log=False,
            lifespan="on",
            timeout_graceful_shutdown=GRACE_SECONDS,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
        )
        super().__init__(config)
        self.listening = asyncio.Event()

    @property
    def port(self) -> int:
        """The port that it listens on, once it has started."""
        return int(self.servers[0].sockets[0].getsockname()[1])

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets)
        self.listening.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop: streams first."""
        close_streams(self._app)
        await super().shutdown(sockets)


@contextlib.asynccontextmanager
async def served(app: FastAPI, *, port: int = 0) -> AsyncIterator[str]:
    """Serve the sandbox in this process while the body runs; yields its address."""
    server = SandboxServer(app, port=port)
    serving = asyncio.create_task(server.serve())
    listening = asyncio.create_task(server.listening.wait())
    try:
        await asyncio.wait({serving, listening}, return_when=asyncio.FIRST_COMPLETED)
        if serving.done():
            await serving
        yield f"http://127.0.0.1:{server.port}"
    finally:
        listening.cancel()
        server.should_exit = True
        await serving
