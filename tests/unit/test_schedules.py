"""The worked figures of the catalogue, and the rules of a schedule one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from finance_core.kernel.day_counts import DayCount
from finance_core.kernel.money import CNY, Money
from finance_core.kernel.periods import HolidayShift, PeriodUnit
from finance_core.kernel.rounding import Rounding
from finance_core.loans.rules.interest import accrued_interest, interest_between, interest_of_day
from finance_core.loans.rules.price import all_in, price
from finance_core.loans.rules.schedule import Schedule, full_schedule, schedule
from finance_core.loans.rules.terms import InterestBy, InvalidTerms, Method, Style, Terms, Tranche

LIGHTNING = Terms(
    principal=Money.of("3000", CNY),
    annual_rate=Decimal("18.25"),
    count=6,
    disbursed_on=date(2026, 12, 1),
    rounding=Rounding.HALF_UP,
)


def ten_thousand(**changes: object) -> Terms:
    """10,000.00 over a year of months at 1 % a month, unless changed."""
    figures = {
        "principal": Money.of("10000", CNY),
        "annual_rate": Decimal(12),
        "count": 12,
        "disbursed_on": date(2026, 1, 1),
        "interest_by": InterestBy.PERIOD,
    }
    return Terms(**(figures | changes))  # type: ignore[arg-type]


def totals(plan: Schedule) -> list[int]:
    return [line.total for line in plan.instalments]


def test_lightning_repays_3000_in_six_payments_of_526_88_and_a_last_of_526_86() -> None:
    plan = schedule(LIGHTNING)
    assert totals(plan) == [526_88] * 5 + [526_86]
    assert plan.interest == 161_26
    assert [line.days for line in plan.instalments] == [31, 31, 28, 31, 30, 31]


def test_lightning_costs_19_857_percent_all_in() -> None:
    assert round(all_in(LIGHTNING, schedule(LIGHTNING)), 3) == Decimal("19.857")


@pytest.mark.parametrize("style", Style)
def test_equal_instalments_of_ten_thousand_at_one_percent_a_month(style: Style) -> None:
    plan = schedule(ten_thousand(style=style))
    assert totals(plan) == [888_49] * 11 + [888_47]
    assert plan.instalments[0].interest == 100_00
    assert plan.interest == 661_86


def test_equal_principal_of_ten_thousand_at_one_percent_a_month() -> None:
    plan = schedule(ten_thousand(method=Method.EQUAL_PRINCIPAL))
    assert (totals(plan)[0], totals(plan)[-1], plan.interest) == (933_33, 841_70, 650_00)


def test_flat_interest_costs_nearly_twice_its_name() -> None:
    terms = ten_thousand(method=Method.FLAT)
    plan = schedule(terms)
    assert totals(plan)[0] == 933_33
    assert plan.interest == 1_200_00
    rates = price(terms, plan)
    assert rates.us is not None
    assert rates.eu is not None
    assert round(rates.us, 3) == Decimal("21.457")
    assert round(rates.eu, 3) == Decimal("23.698")


def test_equal_principal_by_actual_days_at_five_hundredths_of_a_percent_a_day() -> None:
    terms = ten_thousand(
        method=Method.EQUAL_PRINCIPAL,
        annual_rate=Decimal("18.25"),
        count=10,
        disbursed_on=date(2026, 3, 12),
        interest_by=InterestBy.DAY,
    )
    plan = schedule(terms)
    assert (plan.instalments[0].total, plan.instalments[0].days) == (1_155_00, 31)
    assert plan.interest == 841_50
    assert round(all_in(terms, plan), 3) == Decimal("19.856")


def test_interest_only_repays_the_principal_with_the_last_instalment() -> None:
    assert totals(schedule(ten_thousand(method=Method.INTEREST_ONLY))) == [100_00] * 11 + [10_100_00]


def test_bullet_is_one_payment_at_the_end() -> None:
    plan = schedule(ten_thousand(method=Method.BULLET))
    assert [(line.due_on, line.total) for line in plan.instalments] == [(date(2027, 1, 1), 11_200_00)]


def test_due_day_of_the_31st_falls_on_the_last_day_and_returns() -> None:
    plan = schedule(ten_thousand(disbursed_on=date(2026, 1, 31), count=5))
    assert [line.due_on for line in plan.instalments] == [
        date(2026, 2, 28),
        date(2026, 3, 31),
        date(2026, 4, 30),
        date(2026, 5, 31),
        date(2026, 6, 30),
    ]


def test_first_due_day_sets_the_day_of_all() -> None:
    plan = schedule(ten_thousand(first_due_on=date(2026, 2, 15), count=3))
    assert [line.due_on for line in plan.instalments] == [date(2026, 2, 15), date(2026, 3, 15), date(2026, 4, 15)]


def test_broken_first_period_pays_for_its_days() -> None:
    plan = schedule(ten_thousand(first_due_on=date(2026, 2, 15), count=3))
    assert plan.instalments[0].interest == 150_00  # one month, and 14 of February's 28 days


def test_holiday_moves_a_due_day_to_the_next_open_day_and_interest_with_it() -> None:
    terms = ten_thousand(interest_by=InterestBy.DAY, holiday_shift=HolidayShift.NEXT, count=2)
    plan = schedule(terms, is_holiday=lambda day: day.weekday() >= 5)
    assert [line.due_on for line in plan.instalments] == [date(2026, 2, 2), date(2026, 3, 2)]
    assert plan.instalments[0].days == 32


def test_modified_following_stays_in_the_month() -> None:
    terms = ten_thousand(disbursed_on=date(2026, 4, 30), holiday_shift=HolidayShift.NEXT_IN_MONTH, count=1)
    plan = schedule(terms, is_holiday=lambda day: day.weekday() >= 5)
    assert plan.instalments[0].due_on == date(2026, 5, 29)


def test_interest_of_the_grace_periods_is_carried_to_the_first_one_after_them() -> None:
    plan = schedule(ten_thousand(grace_interest=2, grace_principal=2, count=6))
    assert [line.interest for line in plan.instalments[:3]] == [0, 0, 300_00]


def test_interest_free_periods_are_never_charged() -> None:
    plan = schedule(ten_thousand(method=Method.EQUAL_PRINCIPAL, interest_free=2, count=4))
    assert [line.interest for line in plan.instalments] == [0, 0, 50_00, 25_00]


def test_instalment_is_a_multiple_but_for_the_last() -> None:
    plan = schedule(ten_thousand(round_instalment_to=10_00))
    assert totals(plan)[:-1] == [890_00] * 11
    assert plan.principal == 10_000_00


def test_rounding_up_that_repays_early_ends_early() -> None:
    plan = schedule(
        ten_thousand(principal=Money.of("100", CNY), annual_rate=Decimal(0), round_instalment_to=30_00, count=12)
    )
    assert totals(plan) == [8_33] * 11 + [8_37]  # a multiple that would leave nothing is not applied
    early = schedule(
        ten_thousand(principal=Money.of("200", CNY), annual_rate=Decimal(0), round_instalment_to=30_00, count=12)
    )
    assert totals(early) == [30_00] * 6 + [20_00]


def test_empty_last_instalments_stay_in_a_full_schedule_and_cost_no_fee() -> None:
    terms = ten_thousand(
        principal=Money.of("200", CNY),
        annual_rate=Decimal(0),
        round_instalment_to=30_00,
        count=9,
        fee_each_instalment=1_00,
        style=Style.PROGRESSIVE,
    )
    assert totals(full_schedule(terms)) == [31_00] * 6 + [21_00, 0, 0]
    assert totals(schedule(terms)) == [31_00] * 6 + [21_00]
    assert len(full_schedule(replace(terms, style=Style.CUMULATIVE)).instalments) == 7


def test_interest_grace_keeps_a_progressive_level() -> None:
    terms = ten_thousand(grace_interest=2, count=6, style=Style.PROGRESSIVE)
    plan = schedule(terms)
    assert len(set(totals(plan)[:-1])) == 1
    assert [line.interest for line in plan.instalments[:2]] == [0, 0]
    assert plan.instalments[2].interest > 200_00


def test_progressive_flat_interest_follows_each_periods_days_within_a_level() -> None:
    terms = ten_thousand(
        method=Method.FLAT, interest_by=InterestBy.DAY, annual_rate=Decimal("36.5"), count=3, style=Style.PROGRESSIVE
    )
    plan = schedule(terms)
    assert [line.interest for line in plan.instalments] == [310_00, 280_00, 310_00]
    assert totals(plan) == [3_633_33, 3_633_33, 3_633_34]


def test_a_tranche_spreads_a_progressive_flat_loan_anew_from_its_period_on() -> None:
    terms = ten_thousand(
        method=Method.FLAT, count=3, style=Style.PROGRESSIVE, tranches=(Tranche(date(2026, 2, 1), 1_000_00),)
    )
    plan = schedule(terms)
    assert [line.interest for line in plan.instalments] == [100_00, 110_00, 110_00]
    assert totals(plan) == [3_433_33, 3_943_34, 3_943_33]


def test_cumulative_act_act_has_365_days_in_a_leap_year_too() -> None:
    terms = ten_thousand(
        day_count=DayCount.ACT_ACT,
        interest_by=InterestBy.DAY,
        annual_rate=Decimal("36.5"),
        disbursed_on=date(2024, 1, 1),
        method=Method.INTEREST_ONLY,
        style=Style.CUMULATIVE,
        count=2,
    )
    assert [line.interest for line in schedule(terms).instalments] == [310_00, 290_00]


def test_fee_of_each_instalment_is_beside_principal_and_interest() -> None:
    plan = schedule(ten_thousand(fee_each_instalment=1_50, method=Method.INTEREST_ONLY, count=2))
    assert totals(plan) == [101_50, 10_101_50]
    assert plan.fee == 3_00


def test_fee_at_disbursement_raises_the_all_in_rate() -> None:
    plain, dear = ten_thousand(), ten_thousand(fee_at_disbursement=200_00)
    assert all_in(dear, schedule(dear)) > all_in(plain, schedule(plain)) + 3


def test_tranche_earns_from_its_own_day() -> None:
    terms = ten_thousand(
        method=Method.INTEREST_ONLY,
        interest_by=InterestBy.DAY,
        count=1,
        tranches=(Tranche(date(2026, 1, 11), 5_000_00),),
    )
    line = schedule(terms).instalments[0]
    assert line.interest == round(Decimal(10_000_00 * 31 + 5_000_00 * 21) * 12 / 36500)
    assert line.principal == 15_000_00


def test_tranche_after_the_last_due_day_is_refused() -> None:
    with pytest.raises(InvalidTerms, match="too_late"):
        schedule(ten_thousand(count=1, tranches=(Tranche(date(2026, 2, 1), 1),)))


def test_weeks_and_days_are_periods_too() -> None:
    weekly = schedule(ten_thousand(unit=PeriodUnit.WEEK, every=2, count=3, annual_rate=Decimal(26)))
    assert [line.due_on for line in weekly.instalments] == [date(2026, 1, 15), date(2026, 1, 29), date(2026, 2, 12)]
    assert weekly.instalments[0].interest == 100_00
    daily = schedule(ten_thousand(unit=PeriodUnit.DAY, count=3, interest_by=InterestBy.DAY, day_count=DayCount.ACT_360))
    assert daily.instalments[0].interest == 3_33


def test_months_of_thirty_days_are_equal_whatever_their_ends() -> None:
    terms = ten_thousand(
        disbursed_on=date(2026, 1, 31),
        interest_by=InterestBy.DAY,
        day_count=DayCount.THIRTY_360,
        method=Method.INTEREST_ONLY,
    )
    assert {line.interest for line in schedule(terms).instalments} == {100_00}


def test_interest_between_two_days_is_exact() -> None:
    assert (
        interest_between(1_000_000, Decimal("18.25"), DayCount.ACT_365F, date(2026, 3, 12), date(2026, 4, 12)) == 15_500
    )


def test_the_days_of_a_period_earn_its_interest_exactly() -> None:
    start, due_on = LIGHTNING.disbursed_on, date(2027, 1, 1)
    daily = [interest_of_day(46_50, start, due_on, date(2026, 12, day)) for day in range(1, 32)]
    assert set(daily) == {1_50}
    assert sum(daily) == schedule(LIGHTNING).instalments[0].interest == 46_50
    assert accrued_interest(46_50, start, due_on, start) == 0
    assert (
        accrued_interest(46_50, start, due_on, due_on)
        == accrued_interest(46_50, start, due_on, date(2028, 1, 1))
        == 46_50
    )


@pytest.mark.parametrize("interest", [0, 1, 30, 31, 47, 1_000_003])
def test_no_day_has_earned_more_than_its_share(interest: int) -> None:
    start, due_on = date(2026, 12, 1), date(2027, 1, 1)
    daily = [interest_of_day(interest, start, due_on, date(2026, 12, day)) for day in range(1, 32)]
    assert sum(daily) == interest
    assert max(daily) - min(daily) <= 1


def test_terms_out_of_range_are_refused_with_their_field() -> None:
    with pytest.raises(InvalidTerms) as refused:
        ten_thousand(count=0)
    assert (refused.value.field, refused.value.reason) == ("count", "out_of_range")
    with pytest.raises(InvalidTerms):
        ten_thousand(annual_rate=Decimal("NaN"))
    with pytest.raises(InvalidTerms):
        ten_thousand(first_due_on=date(2026, 1, 1))
    with pytest.raises(InvalidTerms):
        ten_thousand(grace_principal=12)
