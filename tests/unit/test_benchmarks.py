"""What the benchmarks wait for exists, so that a renamed text is found here and not in a minute of timeouts."""

from __future__ import annotations

import pytest

from benchmarks.boards import most_within
from benchmarks.chatter import label, refusal_texts, wanted_text
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
