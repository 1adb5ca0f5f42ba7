"""Why a text that was not understood can't be: by its letters and a few words."""

from __future__ import annotations

import pytest

from handlers.phrases.unread import unread


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("😀😀", "emoji"),
        ("?", None),
        ("😀 balance", None),
        ("50", None),
        ("thank you", "thanks"),
        ("ok, thanks a lot!", "thanks"),
        ("thank Bo 50", None),
        ("谢谢", "thanks"),
        ("好的，谢谢您！", "thanks"),
        ("谢谢，再借3000", None),
        ("您好，我想问一下", None),
        ("привет", "language"),
        ("مرحبا كيف", "language"),
        ("愛してるよ", "language"),
        ("nataka mkopo", "language"),
        ("f u c k", None),
        ("fuck off", "swearing"),
        ("他妈的", "swearing"),
        ("word " * 200, "long"),
    ],
)
def test_why_a_text_cannot_be_read(text: str, kind: str | None) -> None:
    assert unread(text) == kind
