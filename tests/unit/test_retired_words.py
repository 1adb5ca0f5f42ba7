"""Words that only we used are gone for good: each has a term of the field in its place."""

from __future__ import annotations

import keyword
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
TREES: Final = ("bot", "handlers", "finance_core", "migrations", "tests", "benchmarks")

RETIRED: Final = {
    "Course": "ReplayState",
    "course": "state",
    "deed_key": "idempotency_key",
    "easel": "render_process",
    "fate": "failure",
    "fate_of": "classify_error",
    "homeless": "without_chat",
    "house": "database",
    "live_through": "replay_days",
    "place_of": "contract_associated_data",
    "straight": "pay_from_change_plus",
    "studio": "render_process",
    "sudden": "out_of_order",
    "telling": "notifications",
    "town": "telegram_state",
    "wish": "request",
    "wishes": "loan_request",
}
"""Each with what took its place. Columns and Telegram's own names are never here."""
_ANY: Final = re.compile("|".join(RETIRED), re.IGNORECASE)


def parts_of(name: str) -> set[str]:
    """Return a name and its words: of `_SandboxTown` they are the name itself, `sandbox` and `town`."""
    words = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+", name)
    return {name, *(word.lower() for word in words)}


def identifiers(file: Path) -> Iterator[tuple[str, int]]:
    """Yield the names in a module, each with its line; none where no retired word stands in any letters of it."""
    if not _ANY.search(file.read_text()):
        return
    with file.open("rb") as source:
        for token in tokenize.tokenize(source.readline):
            if token.type == tokenize.NAME and not keyword.iskeyword(token.string):
                yield token.string, token.start[0]


@pytest.mark.parametrize("tree", TREES)
def test_no_name_has_a_retired_word(tree: str) -> None:
    found = [
        f"{file.relative_to(ROOT)}:{line}: {name} (say {RETIRED[word]})"
        for file in sorted((ROOT / tree).rglob("*.py"))
        for name, line in identifiers(file)
        for word in sorted(parts_of(name) & RETIRED.keys())
    ]
    assert found == []


def test_no_module_is_called_by_a_retired_word() -> None:
    modules = [file for tree in TREES for file in (ROOT / tree).rglob("*.py")]
    assert [str(file.relative_to(ROOT)) for file in modules if parts_of(file.stem) & RETIRED.keys()] == []


def test_words_are_found_inside_of_names() -> None:
    assert parts_of("_SandboxTown") >= {"sandbox", "town"}
    assert parts_of("LIVE_THROUGH") >= {"live", "through"}
