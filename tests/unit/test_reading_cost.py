"""No text of one person keeps others waiting: a long one is cut at the door, and what is read takes time by its length.

What is repeated here was found by a search that changed texts for as long as their reading took longer.
"""

from __future__ import annotations

from contextlib import suppress
from time import thread_time
from typing import Final

import pytest

from finance_core.kernel.errors import InvalidInput
from handlers.chat.meaning import as_said, meaning_of
from handlers.chat.questions import Question
from handlers.lines import vocabulary
from handlers.phrases.normalise import LONGEST_TEXT
from handlers.phrases.said import Said

SLOWEST: Final = (
    *("1", "¥1", "1k", "1 ", "1,", "_1", "-1", "1个", "1点", "1 完", "分6", "买进6", "理财6买6失"),
    *("零", "一", "十百", "一万", "打我", "付给我打给我", "one ", "for a ", "no, "),
)
LENGTH: Final = 600
TRIES: Final = 4
"""A processor that changes its speed in the middle may spoil one; what takes the square of the length fails in all."""
HOW_MUCH: Final = Question("send", "amount", {"payee": "@bo"})


def seconds(text: str, question: Question | None) -> float:
    """Return the least time of three that reading a text takes, uncut."""
    taken = []
    for _ in range(3):
        said = Said(text, None, vocabulary().grammar)
        began = thread_time()
        with suppress(InvalidInput):
            meaning_of(said, question)
        taken.append(thread_time() - began)
    return min(taken)


@pytest.mark.parametrize("repeated", SLOWEST)
def test_twice_as_long_a_text_takes_about_twice_as_long_to_read(repeated: str) -> None:
    text = (repeated * LENGTH)[: 2 * LENGTH]
    assert any(seconds(text, None) < 3 * seconds(text[:LENGTH], None) for _ in range(TRIES))


@pytest.mark.parametrize("repeated", ["1 ", "打我", "2 "])
def test_so_does_an_answer_to_an_open_question(repeated: str) -> None:
    text = (repeated * LENGTH)[: 2 * LENGTH]
    assert any(seconds(text, HOW_MUCH) < 3 * seconds(text[:LENGTH], HOW_MUCH) for _ in range(TRIES))


def test_a_text_as_long_as_telegram_takes_is_cut_before_any_reader_and_kept_for_own_words() -> None:
    said = as_said("1" * 4096)
    assert len(said.text) <= LONGEST_TEXT
    assert len(said.folded) <= LONGEST_TEXT
    assert len(said.whole) == 4096


@pytest.mark.parametrize("number", ["1000000", "１００００", "一百三十五万", "1,000,000.50"])
@pytest.mark.parametrize("apart", [" ", "付"])
@pytest.mark.parametrize("before", range(1, 13))
def test_no_sum_is_cut_in_two(number: str, apart: str, before: int) -> None:
    text = (apart * LONGEST_TEXT)[: LONGEST_TEXT - before] + number + apart + "to @ana " * 100
    kept = as_said(text).text
    assert number in kept or not any(part in kept for part in ("1", "１", "一"))


def test_what_fits_is_read_as_it_is() -> None:
    text = "send 50 to @ana " + "x" * (LONGEST_TEXT - 16)
    assert as_said(text).text == text


def test_an_answer_in_own_words_is_taken_whole() -> None:
    told = "my shop burnt down and " * 30
    assert meaning_of(as_said(told), Question("hardship", "reason", {})).slots["reason"] == told.strip()
