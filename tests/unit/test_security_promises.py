"""What `SECURITY.md` says is tested has the tests that it names."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]


def test_each_promise_names_tests_that_there_are() -> None:
    promises = [
        line for line in (ROOT / "SECURITY.md").read_text(encoding="utf-8").splitlines() if line.startswith("| ")
    ]
    named = [re.findall(r"`(tests/[\w/]+\.py)`", line) for line in promises[1:]]
    assert len(named) > 10
    assert all(named), "a promise without a test"
    assert [path for paths in named for path in paths if not (ROOT / path).is_file()] == []
