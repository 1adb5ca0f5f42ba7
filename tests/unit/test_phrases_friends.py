"""What follows `/packet` and `/split`: only what is plainly a sum or a number is one."""

from __future__ import annotations

import pytest

from handlers.chat.meaning import as_said, meaning_of


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("/packet 20 5 good luck", {"amount": "20", "count": "5", "note": "good luck"}),
        ("/packet 20元 5个 恭喜", {"amount": "20", "count": "5", "note": "恭喜"}),
        ("/packet -5 2", {"count": "2"}),
        ("/packet 1e5 2", {"count": "2"}),
        ("/packet 20-30 5", {"count": "5"}),
        ("/split −300 @bo", {"people": "@bo"}),
        ("/split 300 @bo dinner", {"amount": "300", "people": "@bo", "note": "dinner"}),
    ],
)
def test_a_sum_with_a_sign_a_span_or_letters_is_none_and_is_asked_for(text: str, slots: dict[str, str]) -> None:
    assert meaning_of(as_said(text, "en"), None).slots == slots
