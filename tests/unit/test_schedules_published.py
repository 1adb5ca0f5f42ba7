"""Schedules that others published, met to the cent: from the test-suite of Apache Fineract, after disbursement.

The names are those of its scenarios: RS and ROUND of the cumulative generator's, EMI of the progressive generator's,
UT of its unit tests. Figures are Fineract's (Apache-2.0); their form is ours: due day, principal, interest, balance.

`published/schedules.jsonl` holds more of them, after disbursement and after events, one on a line: the terms and events
as `susu quote loan` takes them, what was left out being the default; of each instalment the same figures, and after
events what is paid of it.
"""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest

from bot.commands.quote import quote_loan
from finance_core.kernel.day_counts import DayCount
from finance_core.kernel.money import EUR, USD, Money
from finance_core.kernel.periods import PeriodUnit
from finance_core.loans.rules.schedule import schedule
from finance_core.loans.rules.terms import InterestBy, Method, Style, Terms, Tranche

money = Money.of

MORE: Final[list[dict[str, Any]]] = [
    json.loads(line)
    for line in Path(__file__).with_name("published").joinpath("schedules.jsonl").read_text("utf-8").splitlines()
]

PUBLISHED = {
    "RS01": (
        Terms(
            principal=money("5000.00", EUR),
            annual_rate=Decimal(12),
            method=Method.FLAT,
            count=18,
            disbursed_on=date(2022, 11, 1),
            interest_by=InterestBy.PERIOD,
            day_count=DayCount.ACT_ACT,
            style=Style.CUMULATIVE,
            round_instalment_to=1_00,
        ),
        """
        2022-12-01 278.00 50.00 4722.00
        2023-01-01 278.00 50.00 4444.00
        2023-02-01 278.00 50.00 4166.00
        2023-03-01 278.00 50.00 3888.00
        2023-04-01 278.00 50.00 3610.00
        2023-05-01 278.00 50.00 3332.00
        2023-06-01 278.00 50.00 3054.00
        2023-07-01 278.00 50.00 2776.00
        2023-08-01 278.00 50.00 2498.00
        2023-09-01 278.00 50.00 2220.00
        2023-10-01 278.00 50.00 1942.00
        2023-11-01 278.00 50.00 1664.00
        2023-12-01 278.00 50.00 1386.00
        2024-01-01 278.00 50.00 1108.00
        2024-02-01 278.00 50.00 830.00
        2024-03-01 278.00 50.00 552.00
        2024-04-01 278.00 50.00 274.00
        2024-05-01 274.00 50.00 0.00
        """,
    ),
    "RS02": (
        Terms(
            principal=money("5000.00", EUR),
            annual_rate=Decimal(12),
            count=18,
            disbursed_on=date(2022, 11, 1),
            interest_by=InterestBy.PERIOD,
            day_count=DayCount.ACT_ACT,
            style=Style.CUMULATIVE,
            round_instalment_to=1_00,
        ),
        """
        2022-12-01 255.00 50.00 4745.00
        2023-01-01 257.55 47.45 4487.45
        2023-02-01 260.13 44.87 4227.32
        2023-03-01 262.73 42.27 3964.59
        2023-04-01 265.35 39.65 3699.24
        2023-05-01 268.01 36.99 3431.23
        2023-06-01 270.69 34.31 3160.54
        2023-07-01 273.39 31.61 2887.15
        2023-08-01 276.13 28.87 2611.02
        2023-09-01 278.89 26.11 2332.13
        2023-10-01 281.68 23.32 2050.45
        2023-11-01 284.50 20.50 1765.95
        2023-12-01 287.34 17.66 1478.61
        2024-01-01 290.21 14.79 1188.40
        2024-02-01 293.12 11.88 895.28
        2024-03-01 296.05 8.95 599.23
        2024-04-01 299.01 5.99 300.22
        2024-05-01 300.22 3.00 0.00
        """,
    ),
    "RS04": (
        Terms(
            principal=money("5000.00", EUR),
            annual_rate=Decimal(12),
            method=Method.EQUAL_PRINCIPAL,
            count=18,
            disbursed_on=date(2022, 11, 1),
            interest_by=InterestBy.PERIOD,
            day_count=DayCount.ACT_ACT,
            style=Style.CUMULATIVE,
            round_instalment_to=1_00,
        ),
        """
        2022-12-01 277.78 50.00 4722.22
        2023-01-01 277.78 47.22 4444.44
        2023-02-01 277.78 44.44 4166.66
        2023-03-01 277.78 41.67 3888.88
        2023-04-01 277.78 38.89 3611.10
        2023-05-01 277.78 36.11 3333.32
        2023-06-01 277.78 33.33 3055.54
        2023-07-01 277.78 30.56 2777.76
        2023-08-01 277.78 27.78 2499.98
        2023-09-01 277.78 25.00 2222.20
        2023-10-01 277.78 22.22 1944.42
        2023-11-01 277.78 19.44 1666.64
        2023-12-01 277.78 16.67 1388.86
        2024-01-01 277.78 13.89 1111.08
        2024-02-01 277.78 11.11 833.30
        2024-03-01 277.78 8.33 555.52
        2024-04-01 277.78 5.56 277.74
        2024-05-01 277.74 2.78 0.00
        """,
    ),
    "RS05": (
        Terms(
            principal=money("5000.00", EUR),
            annual_rate=Decimal(12),
            count=18,
            disbursed_on=date(2022, 11, 1),
            interest_by=InterestBy.PERIOD,
            day_count=DayCount.ACT_ACT,
            style=Style.CUMULATIVE,
            grace_principal=3,
            round_instalment_to=1_00,
        ),
        """
        2022-12-01 0.00 50.00 5000.00
        2023-01-01 0.00 50.00 5000.00
        2023-02-01 0.00 50.00 5000.00
        2023-03-01 311.00 50.00 4689.00
        2023-04-01 314.11 46.89 4374.89
        2023-05-01 317.25 43.75 4057.64
        2023-06-01 320.42 40.58 3737.22
        2023-07-01 323.63 37.37 3413.59
        2023-08-01 326.86 34.14 3086.73
        2023-09-01 330.13 30.87 2756.60
        2023-10-01 333.43 27.57 2423.17
        2023-11-01 336.77 24.23 2086.40
        2023-12-01 340.14 20.86 1746.26
        2024-01-01 343.54 17.46 1402.72
        2024-02-01 346.97 14.03 1055.75
        2024-03-01 350.44 10.56 705.31
        2024-04-01 353.95 7.05 351.36
        2024-05-01 351.36 3.51 0.00
        """,
    ),
    "ROUND01": (
        Terms(
            principal=money("1000.00", EUR),
            annual_rate=Decimal(0),
            method=Method.FLAT,
            count=6,
            disbursed_on=date(2023, 9, 1),
            interest_by=InterestBy.PERIOD,
            day_count=DayCount.ACT_ACT,
            style=Style.CUMULATIVE,
            round_instalment_to=1_00,
        ),
        """
        2023-10-01 167.00 0.00 833.00
        2023-11-01 167.00 0.00 666.00
        2023-12-01 167.00 0.00 499.00
        2024-01-01 167.00 0.00 332.00
        2024-02-01 167.00 0.00 165.00
        2024-03-01 165.00 0.00 0.00
        """,
    ),
    "EMI_C3152": (
        Terms(
            principal=money("10000.00", EUR),
            annual_rate=Decimal(12),
            count=6,
            disbursed_on=date(2023, 12, 12),
            day_count=DayCount.ACT_ACT,
            style=Style.PROGRESSIVE,
        ),
        """
        2024-01-12 1623.75 101.81 8376.25
        2024-02-12 1640.42 85.14 6735.83
        2024-03-12 1661.51 64.05 5074.32
        2024-04-12 1673.98 51.58 3400.34
        2024-05-12 1692.11 33.45 1708.23
        2024-06-12 1708.23 17.36 0.00
        """,
    ),
    "EMI_C3164": (
        Terms(
            principal=money("331.77", EUR),
            annual_rate=Decimal("10.65"),
            count=5,
            disbursed_on=date(2023, 12, 12),
            day_count=DayCount.ACT_ACT,
            style=Style.PROGRESSIVE,
        ),
        """
        2024-01-12 65.14 3.00 266.63
        2024-02-12 65.73 2.41 200.90
        2024-03-12 66.44 1.70 134.46
        2024-04-12 66.93 1.21 67.53
        2024-05-12 67.53 0.59 0.00
        """,
    ),
    "EMI_C3154": (
        Terms(
            principal=money("100.00", EUR),
            annual_rate=Decimal(12),
            count=6,
            disbursed_on=date(2024, 1, 1),
            day_count=DayCount.THIRTY_360,
            style=Style.PROGRESSIVE,
        ),
        """
        2024-02-01 16.25 1.00 83.75
        2024-03-01 16.41 0.84 67.34
        2024-04-01 16.58 0.67 50.76
        2024-05-01 16.74 0.51 34.02
        2024-06-01 16.91 0.34 17.11
        2024-07-01 17.11 0.17 0.00
        """,
    ),
    "UT_365_ACTUAL_15678": (
        Terms(
            principal=money("100.00", USD),
            annual_rate=Decimal("15.678"),
            count=6,
            disbursed_on=date(2024, 1, 1),
            day_count=DayCount.ACT_365F,
            style=Style.PROGRESSIVE,
        ),
        """
        2024-02-01 16.10 1.33 83.90
        2024-03-01 16.38 1.05 67.52
        2024-04-01 16.53 0.90 50.99
        2024-05-01 16.77 0.66 34.22
        2024-06-01 16.97 0.46 17.25
        2024-07-01 17.25 0.22 0.00
        """,
    ),
    "UT_360_30_MULTIDISB": (
        Terms(
            principal=money("100.00", USD),
            annual_rate=Decimal("9.4822"),
            count=6,
            disbursed_on=date(2024, 1, 1),
            day_count=DayCount.THIRTY_360,
            style=Style.PROGRESSIVE,
            tranches=(Tranche(date(2024, 3, 1), 100_00),),
        ),
        """
        2024-02-01 16.34 0.79 83.66
        2024-03-01 16.47 0.66 167.19
        2024-04-01 41.31 1.32 125.88
        2024-05-01 41.64 0.99 84.24
        2024-06-01 41.96 0.67 42.28
        2024-07-01 42.28 0.33 0.00
        """,
    ),
    "UT_364_WEEKLY": (
        Terms(
            principal=money("100.00", USD),
            annual_rate=Decimal("9.4822"),
            count=6,
            unit=PeriodUnit.WEEK,
            disbursed_on=date(2024, 1, 1),
            day_count=DayCount.ACT_364,
            style=Style.PROGRESSIVE,
        ),
        """
        2024-01-08 16.59 0.18 83.41
        2024-01-15 16.62 0.15 66.79
        2024-01-22 16.65 0.12 50.14
        2024-01-29 16.68 0.09 33.46
        2024-02-05 16.71 0.06 16.75
        2024-02-12 16.75 0.03 0.00
        """,
    ),
    "RS03": (
        Terms(
            principal=money("5000.00", EUR),
            annual_rate=Decimal(12),
            count=18,
            disbursed_on=date(2022, 11, 1),
            day_count=DayCount.ACT_ACT,
            style=Style.CUMULATIVE,
            round_instalment_to=1_00,
        ),
        """
        2022-12-01 255.68 49.32 4744.32
        2023-01-01 256.65 48.35 4487.67
        2023-02-01 259.26 45.74 4228.41
        2023-03-01 266.08 38.92 3962.33
        2023-04-01 264.62 40.38 3697.71
        2023-05-01 268.53 36.47 3429.18
        2023-06-01 270.05 34.95 3159.13
        2023-07-01 273.84 31.16 2885.29
        2023-08-01 275.59 29.41 2609.70
        2023-09-01 278.40 26.60 2331.30
        2023-10-01 282.01 22.99 2049.29
        2023-11-01 284.11 20.89 1765.18
        2023-12-01 287.59 17.41 1477.59
        2024-01-01 289.94 15.06 1187.65
        2024-02-01 292.90 12.10 894.75
        2024-03-01 296.47 8.53 598.28
        2024-04-01 298.90 6.10 299.38
        2024-05-01 299.38 2.95 0.00
        """,
    ),
    "UT tranche in the first period": (
        Terms(
            principal=money("100.00", USD),
            annual_rate=Decimal("9.4822"),
            count=6,
            disbursed_on=date(2024, 1, 1),
            day_count=DayCount.THIRTY_360,
            style=Style.PROGRESSIVE,
            tranches=(Tranche(date(2024, 1, 8), 200_00),),
        ),
        """
        2024-02-01 49.32 2.01 250.68
        2024-03-01 49.35 1.98 201.33
        2024-04-01 49.74 1.59 151.59
        2024-05-01 50.13 1.20 101.46
        2024-06-01 50.53 0.80 50.93
        2024-07-01 50.93 0.40 0.00
        """,
    ),
    "UT tranche in the second period": (
        Terms(
            principal=money("100.00", USD),
            annual_rate=Decimal("9.4822"),
            count=6,
            disbursed_on=date(2024, 1, 1),
            day_count=DayCount.THIRTY_360,
            style=Style.PROGRESSIVE,
            tranches=(Tranche(date(2024, 2, 15), 100_00),),
        ),
        """
        2024-02-01 16.34 0.79 83.66
        2024-03-01 36.46 1.07 147.20
        2024-04-01 36.37 1.16 110.83
        2024-05-01 36.65 0.88 74.18
        2024-06-01 36.94 0.59 37.24
        2024-07-01 37.24 0.29 0.00
        """,
    ),
    "C3158 every two weeks": (
        Terms(
            principal=money("100.00", EUR),
            annual_rate=Decimal("9.4822"),
            count=6,
            every=2,
            unit=PeriodUnit.WEEK,
            disbursed_on=date(2024, 1, 1),
            day_count=DayCount.THIRTY_360,
            style=Style.PROGRESSIVE,
        ),
        """
        2024-01-15 16.51 0.37 83.49
        2024-01-29 16.57 0.31 66.92
        2024-02-12 16.63 0.25 50.29
        2024-02-26 16.69 0.19 33.60
        2024-03-11 16.76 0.12 16.84
        2024-03-25 16.84 0.06 0.00
        """,
    ),
    "C3166 every fifteen days": (
        Terms(
            principal=money("100.00", EUR),
            annual_rate=Decimal("9.4822"),
            count=6,
            every=15,
            unit=PeriodUnit.DAY,
            disbursed_on=date(2024, 1, 1),
            style=Style.PROGRESSIVE,
        ),
        """
        2024-01-16 16.51 0.39 83.49
        2024-01-31 16.57 0.33 66.92
        2024-02-15 16.64 0.26 50.28
        2024-03-01 16.70 0.20 33.58
        2024-03-16 16.77 0.13 16.81
        2024-03-31 16.81 0.07 0.00
        """,
    ),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_schedule_is_met_to_the_cent(name: str) -> None:
    terms, figures = PUBLISHED[name]
    lines = schedule(terms).instalments
    assert [
        f"{line.due_on} "
        + " ".join(str(Decimal(part).scaleb(-2)) for part in (line.principal, line.interest, line.balance_after))
        for line in lines
    ] == [row.strip() for row in figures.strip().splitlines()]
    assert [line.nr for line in lines] == list(range(1, len(lines) + 1))


@pytest.mark.parametrize("case", MORE, ids=[case["terms"]["id"] for case in MORE])
def test_published_schedule_is_quoted_to_the_cent(case: dict[str, Any]) -> None:
    (answer,) = quote_loan([json.dumps(case["terms"])])
    quoted = json.loads(answer)
    fields = ["due_on", "principal", "interest", "balance_after", "paid"]
    fields = fields[: len(case["lines"][0].split())]
    assert [" ".join(line[field] for field in fields) for line in quoted["instalments"]] == case["lines"]
    assert quoted["settlement"] == case.get("settlement", quoted["settlement"])
