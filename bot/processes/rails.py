"""The rail that a deployment is set up with."""

from __future__ import annotations

from bot.settings import Settings
from finance_core.wallet.rails import RAILS, Rail


def rail_of(settings: Settings) -> Rail | None:
    """Return how money comes in and goes out; None: not at all. Settings keep the sandbox's from a real bot."""
    return None if settings.rail is None else RAILS[settings.rail]
