"""The file of a calendar: what it may say, and what it is told when it says something else."""

from __future__ import annotations

from datetime import date

import pytest

from finance_core.kernel.calendar_file import BadCalendars, CalendarYear, Status, read_years, year_of
from finance_core.kernel.calendars import SHIPPED, banking, calendars_of, dealing, years_with

YEAR = """
[2029]
status = "published"
source = "a notice"
closed = [["2029-02-12", "2029-02-18"], [2029-05-01, 2029-05-01]]
workdays = ["2029-02-10"]
"""


def the_year(text: str = YEAR) -> CalendarYear:
    (year,) = read_years(text)
    return year


def test_a_year_has_holidays_make_up_days_and_saturdays_and_sundays() -> None:
    exchange, banks = calendars_of((the_year(),))
    assert [exchange.is_open(date(2029, 2, day)) for day in (9, 10, 12, 18, 19)] == [True, False, False, False, True]
    assert banks.is_open(date(2029, 2, 10))
    assert not banks.is_open(date(2029, 5, 1))
    assert banks.published_until() == date(2029, 12, 31)


def test_a_weekend_may_be_on_other_days() -> None:
    elsewhere = YEAR.replace('workdays = ["2029-02-10"]', 'workdays = []\nweekend = ["friday", "saturday"]')
    _, banks = calendars_of((the_year(elsewhere),))
    assert [banks.is_open(date(2029, 3, day)) for day in (1, 2, 3, 4)] == [True, False, False, True]


def test_a_year_is_stored_as_it_was_read() -> None:
    assert year_of("2029", the_year().as_json()) == the_year()
    for year in read_years(SHIPPED.read_text("utf-8")):
        assert year_of(str(year.year), year.as_json()) == year


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("", "The file has no year: give at least one table, such as [2028]."),
        ("[2029", "The file is not TOML"),
        ("[next]\nstatus = 1", "[next] is no year: name each table by its year"),
        ("2029 = 3", "2029 is no table: write [2029]"),
        (YEAR.replace("published", "likely"), '2029: status is \'likely\': it must be "published" or "provisional".'),
        (YEAR.replace('"a notice"', '" "'), "2029: source is empty"),
        (YEAR.replace("workdays", "makeup"), "2029: makeup is not known here"),
        (YEAR.replace("workdays", "makeup"), "2029: workdays is missing: give it, [] where there are none."),
        (YEAR.replace('["2029-02-10"]', '"2029-02-10"'), "2029: workdays must be a list"),
        (YEAR.replace("2029-02-10", "2029-02-30"), "workdays has '2029-02-30': write a day that exists"),
        (YEAR.replace("2029-02-10", "2030-02-09"), "workdays has 2030-02-09: move it to the table [2030]."),
        (YEAR.replace("2029-02-10", "2029-02-09"), "2029-02-09 is a Friday, an open day already. Leave it out."),
        (YEAR.replace("2029-02-10", "2029-02-17"), "2029-02-17 is closed and a make-up day"),
        (YEAR.replace("2029-02-18", "2029-02-11"), "2029-02-12 to 2029-02-11, which runs backwards"),
        (YEAR.replace(', "2029-02-18"', ""), "give the first and the last day"),
        (YEAR.replace("2029-05-01, 2029-05-01", "2029-02-18, 2029-02-19"), "2029-02-18 is in two ranges of closed"),
        (YEAR + 'weekend = "sunday"', "2029: weekend must be a list"),
        (YEAR + 'weekend = ["so"]', "2029: weekend has 'so': name weekdays in English"),
        (
            YEAR + 'weekend = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]',
            "weekend has all seven days",
        ),
    ],
)
def test_a_wrong_file_is_told_what_is_wrong_and_how_to_mend_it(wrong: str, told: str) -> None:
    with pytest.raises(BadCalendars) as refused:
        read_years(wrong)
    assert any(told in problem for problem in refused.value.problems), refused.value.problems


def test_all_problems_are_told_together() -> None:
    with pytest.raises(BadCalendars) as refused:
        read_years(YEAR.replace("2029-02-10", "2029-02-09") + YEAR.replace("2029", "2030").replace("a notice", ""))
    assert [problem[:5] for problem in refused.value.problems] == ["2029:", "2030:"]


def test_a_published_year_that_is_shipped_holds_over_a_provisional_one_applied_before() -> None:
    shipped = {year.year: year for year in years_with({})}
    provisional = year_of("2026", shipped[2026].as_json() | {"status": "provisional", "workdays": []})
    assert years_with({2026: provisional}) == tuple(shipped.values())
    published = year_of("2027", shipped[2027].as_json() | {"status": "published"})
    assert {year.year: year.status for year in years_with({2027: published})}[2027] is Status.PUBLISHED


def test_the_shipped_days_hold_where_no_unit_of_work_was_opened() -> None:
    assert (dealing().covered_until(), banking().covered_until()) == (date(2028, 12, 31), date(2028, 12, 31))
