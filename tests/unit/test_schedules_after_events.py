"""Schedules after repayments that others published, met to the cent: from the test-suite of Apache Fineract.

RP are the scenarios of its cumulative generator with interest recalculation, PAYOFF and RECALC those of its progressive
one. Figures are Fineract's (Apache-2.0); their form is ours: due day, principal, interest, balance after, paid.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from finance_core.kernel.day_counts import DayCount
from finance_core.kernel.money import EUR, Money
from finance_core.loans.rules.repayments import Event, EventKind, after
from finance_core.loans.rules.schedule import Schedule, schedule
from finance_core.loans.rules.terms import InterestBy, Method, Prepayment, Recalculation, Style, Terms, Tranche


def cumulative(**changes: Any) -> Terms:
    """5,000 in six months at 12 %, interest by the day and recalculated by the day, whole instalments."""
    figures: dict[str, Any] = {
        "principal": Money.of("5000", EUR),
        "annual_rate": Decimal(12),
        "count": 6,
        "disbursed_on": date(2022, 11, 1),
        "day_count": DayCount.ACT_ACT,
        "style": Style.CUMULATIVE,
        "round_instalment_to": 1_00,
        "recalculate": Recalculation.DAY,
        "prepayment": Prepayment.REDUCE_INSTALMENT,
    }
    return Terms(**(figures | changes))


def progressive(**changes: Any) -> Terms:
    """100 in six months at 7 % by 30/360, recalculated by the day."""
    figures: dict[str, Any] = {
        "principal": Money.of("100", EUR),
        "annual_rate": Decimal(7),
        "count": 6,
        "disbursed_on": date(2024, 1, 1),
        "day_count": DayCount.THIRTY_360,
        "style": Style.PROGRESSIVE,
        "recalculate": Recalculation.DAY,
        "prepayment": Prepayment.LAST,
    }
    return Terms(**(figures | changes))


def repay(on: str, amount: str) -> Event:
    return Event(date.fromisoformat(on), EventKind.REPAY, Money.of(amount, EUR).amount)


def figures_of(plan: Schedule) -> list[str]:
    lines = [(line.principal, line.interest, line.balance_after, line.paid) for line in plan.instalments]
    amounts = [" ".join(str(Decimal(amount).scaleb(-2)) for amount in line) for line in lines]
    return [f"{line.due_on} {text}" for line, text in zip(plan.instalments, amounts, strict=True)]


ON_TIME = [repay("2022-12-01", "1000"), repay("2023-01-01", "2000")]
ON_EACH_DUE_DAY = [repay(f"{day}-01", "1725") for day in ("2022-12", "2023-01", "2023-02", "2023-03")]
LATER_TRANCHES = (Tranche(date(2023, 1, 1), 3000_00), Tranche(date(2023, 3, 1), 2000_00))

PUBLISHED: dict[str, tuple[Terms, list[Event], str]] = {
    "RP01": (
        cumulative(disbursed_on=date(2022, 9, 1), compound=True),
        [repay("2022-12-04", "862")],
        """
        2022-10-01 812.68 49.32 4187.32 862.00
        2022-11-01 819.32 42.68 3368.00 0.00
        2022-12-01 828.78 33.22 2539.22 0.00
        2023-01-01 833.57 28.43 1705.65 0.00
        2023-02-01 844.62 17.38 861.03 0.00
        2023-03-01 861.03 7.93 0.00 0.00
        """,
    ),
    "RP02": (
        cumulative(),
        [repay("2022-12-01", "863")],
        """
        2022-12-01 813.68 49.32 4186.32 863.00
        2023-01-01 819.33 42.67 3366.99 0.00
        2023-02-01 827.68 34.32 2539.31 0.00
        2023-03-01 838.62 23.38 1700.69 0.00
        2023-04-01 844.67 17.33 856.02 0.00
        2023-05-01 856.02 8.44 0.00 0.00
        """,
    ),
    "RP03": (
        cumulative(),
        [repay("2022-11-27", "863")],
        """
        2022-12-01 863.00 48.18 4137.00 863.00
        2023-01-01 809.84 42.16 3327.16 0.00
        2023-02-01 818.09 33.91 2509.07 0.00
        2023-03-01 828.90 23.10 1680.17 0.00
        2023-04-01 834.88 17.12 845.29 0.00
        2023-05-01 845.29 8.34 0.00 0.00
        """,
    ),
    "RP04": (
        cumulative(),
        [repay("2022-12-05", "862")],
        """
        2022-12-01 812.68 49.32 4187.32 862.00
        2023-01-01 818.25 43.75 3369.07 0.00
        2023-02-01 827.66 34.34 2541.41 0.00
        2023-03-01 838.61 23.39 1702.80 0.00
        2023-04-01 844.65 17.35 858.15 0.00
        2023-05-01 858.15 8.46 0.00 0.00
        """,
    ),
    "RP05": (
        cumulative(),
        [repay("2022-12-01", "200")],
        """
        2022-12-01 812.68 49.32 4187.32 200.00
        2023-01-01 819.32 42.68 3368.00 0.00
        2023-02-01 827.67 34.33 2540.33 0.00
        2023-03-01 838.62 23.38 1701.71 0.00
        2023-04-01 844.66 17.34 857.05 0.00
        2023-05-01 857.05 8.45 0.00 0.00
        """,
    ),
    "RP06": (
        cumulative(),
        [repay("2022-11-27", "200")],
        """
        2022-12-01 812.95 49.05 4187.05 200.00
        2023-01-01 819.33 42.67 3367.72 0.00
        2023-02-01 827.68 34.32 2540.04 0.00
        2023-03-01 838.62 23.38 1701.42 0.00
        2023-04-01 844.66 17.34 856.76 0.00
        2023-05-01 856.76 8.45 0.00 0.00
        """,
    ),
    "RP07": (
        cumulative(),
        [repay("2022-12-05", "200")],
        """
        2022-12-01 812.68 49.32 4187.32 200.00
        2023-01-01 818.25 43.75 3369.07 0.00
        2023-02-01 827.66 34.34 2541.41 0.00
        2023-03-01 838.61 23.39 1702.80 0.00
        2023-04-01 844.65 17.35 858.15 0.00
        2023-05-01 858.15 8.46 0.00 0.00
        """,
    ),
    "RP08": (
        cumulative(),
        [repay("2022-12-01", "1500")],
        """
        2022-12-01 1450.68 49.32 3549.32 1500.00
        2023-01-01 694.83 36.17 2854.49 0.00
        2023-02-01 701.91 29.09 2152.58 0.00
        2023-03-01 711.18 19.82 1441.40 0.00
        2023-04-01 716.31 14.69 725.09 0.00
        2023-05-01 725.09 7.15 0.00 0.00
        """,
    ),
    "RP09": (
        cumulative(),
        [repay("2022-11-27", "1500")],
        """
        2022-12-01 1500.00 47.34 3500.00 1500.00
        2023-01-01 685.33 35.67 2814.67 0.00
        2023-02-01 692.31 28.69 2122.36 0.00
        2023-03-01 701.46 19.54 1420.90 0.00
        2023-04-01 706.52 14.48 714.38 0.00
        2023-05-01 714.38 7.05 0.00 0.00
        """,
    ),
    "RP10": (
        cumulative(),
        [repay("2022-12-05", "1500")],
        """
        2022-12-01 812.68 49.32 4187.32 862.00
        2023-01-01 823.91 38.09 3363.41 638.00
        2023-02-01 827.72 34.28 2535.69 0.00
        2023-03-01 838.66 23.34 1697.03 0.00
        2023-04-01 844.70 17.30 852.33 0.00
        2023-05-01 852.33 8.41 0.00 0.00
        """,
    ),
    "RP11": (
        cumulative(prepayment=Prepayment.REDUCE_TERM),
        ON_TIME,
        """
        2022-12-01 950.68 49.32 4049.32 1000.00
        2023-01-01 1958.73 41.27 2090.59 2000.00
        2023-02-01 840.69 21.31 1249.90 0.00
        2023-03-01 850.49 11.51 399.41 0.00
        2023-04-01 399.41 4.07 0.00 0.00
        """,
    ),
    "RP12": (
        cumulative(),
        ON_TIME,
        """
        2022-12-01 950.68 49.32 4049.32 1000.00
        2023-01-01 1958.73 41.27 2090.59 2000.00
        2023-02-01 514.69 21.31 1575.90 0.00
        2023-03-01 521.49 14.51 1054.41 0.00
        2023-04-01 525.25 10.75 529.16 0.00
        2023-05-01 529.16 5.22 0.00 0.00
        """,
    ),
    "RP13": (
        cumulative(prepayment=Prepayment.NEXT),
        ON_TIME,
        """
        2022-12-01 950.68 49.32 4049.32 1000.00
        2023-01-01 1958.73 41.27 2090.59 2000.00
        2023-02-01 0.00 21.31 2090.59 0.00
        2023-03-01 407.45 19.24 1683.14 0.00
        2023-04-01 844.85 17.15 838.29 0.00
        2023-05-01 838.29 8.27 0.00 0.00
        """,
    ),
    "RP14": (
        cumulative(recalculate=Recalculation.PERIOD),
        [repay("2022-11-20", "200"), repay("2023-01-04", "200")],
        """
        2022-12-01 812.68 49.32 4187.32 400.00
        2023-01-01 819.32 42.68 3368.00 0.00
        2023-02-01 812.58 49.42 2555.42 0.00
        2023-03-01 838.48 23.52 1716.94 0.00
        2023-04-01 844.50 17.50 872.44 0.00
        2023-05-01 872.44 8.60 0.00 0.00
        """,
    ),
    "RP15": (
        cumulative(recalculate=Recalculation.PERIOD),
        [repay("2023-02-01", "862")],
        """
        2022-12-01 812.68 49.32 4187.32 862.00
        2023-01-01 819.32 42.68 3368.00 0.00
        2023-02-01 811.04 50.96 2556.96 0.00
        2023-03-01 838.46 23.54 1718.50 0.00
        2023-04-01 844.49 17.51 874.01 0.00
        2023-05-01 874.01 8.62 0.00 0.00
        """,
    ),
    "RP16": (
        cumulative(interest_by=InterestBy.PERIOD, recalculate=Recalculation.PERIOD, tranches=LATER_TRANCHES),
        ON_EACH_DUE_DAY,
        """
        2022-12-01 1675.00 50.00 3325.00 1725.00
        2023-01-01 1691.75 33.25 4633.25 1725.00
        2023-02-01 1678.67 46.33 2954.58 1725.00
        2023-03-01 1695.45 29.55 3259.13 1725.00
        2023-04-01 1692.41 32.59 1566.72 0.00
        2023-05-01 1566.72 15.67 0.00 0.00
        """,
    ),
    "PAYOFF01": (
        progressive(),
        [repay("2024-02-01", "17.01"), Event(date(2024, 2, 15), EventKind.SETTLE)],
        """
        2024-02-01 16.43 0.58 83.57 17.01
        2024-03-01 16.77 0.24 66.80 17.01
        2024-04-01 17.01 0.00 49.79 17.01
        2024-05-01 17.01 0.00 32.78 17.01
        2024-06-01 17.01 0.00 15.77 17.01
        2024-07-01 15.77 0.00 0.00 15.77
        """,
    ),
    "PAYOFF02": (
        progressive(),
        [Event(date(2024, 1, 15), EventKind.SETTLE)],
        """
        2024-02-01 16.75 0.26 83.25 17.01
        2024-03-01 17.01 0.00 66.24 17.01
        2024-04-01 17.01 0.00 49.23 17.01
        2024-05-01 17.01 0.00 32.22 17.01
        2024-06-01 17.01 0.00 15.21 17.01
        2024-07-01 15.21 0.00 0.00 15.21
        """,
    ),
    "RECALC_S1": (
        progressive(),
        [Event(date(2024, 7, 15), EventKind.CLOSE)],
        """
        2024-02-01 16.43 0.58 83.57 0.00
        2024-03-01 16.43 0.58 67.14 0.00
        2024-04-01 16.43 0.58 50.71 0.00
        2024-05-01 16.43 0.58 34.28 0.00
        2024-06-01 16.43 0.58 17.85 0.00
        2024-07-01 17.85 0.58 0.00 0.00
        """,
    ),
    "C3197": (
        progressive(
            annual_rate=Decimal("9.4822"), prepayment=Prepayment.NEXT, tranches=(Tranche(date(2024, 2, 15), 200_00),)
        ),
        [repay("2024-02-01", "17.13")],
        """
        2024-02-01 16.34 0.79 83.66 17.13
        2024-03-01 56.45 1.48 227.21 0.00
        2024-04-01 56.13 1.80 171.08 0.00
        2024-05-01 56.58 1.35 114.50 0.00
        2024-06-01 57.03 0.90 57.47 0.00
        2024-07-01 57.47 0.45 0.00 0.00
        """,
    ),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_schedule_after_events_is_met_to_the_cent(name: str) -> None:
    terms, events, figures = PUBLISHED[name]
    assert figures_of(after(terms, events).schedule) == [row.strip() for row in figures.strip().splitlines()]


def test_settlement_in_mid_period_costs_the_principal_and_its_days() -> None:
    terms, events, _ = PUBLISHED["PAYOFF01"]
    assert after(terms, events).settlement == 83_81
    assert after(*PUBLISHED["PAYOFF02"][:2]).settlement == 100_26


def test_deferred_interest_is_charged_once_however_often_it_is_paid() -> None:
    terms = progressive(count=3, method=Method.EQUAL_PRINCIPAL, grace_interest=1, prepayment=Prepayment.NEXT)
    plan = schedule(terms)
    events = [Event(line.due_on, EventKind.REPAY, line.total) for line in plan.instalments]
    for count in range(1, len(events) + 1):
        assert after(terms, events[:count]).schedule.interest == plan.interest


def test_settlement_leaves_what_was_paid_ahead_as_it_was() -> None:
    terms = progressive(prepayment=Prepayment.NEXT)
    ahead = figures_of(after(terms, [repay("2024-01-15", "17.01")]).schedule)
    settled = after(terms, [repay("2024-01-15", "17.01"), Event(date(2024, 1, 20), EventKind.SETTLE)])
    assert figures_of(settled.schedule)[0] == ahead[0] == "2024-02-01 16.75 0.26 83.25 17.01"
    assert settled.schedule.instalments[1].interest == 8
    assert settled.settlement == 83_33


def test_tranche_after_everything_was_paid_ahead_is_repaid_by_what_is_still_open() -> None:
    terms = progressive(prepayment=Prepayment.NEXT, tranches=(Tranche(date(2024, 3, 15), 50_00),))
    schedule_after = after(terms, [repay("2024-01-15", "150.00")]).schedule
    assert schedule_after.principal == 150_00
    assert sum(line.paid for line in schedule_after.instalments) == 100_26
