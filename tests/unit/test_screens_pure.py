"""Screens are pure: values and a translator in, a `Screen` out. They know no turn, no session and no intent's row."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

HANDLERS: Final = Path(__file__).parents[2] / "handlers"
SCREENS: Final = sorted(HANDLERS.glob("*/screens/*.py"))
FORBIDDEN: Final = ("aiogram", "sqlalchemy", "finance_core.intents", "finance_core.storage.unit", "handlers.chat.talk")


def imported(tree: ast.Module) -> Iterator[str]:
    """Yield what is imported, for typing too (import-linter leaves that out)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{name.name}" for name in node.names)


@pytest.mark.parametrize("path", SCREENS, ids=lambda path: str(path.relative_to(HANDLERS)))
def test_a_screen_takes_values_only(path: Path) -> None:
    names = imported(ast.parse(path.read_text()))
    assert [name for name in names if f"{name}.".startswith(tuple(f"{each}." for each in FORBIDDEN))] == []
