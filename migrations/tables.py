"""Loads every module that declares tables, so that the metadata is whole."""

from __future__ import annotations

import importlib
import pkgutil

import bot
import finance_core


def load_all_tables() -> None:
    """Import each `models` module of the service (and the storage's own tables)."""
    for name in ("book", "calendars"):
        importlib.import_module(f"finance_core.storage.{name}")
    for package in (finance_core, bot):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if module.name.endswith(".models"):
                importlib.import_module(module.name)
