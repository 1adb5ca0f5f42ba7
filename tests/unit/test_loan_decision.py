"""Deciding: what is approved, what an officer looks at, what is declined and what would change it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any, Final

import pytest

from finance_core.kernel.money import CNY, Money
from finance_core.loans.origination.decision import (
    OFFICERS_CANNOT,
    Applicant,
    Concern,
    Decision,
    Outcome,
    Reason,
    decide,
    limit_of,
)
from tests.unit.test_loan_products import TODAY, product, yuan

ANA: Final = Applicant(
    tier=1,
    tier_limit=yuan(5000),
    loans_repaid=0,
    repaid_of_product=0,
    open_of_product=0,
    open_ends_on=None,
    open_repaid_percent=0,
    open_owed=yuan(0),
    owed=yuan(0),
    open_instalments=yuan(0),
    own_instalments=yuan(0),
    days_past_due=0,
    written_off=False,
    worst_days_lately=0,
    income=yuan(6000),
    other_instalments=yuan(0),
)
RUNNING: Final = replace(
    ANA,
    open_of_product=1,
    open_ends_on=date(2026, 9, 12),
    open_owed=yuan(1400),
    owed=yuan(1400),
    open_instalments=yuan(520),
    own_instalments=yuan(520),
)


def decided(who: Applicant, principal: int = 3000, monthly: int = 530, code: str = "lightning", **how: Any) -> Decision:
    on = how.pop("on", TODAY)
    return decide(who, product(code), yuan(principal), yuan(monthly), on, **how)


def test_who_earns_enough_and_owes_nothing_is_approved() -> None:
    assert decided(ANA).outcome is Outcome.APPROVED


@pytest.mark.parametrize(
    ("income", "outcome"),
    [
        (1325, Outcome.APPROVED),  # 530 is exactly 40 %
        (1324, Outcome.REFERRED),
        (1060, Outcome.REFERRED),  # exactly 50 %
        (1059, Outcome.DECLINED),
        (0, Outcome.DECLINED),
        (None, Outcome.APPROVED),  # not said yet
    ],
)
def test_instalments_take_up_to_forty_percent_and_an_officer_looks_up_to_fifty(
    income: int | None, outcome: Outcome
) -> None:
    who = replace(ANA, income=None if income is None else yuan(income))
    assert decided(who).outcome is outcome


def test_instalments_of_other_loans_count_ours_and_others() -> None:
    who = replace(ANA, own_instalments=yuan(1000), other_instalments=yuan(1000))
    assert decided(who).concerns == (Concern.BORDERLINE,)


def test_what_the_income_carries_is_named() -> None:
    who = replace(ANA, income=yuan(1000))
    assert decided(who).affordable == yuan(2200)  # 400 of 530 a month is 2,264 of 3,000, in steps of 100


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"days_past_due": 1}, Reason.ARREARS),
        ({"written_off": True}, Reason.WRITTEN_OFF),
        ({"open_of_product": 1}, Reason.LOAN_OPEN),
        ({"tier": 0, "tier_limit": Money(0, CNY)}, Reason.TIER),
        ({"tier_limit": yuan(2900)}, Reason.ABOVE_LIMIT),
        ({"owed": yuan(2100)}, Reason.ABOVE_LIMIT),
        ({"income": yuan(500)}, Reason.INCOME),
    ],
)
def test_what_stands_against_it_is_the_reason(change: dict[str, Any], reason: Reason) -> None:
    assert decided(replace(ANA, **change)).reasons == (reason,)


def test_there_are_at_most_four_reasons() -> None:
    who = replace(ANA, days_past_due=9, open_of_product=1, tier=0, tier_limit=yuan(0), income=yuan(1))
    assert len(decided(who, code="harvest", on=date(2026, 7, 1)).reasons) == 4


def test_a_seasonal_loan_says_when_to_ask_again() -> None:
    answer = decided(ANA, code="harvest", on=date(2026, 7, 1))
    assert answer.reasons == (Reason.SEASON,)
    assert answer.ask_again_on == {Reason.SEASON: date(2026, 9, 1)}


def test_one_loan_at_a_time_says_until_when_the_other_runs() -> None:
    assert decided(RUNNING).ask_again_on == {Reason.LOAN_OPEN: date(2026, 9, 12)}


def test_a_first_large_trader_and_recent_arrears_are_an_officers() -> None:
    assert decided(ANA, 3000, code="trader").outcome is Outcome.APPROVED
    assert decided(ANA, 3100, code="trader").concerns == (Concern.FIRST_LARGE,)
    assert decided(replace(ANA, repaid_of_product=1), 3100, code="trader").concerns == ()
    assert decided(replace(ANA, worst_days_lately=3)).concerns == ()
    assert decided(replace(ANA, worst_days_lately=4)).concerns == (Concern.RECENT_ARREARS,)


def test_what_was_written_off_and_paid_later_is_an_officers_to_decide() -> None:
    assert decided(replace(ANA, recovered=True)).concerns == (Concern.RECOVERED,)
    assert decided(replace(ANA, recovered=True)).outcome is Outcome.REFERRED
    assert Reason.WRITTEN_OFF in OFFICERS_CANNOT


def test_what_is_declined_is_not_referred() -> None:
    who = replace(ANA, worst_days_lately=30, income=yuan(500))
    assert decided(who).outcome is Outcome.DECLINED


@pytest.mark.parametrize(("repaid", "limit"), [(0, 5000), (1, 10_000), (2, 20_000), (3, 50_000), (9, 50_000)])
def test_the_limit_grows_with_loans_repaid(repaid: int, limit: int) -> None:
    who = replace(ANA, loans_repaid=repaid, tier_limit=yuan(200_000))
    assert limit_of(who, product("lightning")) == yuan(limit)


def test_the_limit_is_what_the_tier_leaves_in_whole_steps() -> None:
    assert limit_of(replace(ANA, owed=Money(123_456, CNY)), product("lightning")) == yuan(3700)
    assert limit_of(replace(ANA, owed=yuan(9000)), product("lightning")) == yuan(0)


def test_a_running_loan_is_paid_off_by_a_new_one_once_half_of_it_is_repaid() -> None:
    half = replace(RUNNING, open_repaid_percent=50)
    assert decided(half).may_refinance
    assert decided(half, refinances=True).outcome is Outcome.APPROVED
    assert decided(replace(RUNNING, open_repaid_percent=49), refinances=True).reasons == (Reason.LOAN_OPEN,)


def test_what_is_paid_off_neither_counts_against_the_limit_nor_as_an_instalment() -> None:
    half = replace(RUNNING, open_repaid_percent=53, income=yuan(1400))
    assert decided(half, 5000, 540, refinances=True).outcome is Outcome.APPROVED
