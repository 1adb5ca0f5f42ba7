"""What operators are told of a step of the day that waits: which step, of which day, and for what, in their words."""

from __future__ import annotations

from datetime import date
from typing import Final

import pytest

from finance_core.business_day.notices import StepHeld, StepResumed
from finance_core.lines import CALENDAR
from handlers.desk.screens.days import step_held, step_resumed
from handlers.locales import translator

ON: Final = date(2026, 3, 12)
LACKED: Final = {
    "the dealing calendar of 2027": ("the dealing days of 2027", "2027年交易日历"),
    "the banking calendar of 2027": ("the banking days of 2027", "2027年银行工作日历"),
    "the income of change_plus for 2026-03-11": ("Wed 11 Mar 2026", "2026年3月11日"),
    "the NAV of Steady Bonds/稳健债基 for 2026-03-11": ("Steady Bonds", "稳健债基"),
}
"""What a step says that it lacks, and what both languages make of it."""


@pytest.mark.parametrize("what", LACKED)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_a_step_waits_for_is_said_in_words(what: str, language: str) -> None:
    told = step_held(translator(language), StepHeld(on=ON, step="wealth.income", what=what)).text
    assert LACKED[what][language == "zh"] in told
    assert not any(code in told for code in ("change_plus", "wealth.income", "2026-03", "/"))
    assert ("Steady" in told) == (what.startswith("the NAV") and language == "en")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_several_things_that_lack_are_listed(language: str) -> None:
    t = translator(language)
    told = step_held(t, StepHeld(on=ON, step="funds.value", what="; ".join(LACKED))).text
    assert all(said[language == "zh"] in told for said in LACKED.values())


@pytest.mark.parametrize("name", sorted({step.name for step in CALENDAR.steps if step.resumes is not None}))
@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_step_that_may_wait_has_a_name(name: str, language: str) -> None:
    t = translator(language)
    for told in (step_held(t, StepHeld(on=ON, step=name, what="")), step_resumed(t, StepResumed(on=ON, step=name))):
        assert name not in told.text
        assert t(f"desk.step_{name.replace('.', '_')}") in told.text
