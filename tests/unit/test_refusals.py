"""What a person reads when a rule refuses, and where it leads them."""

from __future__ import annotations

import pytest

from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import RuleViolation
from finance_core.kernel.money import CNY, Money
from handlers.chat.faults import refusal
from handlers.locales import translator

LIMITS = (
    ErrorCode.OUTFLOW_LIMIT,
    ErrorCode.OUTFLOW_LIMIT_EVER,
    ErrorCode.CHANGE_PLUS_LIMIT,
    ErrorCode.DEPOSIT_LIMIT,
    ErrorCode.FUND_LIMIT,
)


def told(code: ErrorCode, language: str, next_tier: int | None) -> tuple[str, list[str | None]]:
    sums = {name: Money.of(1_000, CNY) for name in ("limit", "used", "held", "requested")}
    screen = refusal(translator(language), RuleViolation(code, **sums, tier=1, next_tier=next_tier))
    return screen.text, [button.data for row in screen.buttons for button in row]


@pytest.mark.parametrize("code", LIMITS)
@pytest.mark.parametrize(("language", "more"), [("en", "Level 2 allows more."), ("zh", "2级的额度更高。")])
def test_where_a_level_refuses_it_says_which_one_allows_more_and_how_one_gets_there(
    code: ErrorCode, language: str, more: str
) -> None:
    text, buttons = told(code, language, 2)
    assert text.endswith(f"\n{more}")
    assert buttons == ["do:ask:topic=identity.how"]


@pytest.mark.parametrize("code", LIMITS)
def test_at_the_highest_level_nothing_is_said_of_a_higher_one(code: ErrorCode) -> None:
    text, buttons = told(code, "en", None)
    assert "more." not in text
    assert buttons == []


@pytest.mark.parametrize(("language", "year"), [("en", "a calendar year"), ("zh", "每个自然年")])
def test_a_limit_for_life_is_not_said_to_be_a_years(language: str, year: str) -> None:
    assert year in told(ErrorCode.OUTFLOW_LIMIT, language, 2)[0]
    assert year not in told(ErrorCode.OUTFLOW_LIMIT_EVER, language, 1)[0]
