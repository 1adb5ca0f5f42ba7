"""What other people wrote does not turn, hide or forge the words and figures beside it."""

from __future__ import annotations

import pytest

from finance_core.kernel.outside_text import is_blank, isolated, name_to_show, visible
from handlers.locales import translator


@pytest.mark.parametrize(
    "control", [*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A)), "\u200e", "\u061c"]
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_control_of_direction_in_a_name_does_not_reach_a_text(control: str, language: str) -> None:
    assert control not in translator(language)("wallet.ask_send_amount", name=f"Bo{control}00.5")


def test_a_name_from_right_to_left_keeps_its_direction_to_itself() -> None:
    assert "\u2068דוד\u2069" in translator("en")("wallet.ask_send_amount", name="דוד")


@pytest.mark.parametrize("text", ["Ana", "博", "50 = <b>", "👨‍👩‍👧", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "می‌خواهم", "क्‍ष"])
def test_what_is_seen_stays_as_it_was_written(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "seen"),
    [("A\u200bn\ufeffa\u00ad", "Ana"), ("A\u200dn\u200ca", "Ana"), ("Bo\x00\x1b[1m", "Bo[1m"), ("\U000e0041Bo", "Bo")],
)
def test_what_is_not_seen_is_taken_out(text: str, seen: str) -> None:
    assert visible(text) == seen


def test_a_note_cannot_begin_a_line_of_its_own() -> None:
    assert isolated("lunch\n🧾 +¥500.00\u2028received") == "lunch 🧾 +¥500.00 received"


@pytest.mark.parametrize("name", ["", " ", "\u2800", "\u3164\u115f", "\u200b\u202e", "\ufe0f"])
def test_a_name_of_blanks_shows_the_username(name: str) -> None:
    assert is_blank(name)
    assert name_to_show(name, "bo_k", 7) == "@bo_k"
    assert name_to_show(name, None, 7) == "#7"
