"""Whoever reads a key could name winners before they are drawn: the draw alone does, and what checks a whole order."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
DRAWS: Final = {
    "finance_core/circles/chains.py",  # where it stands
    "finance_core/circles/draws.py",  # a round is drawn, and its key published
    "finance_core/circles/starting.py",  # a whole order is drawn with key 1
    "finance_core/circles/draw_files.py",  # key 1 of a whole order, after it was drawn
}
OPENED: Final = re.compile(r"\bchain_key_of\(|last_key_sealed")


def test_nothing_but_a_draw_reads_a_key() -> None:
    files = [file for top in ("finance_core", "handlers", "bot") for file in (ROOT / top).rglob("*.py")]
    reading = {str(file.relative_to(ROOT)) for file in files if OPENED.search(file.read_text(encoding="utf-8"))}
    keeping = {"finance_core/circles/draw_models.py", "finance_core/guarding.py", "bot/commands/rotation.py"}
    assert reading - keeping == DRAWS
