"""What is recorded on a loan's timeline: each kind has a sentence of its own."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final

from handlers.loans.screens.collection import EVENTS
from tests.unit.notice_samples import CORE
from tests.unit.test_catalogues import called, strings

PLACE_OF_KIND: Final = {"record": 2, "end": 3}
"""Which argument of the two ways to record is the kind."""


def kinds_in(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and "INSERT INTO loan_event" in node.value:
        yield from re.findall(r"SELECT \w+, '([a-z_]+)', :on", node.value)
    elif isinstance(node, ast.Call) and len(node.args) > (place := PLACE_OF_KIND.get(called(node), 9)):
        yield from strings(node.args[place])


def test_each_event_of_a_timeline_has_a_sentence() -> None:
    files = sorted((CORE / "loans").rglob("*.py"))
    trees = [ast.parse(file.read_text()) for file in files if file.name != "officer.py"]
    recorded = {kind for tree in trees for node in ast.walk(tree) for kind in kinds_in(node)}
    assert {"signed", "debited", "line_expired", "promise_kept", "written_off", "debit_consent"} <= recorded
    assert recorded - {"look"} - set(EVENTS) == set()
    assert set(EVENTS) - recorded == set()
