"""Loads the Bot API's methods behind the scenes: aiogram's import costs seconds that a newcomer need not wait for."""

from __future__ import annotations

import asyncio
import logging
from types import ModuleType

from bot.processes.loading import load

log = logging.getLogger(__name__)


class Loader:
    """Imports `bot.sandbox.methods` in a thread, once; whoever needs it waits."""

    def __init__(self) -> None:
        self._loading: asyncio.Task[ModuleType] | None = None
        self._loaded: ModuleType | None = None

    @property
    def is_ready(self) -> bool:
        """Whether Bot API calls are answered at once."""
        return self._loaded is not None

    def start(self) -> None:
        """Begin to load, unless that has begun."""
        if self._loading is None:
            self._loading = asyncio.create_task(self._load(), name="sandbox: load the Bot API")

    async def ready(self) -> ModuleType:
        """Return the methods' package, once it is there."""
        if self._loaded is None:
            self.start()
            assert self._loading is not None
            await asyncio.shield(self._loading)
        assert self._loaded is not None
        return self._loaded

    def known_as(self, name: str) -> str:
        """Return a method's name as Telegram writes it; as it was called, when it is not known (yet)."""
        method = self._loaded.METHODS.get(name.lower()) if self._loaded else None
        return str(method.name) if method else name

    async def _load(self) -> ModuleType:
        self._loaded = await asyncio.to_thread(load, "bot.sandbox.methods")
        return self._loaded
