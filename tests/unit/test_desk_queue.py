"""The row of an entry in the queue: until when it waits, or that nothing says until when."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from finance_core.desk.queue import Entry
from handlers.desk.screens.queue import queue
from handlers.locales import translator

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
UNTIMED = Entry("pin_reset", 7, "code", NOW, None)


@pytest.mark.parametrize(
    ("language", "row", "odd"), [("en", "new · no fixed day", "by no"), ("zh", "刚收到 · 不限时间", "不限时间前")]
)
def test_an_entry_without_a_deadline_is_not_said_to_wait_until_one(language: str, row: str, odd: str) -> None:
    said = queue(translator(language), [UNTIMED], {}, NOW, ZoneInfo("Asia/Shanghai"), 1, 0).text
    assert row in said
    assert odd not in said
