"""What a card that comes back marks: each figure that has changed beside the one before it, and nothing else."""

from __future__ import annotations

import pytest

from handlers.chat.coming_back import marked
from handlers.locales import translator


@pytest.mark.parametrize(
    ("before", "now", "shown"),
    [
        (
            "Put ¥500.00 in\nEarns from Wed 4 Mar 2026.",
            "Put ¥500.00 in\nEarns from Thu 5 Mar 2026.",
            "Put ¥500.00 in\nEarns from Thu 5 Mar 2026 (<s>Wed 4 Mar 2026</s>).",
        ),
        (
            "All-in <b>19.86%</b> a year, ¥526.88 each",
            "All-in <b>20.10%</b> a year, ¥527.13 each",
            "All-in <b>20.10% (<s>19.86%</s>)</b> a year, ¥527.13 (<s>¥526.88</s>) each",
        ),
        ("3月4日起有收益", "3月5日起有收益", "3月5日 (<s>3月4日</s>)起有收益"),
        ("3月4日（周三）起", "3月5日（周四）起", "3月5日（周四） (<s>3月4日（周三）</s>)起"),
        ("the same ¥5.00", "the same ¥5.00", "the same ¥5.00"),
        ("another fund", "one more fund", "one more fund"),
        ("", "¥5.00", "¥5.00"),
    ],
)
def test_figures_that_have_changed_stand_beside_those_before(before: str, now: str, shown: str) -> None:
    assert marked(translator("en"), before, now) == shown


def test_a_line_that_is_new_is_not_crossed_with_another() -> None:
    assert marked(translator("zh"), "¥5.00", "¥5.00\nFee ¥1.00") == "¥5.00\nFee ¥1.00"
