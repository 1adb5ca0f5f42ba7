"""Serves the sandbox on this machine, and stops at once when asked, whatever still listens."""

from __future__ import annotations

import socket

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

    @property
    def port(self) -> int:
        """The port that it listens on, once it has started."""
        return int(self.servers[0].sockets[0].getsockname()[1])

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop: streams first."""
        close_streams(self._app)
        await super().shutdown(sockets)
