"""A refusal that something would change has the button to that, in both languages, and never more than six."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from finance_core.loans.origination.decision import MAX_REASONS, Applicant, Decision, Reason
from finance_core.loans.origination.notices import Declined
from finance_core.loans.origination.quoting import priced
from finance_core.loans.products.product_terms import GRADES
from handlers.chat.screens.base import Screen
from handlers.chat.screens.cards import MOST_BUTTONS
from handlers.loans.screens.refusals import declined, declined_by_officer, reason_text
from handlers.locales import translator
from tests.unit.test_loan_decision import ANA, RUNNING, decided
from tests.unit.test_loan_products import TODAY, product, yuan

HELPED: Final = {
    Reason.ARREARS: "do:repay",
    Reason.WRITTEN_OFF: "do:loans",
    Reason.LOAN_OPEN: "do:loans",
    Reason.TIER: "do:identity",
    Reason.HISTORY: "do:borrow:product=lightning",
    Reason.INCOME: "do:own_income",
    Reason.ABOVE_LIMIT: "do:ask:topic=loan.limit_raise",
    Reason.SELF_EXCLUDED: "do:own_limits",
    Reason.FROZEN: "do:talk_to_person:topic=loan.why_declined",
    Reason.UNVERIFIED: "do:identity",
    Reason.PAPERS: "do:identity",
    Reason.FRAUD: "do:talk_to_person:topic=loan.why_declined",
}
"""What each is changed by."""
PASSES: Final = frozenset({Reason.SEASON})
"""What time alone changes: the card says from when on."""


def taps(screen: Screen) -> list[str]:
    return [button.data or "" for row in screen.buttons for button in row]


def refused(who: Applicant, *, language: str = "en", decision: Decision | None = None) -> Screen:
    quote = priced(product("lightning"), product("lightning").default, yuan(3000), GRADES[0], TODAY)
    return declined(translator(language), decision or decided(who), quote, 7)


def test_every_reason_is_changed_by_something_or_passes() -> None:
    assert {*HELPED, *PASSES} == set(Reason)


@pytest.mark.parametrize("reason", list(HELPED), ids=str)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_would_change_a_refusal_has_its_button(reason: Reason, language: str) -> None:
    t = translator(language)
    ours = refused(ANA, language=language, decision=replace(decided(ANA), reasons=(reason,)))
    an_officers = declined_by_officer(t, Declined(sum=yuan(3000), reasons=(str(reason),), application=7, until_on=None))
    for card in (ours, an_officers):
        assert HELPED[reason] in taps(card)
        assert taps(card)[-1] == "do:menu"


def test_who_has_not_joined_is_led_to_joining_and_who_has_to_the_next_level() -> None:
    stranger = replace(ANA, tier=0, tier_limit=yuan(0))
    assert "do:join" in taps(refused(stranger))
    assert "Join first" in refused(stranger).text
    low = replace(decided(ANA), reasons=(Reason.TIER,))
    assert "level 2" in reason_text(translator("en"), Reason.TIER, low)
    assert "do:join" not in taps(refused(ANA, decision=low))


def test_as_many_reasons_as_there_may_be_leave_six_buttons_and_each_once() -> None:
    reasons = [reason for reason in HELPED if reason not in (Reason.FROZEN, Reason.SELF_EXCLUDED)]
    for start in range(len(reasons)):
        some = tuple((reasons * 2)[start : start + MAX_REASONS])
        ours = taps(refused(ANA, decision=replace(decided(ANA), reasons=some)))
        assert len(ours) == len(set(ours)) <= MOST_BUTTONS


def test_a_smaller_sum_comes_first_and_a_running_loan_may_be_paid_off() -> None:
    assert taps(refused(replace(ANA, income=yuan(1000))))[0].startswith("do:borrow:product=lightning:amount=")
    paid = replace(RUNNING, open_repaid_percent=60, open_owed=yuan(400), owed=yuan(400))
    assert taps(refused(paid))[0].endswith(":old=1")


def test_only_time_changes_a_refusal_by_the_season() -> None:
    assert taps(refused(ANA, decision=replace(decided(ANA), reasons=(Reason.SEASON,)))) == ["person:7", "do:menu"]
