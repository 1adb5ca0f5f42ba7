"""What the benchmarks wait for exists, so that a renamed text is found here and not in a minute of timeouts."""

from __future__ import annotations

import pytest

from benchmarks import posting
from benchmarks.boards import most_within
from benchmarks.chatter import label, refusal_texts, wanted_text
from benchmarks.contestants import Turn
from benchmarks.figures import figures, percentile
from benchmarks.scripts import BORROWING, INVESTING, JOINING, MIX, TEXTS
from handlers.locales import codes, translator

STEPS = [*JOINING, *BORROWING, *INVESTING, *TEXTS, *(step for script in MIX for step in script.steps)]


@pytest.mark.parametrize("language", codes())
def test_each_step_waits_for_a_text_and_taps_a_label_that_exist(language: str) -> None:
    for step in STEPS:
        assert wanted_text(language, step.wanted).pattern.strip()
        button = getattr(step, "button", None)
        assert button is None or label(language, button) != button or button.startswith("lang:")


@pytest.mark.parametrize("language", codes())
def test_a_refusal_is_told_from_an_answer(language: str) -> None:
    t = translator(language)
    assert refusal_texts(language).search(
        str(t("error.unforeseen", reference="F-1")).replace("<b>", "").replace("</b>", "")
    )
    assert not refusal_texts(language).search(str(t("common.cancelled")))


def test_percentiles_are_values_that_were_measured() -> None:
    hundred = [float(value) for value in range(1, 101)]
    assert [percentile(hundred, percent) for percent in (50, 95, 99)] == [50, 95, 99]
    assert percentile([7.0], 99) == 7
    assert figures([0.2, 0.1]) == {"count": 2, "p50": 100.0, "p95": 200.0, "p99": 200.0, "worst": 200.0}
    assert figures([]) == {"count": 0}


def test_calls_are_counted_in_every_window_and_not_by_the_clocks_minutes() -> None:
    assert most_within([], 60) == 0
    assert most_within([0, 30, 59, 60, 61], 60) == 4


def test_each_limit_of_posting_is_one_of_a_load_and_of_posters_that_there_are() -> None:
    assert {wanted.load for wanted in posting.WANTED} <= {load.name for load in posting.LOADS}
    assert {each for wanted in posting.WANTED for each in (wanted.of, wanted.over)} <= set(posting.TOLD)


def test_a_ratio_is_the_middle_one_of_the_rounds_and_says_whether_its_limit_is_met() -> None:
    ours = [Turn(entries, 1.0, 0.4) for entries in (90, 200, 10)]
    theirs = [Turn(100, 1.0, 0.1) for _ in range(3)]
    line = posting.Wanted("8 x 1", "fresh", "plain", 0.95).line({"8 x 1": {"fresh": ours, "plain": theirs}})
    assert line is not None
    assert (line["ratio"], line["of_processor_time"], line["met"]) == (0.9, 0.25, False)
    assert posting.Wanted("8 x 1", "fresh", "pgledger", 0.6).line({"8 x 1": {"fresh": ours}}) is None
