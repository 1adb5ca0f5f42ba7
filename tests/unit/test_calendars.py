"""The two calendars, against the published closures of 2026."""

from __future__ import annotations

from datetime import date

import pytest

from finance_core.kernel.calendars import banking, dealing
from finance_core.kernel.errors import NotFound


@pytest.mark.parametrize("day", ["2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"])
def test_make_up_days_are_workdays_but_not_dealing_days(day: str) -> None:
    assert banking().is_open(date.fromisoformat(day))
    assert not dealing().is_open(date.fromisoformat(day))


def test_the_exchange_is_closed_for_the_nine_days_of_spring_festival() -> None:
    assert dealing().after(date(2026, 2, 13)) == date(2026, 2, 24)
    assert dealing().before(date(2026, 2, 24)) == date(2026, 2, 13)


def test_the_new_year_of_2027_is_crossed_on_provisional_data() -> None:
    assert dealing().after(date(2026, 12, 31)) == date(2027, 1, 4)
    assert dealing().statuses == {2026: "published", 2027: "provisional", 2028: "provisional"}
    assert dealing().published_until() == date(2026, 12, 31)
    assert dealing().covered_until() == date(2028, 12, 31)


def test_the_new_year_of_2028_is_crossed_too() -> None:
    assert dealing().after(date(2027, 12, 31)) == date(2028, 1, 3)
    assert dealing().after(date(2028, 1, 24)) == date(2028, 1, 31)
    assert banking().on_or_after(date(2028, 10, 1)) == date(2028, 10, 4)


def test_a_year_without_data_is_refused() -> None:
    with pytest.raises(NotFound, match="calendar_year"):
        dealing().is_open(date(2030, 1, 1))
