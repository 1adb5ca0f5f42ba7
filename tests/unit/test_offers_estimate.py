"""How long a broadcast takes and what it costs: the worked figures."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from finance_core.offers.rules.estimate import Hours, estimated

SHANGHAI, LAGOS, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Africa/Lagos"), ZoneInfo("Europe/Berlin")
NINE = datetime(2026, 12, 5, 9, tzinfo=SHANGHAI)
LATER = NINE + timedelta(days=10)


@pytest.mark.parametrize(("others", "seconds"), [(0, 27 * 60 + 28), (2, 29 * 60 + 51)])
def test_41_200_at_25_a_second(others: int, seconds: int) -> None:
    found = estimated({SHANGHAI: 41_200}, NINE, LATER, Decimal(25), Decimal(others))
    assert found.ends_at is not None
    assert round((found.ends_at - NINE).total_seconds()) == seconds
    assert [found.in_time, found.stars] == [41_200, 0]


def test_a_million_at_25_a_second_goes_on_the_next_morning() -> None:
    found = estimated({SHANGHAI: 1_000_000}, NINE, LATER, Decimal(25))
    assert found.ends_at == datetime(2026, 12, 6, 9, 6, 40, tzinfo=SHANGHAI)
    until_eight = estimated({SHANGHAI: 1_000_000}, NINE, NINE + timedelta(hours=11), Decimal(25))
    assert until_eight.in_time == 990_000


def test_a_million_at_1_000_a_second_costs_stars() -> None:
    found = estimated({SHANGHAI: 1_000_000}, NINE, LATER, Decimal(1_000), is_paid=True)
    assert found.ends_at == NINE + timedelta(minutes=16, seconds=40)
    assert [found.stars, found.most_stars] == [97_000, 100_000]


def test_each_zone_waits_for_its_own_morning() -> None:
    """From 10:00 in Shanghai, somebody in Lagos gets it at 16:00 there; until 15:00 they do not get it at all."""
    ten = datetime(2026, 12, 3, 10, tzinfo=SHANGHAI)
    reach = {SHANGHAI: 2_500, LAGOS: 25}
    found = estimated(reach, ten, ten.replace(hour=18), Decimal(25))
    assert found.ends_at == ten.replace(hour=16, second=1)
    assert estimated(reach, ten, ten.replace(hour=15), Decimal(25)).in_time == 2_500


def test_hours_are_those_of_the_wall_when_the_clocks_change() -> None:
    """On 2027-03-28 Berlin's nine o'clock is 07:00 UTC, on the day before 08:00 UTC."""
    hours = Hours()
    assert hours.opens(datetime(2027, 3, 27, 5, tzinfo=UTC), BERLIN) == datetime(2027, 3, 27, 8, tzinfo=UTC)
    assert hours.opens(datetime(2027, 3, 27, 20, tzinfo=UTC), BERLIN) == datetime(2027, 3, 28, 7, tzinfo=UTC)
    assert hours.closes(datetime(2027, 3, 28, 8, tzinfo=UTC), BERLIN) == datetime(2027, 3, 28, 18, tzinfo=UTC)


def test_at_eight_in_the_evening_nothing_begins() -> None:
    eight = NINE.replace(hour=20)
    assert Hours(time(9), time(20)).opens(eight, SHANGHAI) == datetime(2026, 12, 6, 9, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("reach", "rate", "others"), [({}, 25, 0), ({SHANGHAI: 0}, 25, 0), ({SHANGHAI: 100}, 25, 25), ({SHANGHAI: 9}, 0, 0)]
)
def test_nobody_and_no_room_take_no_time(reach: dict[ZoneInfo, int], rate: int, others: int) -> None:
    found = estimated(reach, NINE, LATER, Decimal(rate), Decimal(others))
    assert (found.in_time, found.ends_at) == (0, None)
