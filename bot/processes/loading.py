"""Loading the libraries that take seconds, once, out of the garbage collector's way."""

from __future__ import annotations

import gc
import importlib
from types import ModuleType


def load(name: str) -> ModuleType:
    """Import a module that stays for as long as the process lives, and what it imports.

    The collector finds next to nothing in an import, yet takes a seventh of its time; and later each full collection
    would look through all of it again, which holds every conversation up for half a second. So it rests meanwhile,
    and what is there afterwards is put where it does not look.
    """
    gc.disable()
    try:
        return importlib.import_module(name)
    finally:
        gc.freeze()
        gc.enable()
