"""All tables of the service, whatever a test happens to import besides."""

from __future__ import annotations

import importlib
import pkgutil

import bot
import finance_core


def load_all_tables() -> None:
    """Load every module that declares tables, so that the metadata is whole."""
    for name in ("book", "calendars", "canary", "row_guard"):
        importlib.import_module(f"finance_core.storage.{name}")
    for package in (finance_core, bot):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if module.name.endswith("models"):
                importlib.import_module(module.name)
