"""The answer to a tap, without markup and short enough for Telegram."""

from __future__ import annotations

import pytest

from bot.sandbox.entities import utf16_length
from handlers.chat.plain import TOAST_CHARACTERS, plain


def test_markup_goes_and_what_looked_like_it_stays() -> None:
    assert plain("<b>¥1.00</b> from &lt;b&gt;Bo &amp; Co") == "¥1.00 from <b>Bo & Co"


@pytest.mark.parametrize("text", ["a" * 300, "🧧" * 150, "a" + "🧧" * 150, "长" * 300, "&amp;" * 300])
def test_what_is_too_long_is_cut_as_telegram_counts_and_never_through_a_character(text: str) -> None:
    said = plain(text)
    assert TOAST_CHARACTERS - 2 < utf16_length(said) <= TOAST_CHARACTERS
    assert said.endswith("…")
    assert said.encode().decode() == said


def test_what_just_fits_is_left_alone() -> None:
    assert plain("🧧" * (TOAST_CHARACTERS // 2)) == "🧧" * (TOAST_CHARACTERS // 2)
