"""What is due to circles stands in the one push a day about debts, with what is due of loans or alone."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.notices.rendering import render
from tests.unit.notice_samples import SAMPLES


def told(*kinds: str) -> dict[str, Any]:
    """Return the params of one push that stands for several debts."""
    return {"items": [{"kind": kind, "params": SAMPLES[kind]} for kind in kinds]}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_circles_and_loans_are_told_in_one_message(language: str) -> None:
    screen = render("debt.reminder", told("circle.due_soon", "loan.due_soon", "circle.late"), language)
    assert screen.text.count("C4TN-8KQ2") == 2
    assert screen.buttons


def test_circles_alone_are_a_message_too() -> None:
    screen = render("debt.reminder", told("circle.due_soon", "circle.late"), "en")
    assert screen.text.count("C4TN-8KQ2") == 2
    assert "&lt;circle&gt;" in screen.text
